"""Small cases whose answers are worked out by hand or by plain loops."""

import math

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose
from scipy.stats import kurtosis, skew

from saola import frameworks
from saola.errors import InputError
from saola.index import Part, Table, Tree, recipe_of, tree_of
from saola.index.aggregate import join
from saola.index.audit import audit
from saola.index.coherence import correlate, moving
from saola.index.drawn import Drawn, intervals
from saola.index.edition_node import EditionNode
from saola.index.edition_table import edition_tree
from saola.index.engine import rank_draws
from saola.index.inequality import palma_ratio
from saola.index.moments import moments
from saola.index.normalise import normalise
from saola.index.posterior import truths
from saola.index.regression import by_regression
from saola.index.sensitivity import sensitivity
from saola.index.standings import classes, duel, duels
from saola.index.steps import Aggregate, Normalise
from saola.index.study import Sample
from saola.index.what_if import WhatIf

NAN = float("nan")


def median(rows: list[list[float]], weights: list[float]) -> list[float]:
    table = [np.array([row[at] for row in rows])[:, None] for at in range(len(weights))]
    codes = [f"x{at}" for at in range(len(weights))]
    step = Aggregate(method="median")
    found = join(table, np.array(weights)[:, None], Part("p", level=2), step, codes)
    return [float(value) for value in found[:, 0]]


def test_a_missing_child_weighs_nothing_in_a_median() -> None:
    """The weighted median is that of the children that are known."""
    assert [2.0] == median([[1.0, NAN, 3.0]], [1.0, 9.0, 1.0])
    assert [3.0, 1.0] == median([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]], [1.0, 1.0, 3.0])
    assert [1.5] == median([[2.0, 1.0]], [1.0, 1.0])


def test_palmas_ratio_of_small_sums() -> None:
    """The ratio of the top tenth to the bottom two fifths, whatever the unit of the values."""
    values = np.arange(1.0, 11.0) / 1000

    assert 10 / (1 + 2 + 3 + 4) == pytest.approx(palma_ratio(values, np.ones(10)))
    assert math.isnan(palma_ratio(np.array([0.0, 0.0, 1.0]), np.ones(3)))


def of(across: list[list[float]]) -> Drawn:
    scores = np.array(across)
    ranked, counts = rank_draws(scores)
    units = tuple("UVWXYZ"[: scores.shape[1]])
    return Drawn(units, scores[0], ranked[0], scores, ranked, counts)


def test_ties_count_half_in_a_duel() -> None:
    """Two units that tie in half the draws, one ahead in the rest, stand at 3 to 1."""
    drawn = of([[2.0, 1.0], [1.0, 1.0], [2.0, 1.0], [3.0, 3.0]])

    assert 0.75 == duel(drawn, 0, 1) == duels(drawn)[0, 1]
    assert 0.25 == duel(drawn, 1, 0) == duels(drawn)[1, 0]
    assert [1, 1] == classes(drawn, 0.76)["class"].to_list()
    assert [1, 2] == classes(drawn, 0.75)["class"].to_list()
    assert ([1, 0], [0, 1]) == (
        classes(drawn, 0.75)["surely_ahead"].to_list(),
        classes(drawn, 0.75)["surely_behind"].to_list(),
    )


def test_ranks_of_a_draw_begin_at_one_and_skip_after_ties() -> None:
    """Equal scores share the better rank, units without a score have rank 0."""
    ranked, counts = rank_draws(np.array([[0.0, 1.0, 1.0, NAN], [-1.0, -2.0, 0.0, 5.0]]))

    assert [[3, 1, 1, 0], [3, 4, 2, 1]] == ranked.tolist()
    assert [0, 0, 0, 2, 0] == counts[0].tolist()
    assert [1, 1, 0, 0, 0] == counts[3].tolist()


