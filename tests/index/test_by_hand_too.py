"""More small cases worked out by hand: draws of weights, scales, classes."""

import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from saola import frameworks, observations
from saola.frameworks import Framework
from saola.index import Part, Table, tree_of
from saola.index.analysis import analyses
from saola.index.build import build
from saola.index.coherence import correlate, statistics
from saola.index.compare import agreement
from saola.index.drawn import Drawn
from saola.index.edition import Options
from saola.index.edition_table import edition_table
from saola.index.edition_what_if import EditionWhatIf
from saola.index.engine import rank_draws
from saola.index.explain import contributions
from saola.index.inequality import atkinson, within_between
from saola.index.joining import benefit_of_the_doubt, copeland, mazziotta_pareto, outranking
from saola.index.means import mean
from saola.index.normalise import normalise
from saola.index.posterior import truths
from saola.index.recipe import Recipe, recipe_of
from saola.index.regression import by_em, by_regression
from saola.index.standings import convergence
from saola.index.steps import Normalise, Weigh
from saola.index.vary import noisy
from saola.index.what_if import WhatIf

NAN = float("nan")
PAIR = tree_of([Part("i", (), level=2), Part("a", ("i",)), Part("b", ("i",))])
CASE = {
    "id": "t", "index": "t", "valid": ["2024"], "units": "XSA", "tie": "competition",
    "label": {"en": "T"}, "source": "invented", "missing": "skip",
    "node": [{"id": "top"}],
    "indicator": [
        {"id": code, "parents": ["top"], "points": 1, "rule": {"kind": "measured"}}
        for code in "ab"
    ],
}  # fmt: skip


@pytest.mark.parametrize("noise", [0.25, 0.9])
def test_shares_drawn_have_the_spread_asked_for(noise: float) -> None:
    """Of two equal weights each keeps its mean, and its coefficient of variation is the noise."""
    steps = (np.arange(4000) + 0.5) / 4000
    rng = np.random.default_rng(1)
    uniform = np.column_stack([rng.permutation(steps), rng.permutation(steps)])
    step = Weigh(noise=noise, spread="dirichlet")
    drawn = noisy(np.array([2.0, 2.0, 1.0]), PAIR, step, uniform)

    assert_allclose(drawn[0] + drawn[1], 4.0)
    assert (drawn[2] == 1.0).all()
    assert 2.0 == pytest.approx(drawn[0].mean(), rel=0.05)
    assert noise == pytest.approx(drawn[0].std() / 2.0, rel=0.05)


def test_even_noise_reaches_its_share_up_and_down() -> None:
    """At 0 a weight loses the share, in the middle it stays, near 1 it gains it."""
    drawn = noisy(
        np.array([2.0, 4.0, 1.0]), PAIR, Weigh(noise=0.25), np.array([[0.0, 0.5], [0.5, 1.0]])
    )

    assert_allclose([[1.5, 2.0], [4.0, 5.0], [1.0, 1.0]], drawn)


def test_scaled_values_go_from_the_start_to_the_end_of_the_range() -> None:
    """The low post takes the start of the range, the high post its end; beyond goes on."""
    table = Table(("U", "V", "W"), ("a", "b"), np.array([[2.0, 2.0], [4.0, 4.0], [7.0, 7.0]]))
    tree = tree_of([Part("i", (), level=2), Part("a", ("i",)), Part("b", ("i",), direction=-1)])
    step = Normalise(method="scaled", low=2.0, high=6.0, range=(10.0, 30.0))

    assert_allclose([[10.0, 30.0], [20.0, 20.0], [35.0, 5.0]], normalise(table, tree, step).values)


def test_units_without_a_score_are_in_no_class() -> None:
    """Nor have they an interval; of the others nothing changes."""
    rows = [
        {"indicator": code, "unit": f"XSA.P.{place:02}", "period": "2024",
         "value": 0.1 * place + 0.1, "stderr": 0.02}
        for place in range(5) for code in "ab"
    ]  # fmt: skip
    edition: Framework = frameworks.read(CASE)
    units = [f"XSA.P.{place:02}" for place in range(6)]
    rates = frameworks.rates(edition, observations.frame(rows), units=units)
    scores = frameworks.score(edition, observations.frame(rows), units=units)
    found = analyses(edition, rates, scores, dict.fromkeys(units, "province"), Options(draws=64))

    assert set(units[:5]) == set(found["classes"]["unit"])
    assert 10 == found["spans"].height
    assert [5, 4, 3, 2, 1] == found["spans"].filter(claim="errors").sort("unit")["rank"].to_list()
    assert set(units[:5]) == set(found["duels"]["unit"])
    assert pl.Series([1, 2, 3, 4, 5]).equals(found["classes"]["class"])