def test_a_ridge_regression_fills_one_gap_as_its_formula_says() -> None:
    """With one gap and one other column the fill is slope times the other, both scaled."""
    x = np.array([1.0, 2.0, 3.0, 4.0, 6.0])
    y = np.array([2.0, 3.0, 5.0, 9.0, NAN])
    filled = by_regression(np.column_stack([x, y]), 50)
    one = (x - x.mean()) / x.std()
    two = (y[:4] - y[:4].mean()) / y[:4].std()
    slope = one[:4] @ two / (one[:4] @ one[:4] + 1e-3 * 4)

    assert_allclose(one[4] * slope * y[:4].std() + y[:4].mean(), filled[4, 1], rtol=1e-9)


def test_the_width_of_the_field_is_drawn_from_its_posterior() -> None:
    """The spread of the true scores follows the density of Gelman et al., equation 5.21."""
    scores, stderr = np.array([0.1, 0.35, 0.5, 0.9]), np.array([0.1, 0.2, 0.1, 0.3])
    top = 3 * scores.std()
    weights, centres = [], []
    for step in range(4000):
        tau = (step + 0.5) / 4000 * top
        variances = [error**2 + tau**2 for error in stderr]
        total = sum(1 / each for each in variances)
        centre = sum(y / each for y, each in zip(scores, variances, strict=True)) / total
        away = sum((y - centre) ** 2 / each for y, each in zip(scores, variances, strict=True))
        density = math.prod(each**-0.5 for each in variances) * total**-0.5 * math.exp(-away / 2)
        shrunk = [
            (y / error**2 + centre / tau**2) / (1 / error**2 + 1 / tau**2)
            for y, error in zip(scores, stderr, strict=True)
        ]
        weights.append(density)
        centres.append(shrunk)
    expected = np.average(np.array(centres), axis=0, weights=weights)
    drawn = truths(scores, stderr, 40_000, np.random.default_rng(4))

    assert_allclose(expected, drawn.mean(axis=0), atol=0.004)


def test_a_constant_column_is_named_whatever_the_others(small: tuple[Table, Tree]) -> None:
    """One column without spread among others is an error that names it."""
    table, tree = small
    values = table.values.copy()
    values[:, 1] = 7.0
    with pytest.raises(InputError) as caught:
        normalise(table.changed(values), tree, Normalise())

    assert ("index-constant", "a2") == (caught.value.code, caught.value.where)


def test_a_node_that_scores_nothing_is_no_part_of_the_tree() -> None:
    """A node whose indicators are collected and not scored is left out."""
    nodes = [{"id": "top"}, {"id": "b", "parents": ["top"]}, {"id": "a", "parents": ["b"]},
             {"id": "c", "parents": ["top"]}]  # fmt: skip
    leaves = [
        {"id": "a1", "parents": ["a"], "points": 1, "rule": {"kind": "measured"}},
        {"id": "c1", "parents": ["c"], "points": 1, "rule": {"kind": "measured"}, "scored": False},
    ]
    head = {"id": "t", "index": "t", "valid": ["2024"], "units": "XSA", "tie": "competition",
            "label": {"en": "T"}, "source": "invented"}  # fmt: skip
    tree = edition_tree(frameworks.read(head | {"node": nodes, "indicator": leaves}))

    assert ("a1", "a", "b", "top") == tree.codes


def wide_field() -> tuple[Table, Tree]:
    values = np.random.default_rng(9).normal(size=(60, 4))
    parts = [Part("i", (), level=2), *(Part(f"x{at}", ("i",)) for at in range(4))]
    units = tuple(f"U{at:02}" for at in range(60))
    return Table(units, tuple(f"x{at}" for at in range(4)), values), tree_of(parts)


def test_a_rank_is_too_wide_to_quote_beyond_a_sixth_of_the_field() -> None:
    """Of 60 units those whose interval is wider than 10 places, and no others."""
    recipe = recipe_of([{"step": "normalise"}, {"step": "weigh", "noise": 0.9}])
    found = audit(*wide_field(), recipe, Sample(64, 1))
    told = intervals(found.study)
    broad = told.filter(pl.col("rank_high") - pl.col("rank_low") > 10)

    assert 0 < broad.height < 60
    assert broad.equals(found.wide())


def test_the_indices_of_all_units_are_those_of_each() -> None:
    """The table of every unit has the rows of each unit's own table."""
    recipe = recipe_of(
        [
            {"step": "normalise", "alternatives": [{}, {"method": "rank"}]},
            {"step": "weigh", "noise": 0.9},
        ]
    )
    found = sensitivity(*wide_field(), recipe, Sample(64, 1))
    every = found.units()

    assert 120 == every.height
    for unit in ("U00", "U17", "U59"):
        assert found.unit(unit).equals(every.filter(pl.col("unit") == unit).drop("unit"))


def test_a_correlation_of_too_little_is_unknown() -> None:
    """Two pairs, or a column without spread, have no correlation; else it is Pearson's."""
    one, two = np.array([1.0, 2.0, 4.0, NAN]), np.array([2.0, 3.0, 9.0, 1.0])

    assert correlate(one, two)[0] == pytest.approx(moving(one, two))
    assert math.isnan(moving(one[:2], two[:2]))
    assert math.isnan(moving(np.ones(4), two))


def test_what_is_not_known_cannot_rise() -> None:
    """An indicator that the unit lacks is no part of what must change for a rank."""
    tree = tree_of([Part("i", (), level=2), Part("a", ("i",)), Part("b", ("i",))])
    values = np.array([[1.0, NAN], [2.0, 5.0], [4.0, 1.0], [1.0, 1.0]])
    recipe = recipe_of([{"step": "normalise"}, {"step": "aggregate"}])
    asked = WhatIf(Table(("U", "V", "W", "X"), ("a", "b"), values), tree, recipe, "U")

    # U stands at 0; W, second, at (100 + 0) / 2: U needs half of the way from 1 to 4.
    found = asked.needed(2, ["a", "b"])
    assert ["a"] == found["indicator"].to_list()
    assert [2] == found["rank"].to_list()
    assert_allclose(found["needed"], [2.5], atol=1e-9)


def test_skewness_and_kurtosis_of_one_column() -> None:
    """They are those of the Handbook: unbiased for a sample, the kurtosis less that of a normal."""
    column = np.array([1.0, 2.0, 2.0, 3.0, 9.0, NAN, 4.0])
    known = column[~np.isnan(column)]

    assert_allclose(moments(column), (skew(known, bias=False), kurtosis(known, bias=False)))
    # Of 0, 0, 0, 1: third moment 3 / 32, variance 3 / 16; sample skewness 2, kurtosis 4.
    assert_allclose(moments(np.array([0.0, 0.0, 0.0, 1.0])), (2.0, 4.0))
    assert_allclose(moments(np.array([0.0, 0.0, 1.0]))[0], math.sqrt(3))


def node_of(
    weights: list[float], rates: list[list[float]], errors: list[list[float]]
) -> EditionNode:
    values = np.array(rates)
    return EditionNode(
        tuple(f"p{n}" for n in range(len(weights))),
        np.arange(len(weights)),
        np.array(weights),
        values,
        np.array(errors),
        np.zeros(values.shape[1]),
        skip=True,
        gated=False,
    )


def test_errors_of_rates_join_in_the_score_as_independent_ones() -> None:
    """The error of a weighted mean is the root of the weighted squares over the weights known."""
    node = node_of([3.0, 1.0], [[0.5, 0.5], [0.5, NAN]], [[0.1, 0.1], [0.2, 0.2]])

    assert_allclose([math.sqrt(0.3**2 + 0.2**2) / 4, 0.1], node.error)


def test_other_weights_move_a_score_by_the_difference_of_means() -> None:
    """Twice the weight of one of two parts moves the mean a sixth of the way towards it."""
    node = node_of([1.0, 1.0], [[1.0], [0.0]], [[0.0], [0.0]])

    assert_allclose(
        [[2 / 3 - 1 / 2], [1 / 3 - 1 / 2]], node.moved(np.array([[2.0, 1.0], [1.0, 2.0]]))
    )