def test_true_scores_have_the_posterior_of_a_normal_field() -> None:
    """Mean and spread of the draws are those of the posterior, by plain integration."""
    scores, error = np.array([0.0, 1.0, 3.5, 4.0]), np.array([0.5, 0.5, 1.0, 0.25])
    weights, means, squares = [], [], []
    # The grid ends at three standard deviations of the scores, as a flat prior must end somewhere.
    for width in np.linspace(0, 3 * scores.std(), 3001)[1:]:
        variance = width**2 + error**2
        centre = np.sum(scores / variance) / np.sum(1 / variance)
        log = -0.5 * np.sum(np.log(variance) + (scores - centre) ** 2 / variance)
        weights.append(np.exp(log) / np.sqrt(np.sum(1 / variance)))
        means.append((scores * width**2 + centre * error**2) / variance)
        # The spread given centre and width, and that which comes from the centre.
        own = width**2 * error**2 / variance
        squares.append(own + (error**2 / variance) ** 2 / np.sum(1 / variance) + means[-1] ** 2)
    expected = np.average(means, axis=0, weights=weights)
    spread = np.sqrt(np.average(squares, axis=0, weights=weights) - expected**2)
    drawn = truths(scores, error, 40_000, np.random.default_rng(1))

    assert_allclose(expected, drawn.mean(axis=0), atol=0.015)
    assert_allclose(spread, drawn.std(axis=0), atol=0.015)


def test_atkinson_of_two_places() -> None:
    """Three people with 1 and one with 5 have a mean of 2; the equal equivalent is worked out."""
    values, people = np.array([1.0, 5.0]), np.array([3.0, 1.0])

    assert 1 - 5**0.25 / 2 == pytest.approx(atkinson(values, people))
    assert 1 - ((0.75 + 0.25 * 5**0.5) ** 2) / 2 == pytest.approx(atkinson(values, people, 0.5))
    assert 1 - 1 / (0.75 + 0.25 / 5) / 2 == pytest.approx(atkinson(values, people, 2.0))
    assert 1.0 == atkinson(np.array([0.0, 1.0]), np.ones(2))
    assert 0.5 == pytest.approx(atkinson(np.array([0.0, 1.0]), np.ones(2), 0.5))
    assert np.isnan(atkinson(np.array([-1.0, 3.0]), np.ones(2)))
    assert np.isnan(atkinson(np.zeros(2), np.ones(2)))


def test_inequality_splits_into_parts() -> None:
    """Of pairs 1, 3 and 4, 12 with one of two people in the last: all sums by hand."""
    values, people = np.array([1.0, 3.0, 4.0, 12.0]), np.array([1.0, 1.0, 1.0, 2.0])

    def theil_of(places: list[tuple[float, float]]) -> float:
        many = sum(n for _, n in places)
        mean = sum(x * n for x, n in places) / many
        return sum(n / many * x / mean * math.log(x / mean) for x, n in places)

    inside = (4 * theil_of([(1, 1), (3, 1)]) + 28 * theil_of([(4, 1), (12, 2)])) / 32
    between = theil_of([(2, 2), (28 / 3, 3)])
    found = within_between(values, ["a", "a", "b", "b"], people).rows()

    assert_allclose([inside, between, inside + between], found[0][1:])
    # Mean absolute difference over twice the mean: pairs of people, and pairs of group means.
    whole = 2 * (2 + 3 + 2 * 11 + 1 + 2 * 9 + 2 * 8) / (25 * 2 * 6.4)
    among = 2 * (2 * 3 * (28 / 3 - 2)) / (25 * 2 * 6.4)
    assert_allclose([whole - among, among, whole], found[1][1:])


def test_power_means_by_hand() -> None:
    """Weights count among the children that are known; too few known ones give no mean."""
    children = [np.array([[1.0], [4.0], [NAN]]), np.array([[7.0], [NAN], [NAN]])]
    weights = np.array([[3.0], [1.0]])

    assert_allclose([[2.5], [4.0], [NAN]], mean(children, weights, 1.0))
    assert_allclose([[np.sqrt(52 / 4)], [4.0], [NAN]], mean(children, weights, 2.0))
    assert_allclose([[7**0.25], [4.0], [NAN]], mean(children, weights, 0.0))
    assert_allclose([[4 / (3 + 1 / 7)], [4.0], [NAN]], mean(children, weights, -1.0))
    assert_allclose([[2.5], [4.0], [NAN]], mean(children, weights, 1.0, 0.5))
    assert_allclose([[2.5], [NAN], [NAN]], mean(children, weights, 1.0, 0.51))
    assert np.isnan(mean(children, np.zeros((2, 1)), 1.0)).all()


def test_imbalance_costs_its_variance_over_the_mean() -> None:
    """Of 2 and 6, weighted 3 to 1, the mean is 3 and the variance 3: 3 less 1, or plus 1."""
    values, weights = np.array([[2.0, 6.0], [5.0, NAN], [NAN, NAN]]), np.array([3.0, 1.0])

    assert_allclose([2.0, 5.0, NAN], mazziotta_pareto(values, weights))
    assert_allclose([4.0, 5.0, NAN], mazziotta_pareto(values, weights, "+"))


def test_the_frontier_by_hand() -> None:
    """Two units are best at one child each; the third lies half way on the line between them."""
    values = np.array([[2.0, 1.0], [1.0, 3.0], [0.75, 1.0], [NAN, NAN], [2.0, NAN]])
    # Scaled by the best: (1, 1/3), (1/2, 1), (3/8, 1/3); the line is 0.8 x + 0.6 y = 1.
    assert_allclose([1.0, 1.0, 0.3 + 0.2, NAN, 1.0], benefit_of_the_doubt(values))
    # With a third at least from each child, weights of the last of them are bound.
    bound = benefit_of_the_doubt(values[:3], 0.5)
    assert (bound <= benefit_of_the_doubt(values[:3]) + 1e-12).all()
    # Halves: (1, 1/3) takes weights u, 3u; the second then has u / 2 + 3 u <= 1.
    assert_allclose(2 / 3.5, bound[0])


def test_pairs_count_the_weight_of_the_children_that_both_have() -> None:
    """A tie counts half; a missing child is left out of the pair; none in common is even."""
    values = np.array([[1.0, 2.0], [1.0, 1.0], [3.0, NAN]])
    weights = np.array([1.0, 3.0])
    share = outranking(values, weights)

    assert_allclose([[0, (0.5 + 3) / 4, 0], [0.5 / 4, 0, 0], [1, 1, 0]], share)
    assert [0.0, -2.0, 2.0] == copeland(values, weights).tolist()


def test_gaps_are_filled_by_what_the_others_say() -> None:
    """Where one column is twice the other plus one, so is what is filled in, ridge apart."""
    known = np.arange(20.0)
    values = np.column_stack([known, 2 * known + 1])
    values[3, 1] = values[16, 1] = NAN
    values[8, 0] = NAN
    for fill in (by_regression, by_em):
        done = fill(values, 500)
        assert_allclose([7.0, 33.0, 8.0], [done[3, 1], done[16, 1], done[8, 0]], atol=0.25)
        assert (done[~np.isnan(values)] == values[~np.isnan(values)]).all()


def test_half_widths_are_of_the_middle_nine_tenths() -> None:
    """Ranks taken in 2 of 20 draws lie within the interval; in the first draws as in all."""
    across = np.array([[1.0, 2.0]] * 2 + [[2.0, 1.0]] * 18)
    ranked, counts = rank_draws(across)
    drawn = Drawn(("U", "V"), across[-1], ranked[-1], across, ranked, counts)
    found = convergence(drawn, 0.9).rows()

    assert (20, 0.1, 0.5) == pytest.approx(found[-1])
    assert (16, 2 / 16, 0.5) == pytest.approx(found[0])
    assert (20, 0.1, 0.0) == pytest.approx(convergence(drawn, 0.7).rows()[-1])


def test_the_usual_other_mean_lets_strong_spots_make_up_less() -> None:
    """A unit of 0.1 and 0.9 has less by it than by the arithmetic mean, an even one the same."""
    rows = [
        {"indicator": code, "unit": f"XSA.P.{unit:02}", "period": "2024", "value": value}
        for unit, values in enumerate([(0.1, 0.9), (0.5, 0.5)])
        for code, value in zip("ab", values, strict=True)
    ]
    edition: Framework = frameworks.read(CASE)
    table, tree, recipe = edition_table(
        edition, frameworks.rates(edition, observations.frame(rows))
    )
    other = [each for each in recipe.alternatives[-1] if each.method != "arithmetic"]
    found = build(table, tree, Recipe((*recipe.steps[:-1], *other), ((), (), ()))).column("top")

    assert_allclose([((0.1**0.5 + 0.9**0.5) / 2) ** 2, 0.5], found)
    assert 0.25 == recipe.weigh.noise


def test_what_must_rise_by_hand() -> None:
    """From rates of 0.2 and 0.6 to a mean of 0.7: one alone to 0.8, or half the way with both."""
    edition: Framework = frameworks.read(CASE)
    asked = EditionWhatIf(edition, np.array([0.2, 0.6]), np.array([0.7, 0.5, 0.1]))

    assert (0.4, 3) == (pytest.approx(asked.score()), asked.rank(asked.score()))
    assert 0.5 == pytest.approx(asked.together(1))
    assert 1 / 6 == pytest.approx(asked.together(2))
    assert 0.0 == asked.together(3)
    assert [("a", 0.2, 0.8, 0.7, 1)] == [pytest.approx(row) for row in asked.single(1).rows()]
    assert ["a", "b"] == asked.single(2)["indicator"].to_list()
    assert_allclose([0.4, 0.8], asked.single(2)["needed"])
    assert 0.9 == pytest.approx(asked.score({"a": 0.8, "b": 1.0}))


def test_full_marks_cannot_rise() -> None:
    """An indicator at its most is no answer, even for a rank that is held already."""
    edition: Framework = frameworks.read(CASE)
    asked = EditionWhatIf(edition, np.array([1.0, 0.6]), np.array([0.7]))

    assert ["b"] == asked.single(1)["indicator"].to_list()
    assert asked.together(1) == 0.0


def test_statistics_of_columns_with_little_in_them() -> None:
    """An empty column has no numbers and nothing available; one value has all but a spread."""
    values = np.array([[NAN, 2.0, 0.0], [NAN, NAN, 3.0], [NAN, NAN, 3.0], [NAN, NAN, NAN]])
    empty, single, short = statistics(Table(("U", "V", "W", "X"), ("a", "b", "c"), values)).rows()

    assert ("a", *[None] * 7, 0.0, *[None] * 3, "gaps") == empty
    assert ("b", 2.0, 2.0, 2.0, 2.0, None, None, None, 0.25, 1.0, 1.0, 1) == single[:-1]
    assert {"gaps", "few values", "constant"} == set(single[-1].split(", ")) - {"zeros"}
    assert (0.0, 3.0, 2.0, 3.0) == short[1:5]
    assert_allclose([3**0.5, -(3**0.5)], short[5:7])
    assert (0.75, 2 / 3, 2 / 3, 2 / 3) == short[8:-1]


def test_agreement_counts_places() -> None:
    """Of three units the first and the last change places: no agreement, 4 / 3 of a place."""
    table = pl.DataFrame({"unit": ["U", "V", "W"], "rank:a": [1, 2, 3], "rank:b": [3, 2, 1]})

    assert [("a", "b", 3, -1.0, -1.0, 4 / 3, 2)] == [
        pytest.approx(row) for row in agreement(table).rows()
    ]


@pytest.mark.parametrize("method", ["geometric", "harmonic"])
def test_contributions_to_a_mean_that_is_no_sum(method: str) -> None:
    """Parts of one change, seen by a symmetric mean, count alike; they add up to the change."""
    table = Table(("U", "V"), ("a", "b"), np.array([[2.0, 2.0], [8.0, 8.0]]))
    steps = [{"step": "normalise", "method": "none"}, {"step": "aggregate", "method": method}]
    built = build(table, PAIR, recipe_of(steps))
    found = contributions(built, "V", than="U")

    assert_allclose([3.0, 3.0], found["change"])
    apart = replace(table, values=np.array([[2.0, 4.0], [8.0, 4.0]]))
    built = build(apart, PAIR, recipe_of(steps))
    moved = contributions(built, "V", than="U")["change"].to_list()
    ends = (8**0.5, 32**0.5) if method == "geometric" else (8 / 3, 16 / 3)
    assert_allclose([ends[1] - ends[0], 0.0], moved)


def test_the_least_part_of_the_way_comes_first() -> None:
    """What alone is enough is ordered by the share of the way to the best unit."""
    # U needs 50 of 100 points from a, which weighs 2, or all of b and more: a, then b.
    tree = tree_of([Part("i", (), level=2), Part("a", ("i",), weight=2.0), Part("b", ("i",))])
    values = np.array([[0.0, 10.0], [100.0, 0.0], [25.0, 20.0], [0.0, 0.0]])
    recipe = recipe_of([{"step": "normalise"}, {"step": "aggregate"}])
    found = WhatIf(Table(("U", "V", "W", "X"), ("a", "b"), values), tree, recipe, "U").single(2)

    # W stands at (2 * 25 + 100) / 3 = 50, U at 50 / 3: a must rise to 50.
    assert ["a"] == found["indicator"].to_list()
    assert 50.0 == pytest.approx(found["needed"][0])
    easy = WhatIf(Table(("U", "V", "W", "X"), ("a", "b"), values), tree, recipe, "X").single(3)
    # X passes U at 50 / 3 with a quarter of the way in a, with half of it in b.
    assert ["a", "b"] == easy["indicator"].to_list()
    assert_allclose([25.0, 10.0], easy["needed"])


def test_three_rows_are_enough_for_a_correlation() -> None:
    """With two there is none; three on a line move as one."""
    line = np.array([1.0, 2.0, 4.0])

    assert 1.0 == pytest.approx(correlate(line, 3 * line)[0])
    assert np.isnan(correlate(line[:2], line[:2])[0])
