"""Answers worked out by hand where a small change of the engine would not be seen otherwise."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import xlsxwriter
from numpy.testing import assert_allclose

from saola import frameworks
from saola.errors import InputError
from saola.frameworks import Framework, rates
from saola.index import Part, Table, build, recipe_of, tree_of
from saola.index.audit import audit
from saola.index.coinr import meta_of
from saola.index.cointool import read_coin_tool
from saola.index.drawn import Drawn, intervals
from saola.index.edition_node import edition_node
from saola.index.edition_what_if import EditionWhatIf
from saola.index.engine import rank_draws
from saola.index.joining import copeland, mazziotta_pareto, outranking
from saola.index.moments import passes
from saola.index.normalise import normalise
from saola.index.sensitivity import leave_out, rank_change, sensitivity
from saola.index.standings import DUELLERS, classes, top
from saola.index.steps import Normalise
from saola.index.study import Sample
from saola.observations import frame
from saola.sampling import saltelli

NAN = float("nan")
PAIR = tree_of([Part("i", (), level=2), Part("a", ("i",)), Part("b", ("i",))])


def table_of(*rows: tuple[float, ...], **more: Any) -> Table:
    codes = tuple("abcd"[: len(rows[0])])
    return Table(tuple("UVWXYZ"[: len(rows)]), codes, np.array(rows, dtype=float), **more)


# -- what is read ---------------------------------------------------------------------------


def workbook(path: Path, directions: tuple[object, ...]) -> Path:
    """Write a workbook of the COIN Tool whose framework ends with the code of its last row."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Database")
        for at, direction in enumerate(directions):
            sheet.write_column(6, 4 + at, ["", direction])
            sheet.write_column(10, 4 + at, ["Top", "s", "p", f"q{at}", "", f"x{at}"])
        for at in range(2):
            sheet.write_row(16 + at, 2, [f"U{at}", "", *[at + 1.0] * len(directions)])
        plan = book.add_worksheet("Framework")
        plan.write_column(0, 2, ["Dimension/indicator", "Top"])
    return path


def test_only_a_direction_below_zero_turns_an_indicator(tmp_path: Path) -> None:
    """0, one half, 1 and an empty cell leave it as it is; -1 and -0.5 turn it."""
    directions = (0, 0.5, 1, "", -1, -0.5)
    _, tree = read_coin_tool(workbook(tmp_path / "t.xlsx", directions))

    assert [1, 1, 1, 1, -1, -1] == [tree.parts[f"x{at}"].direction for at in range(6)]


def test_a_framework_may_end_before_its_weights(tmp_path: Path) -> None:
    """Where the sheet is no wider than its codes, weights are 1, names the codes."""
    table, tree = read_coin_tool(workbook(tmp_path / "t.xlsx", (1, 1)))

    assert ("Top", 1.0, "x0", 1.0) == (
        tree.parts["Top"].name, tree.parts["Top"].weight, tree.parts["x0"].name,
        tree.parts["x0"].weight,
    )  # fmt: skip
    assert [[1, 1], [2, 2]] == table.values.tolist()
    assert {"U0": "U0", "U1": "U1"} == table.names


@pytest.mark.parametrize("reach", [4, 7])
def test_a_framework_may_end_right_before_a_column(tmp_path: Path, reach: int) -> None:
    """A cell one beyond the end of its row is an empty one: of the weight, and of the name."""
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Database")
        sheet.write_column(10, 4, ["Top", "", "", "", "", "x"])
        sheet.write_row(16, 2, ["U", "", 3.0])
        plan = book.add_worksheet("Framework")
        plan.write_row(0, 2, ["Dimension/indicator", *"." * (reach - 3)])
        plan.write_row(1, 2, ["Top", "", *[2.0] * (reach > 4)])
    _, tree = read_coin_tool(path)

    assert ("Top", 2.0 if reach > 4 else 1.0) == (tree.parts["Top"].name, tree.parts["Top"].weight)


def test_an_indicator_without_a_level_stands_on_the_first() -> None:
    """Metadata that say neither level, weight nor direction mean 1 by each."""
    rows = {"iCode": ["x", "P"], "Type": ["Indicator", "Aggregate"], "Parent": ["P", None]}
    tree, _ = meta_of(pl.DataFrame(rows | {"Level": [None, 2]}))
    part = tree.parts["x"]

    assert (1, 1.0, 1) == (part.level, part.weight, part.direction)


@pytest.mark.parametrize("rows", [15, 16])
def test_a_sheet_that_ends_with_its_codes_has_no_units(tmp_path: Path, rows: int) -> None:
    """A database of the heads alone, or of less, is none of the COIN Tool."""
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Database").write_column(0, 4, ["x"] * rows)
        book.add_worksheet("Framework")
    with pytest.raises(InputError) as caught:
        read_coin_tool(path)

    assert "index-cointool" == caught.value.code


@pytest.mark.parametrize("bad", ["UV", ["U", 1], [1, "U"], 3])
def test_a_list_of_words_holds_words_alone(bad: object) -> None:
    """One word is no list, nor is a list in which one is a number."""
    rows = [{"step": "screen", "keep": bad}, {"step": "normalise"}]
    with pytest.raises(InputError) as caught:
        recipe_of(rows)
    assert '["…", "…"]' in str(caught.value)
    kept: Any = recipe_of([{"step": "screen", "keep": ["U", "V"]}, {"step": "normalise"}]).steps[0]
    assert ("U", "V") == kept.keep


# -- editions -------------------------------------------------------------------------------


def edition(**head: Any) -> Framework:
    """Make an edition: `left` and `right` share `s`; `y` stands under the top itself."""
    label = {"en": "E", "vi": "E", "fr": "E"}
    parents = {"l": ["left"], "s": ["left", "right"], "r": ["right"], "y": ["top"]}
    rows = [
        {"id": code, "parents": above, "points": 0.25, "label": label,
         "rule": {"kind": "measured", "value": f"in-{code}"}}
        for code, above in parents.items()
    ]  # fmt: skip
    nodes = [{"id": "top"}, {"id": "left", "parents": ["top"]}, {"id": "right", "parents": ["top"]}]
    told = {"id": "e", "index": "e", "valid": ["2020"], "units": "country", "tie": "competition",
            "label": label, "source": "test", "missing": "zero"}  # fmt: skip
    made = {"node": [{**node, "label": label} for node in nodes], "indicator": rows}
    return frameworks.read(told | head | made)


def test_an_indicator_belongs_to_the_first_part_that_counts_it() -> None:
    """Points below one count too; what two parts share moves with the first of them."""
    framework = edition()
    rows = [{"indicator": f"in-{code}", "unit": "VNM", "period": "2020", "value": value}
            for code, value in (("l", 0.5), ("s", 0.25), ("r", 1.0), ("y", 0.75))]  # fmt: skip
    found = rates(framework, frame(rows))
    top_node, left = (edition_node(framework, found, node, 0) for node in framework.nodes[:2])
    places = {code: place for place, code in enumerate(top_node.parts)}

    assert {"left", "right", "y"} == set(places)
    assert places["left"] < places["right"]
    expected = [places[code] for code in ("left", "left", "right", "y")]
    assert expected == top_node.home.tolist()
    assert (["l", "s"], [0, 1, -1, -1]) == (list(left.parts), left.home.tolist())
    # Twice the weight of `left`: (2 * 0.75 + 1 + 0.75) / 6 less (0.75 + 1 + 0.75) / 4.
    factor = np.ones((1, 3))
    factor[0, places["left"]] = 2.0
    assert_allclose([[3.25 / 6 - 2.5 / 4]], top_node.moved(factor))


def test_draws_stay_between_nothing_and_the_best() -> None:
    """A scale ends at 1, or at the best score beyond it, also where no unit has a score."""
    framework = edition()
    rows = [{"indicator": "in-l", "unit": "VNM", "period": "2020", "value": 0.5}]
    node = edition_node(framework, rates(framework, frame(rows)), framework.root, 0)
    drawn = np.array([[-0.5, 0.5, 1.5]])

    for score, most in (([0.1, 0.2, NAN], 1.0), ([0.1, 1.25, NAN], 1.25), ([NAN] * 3, 1.0)):
        assert [[0.0, 0.5, most]] == node.within(drawn, np.array(score)).tolist()


@pytest.mark.parametrize(
    ("tie", "rank", "goals"),
    [
        ("dense", 3, [3.0, 2.0, -np.inf, -np.inf]),
        ("competition", 4, [3.0, 3.0, 2.0, -np.inf]),
        ("as-published", 4, [3.0, 3.0, 2.0, -np.inf]),
    ],
)
def test_equal_peers_count_once_where_ranks_are_dense(
    tie: str, rank: int, goals: list[float]
) -> None:
    """Behind 3, 3 and 2 a 1 is third or fourth; beyond all peers any score is enough."""
    peers = np.array([3.0, NAN, 2.0, 3.0])
    ask = EditionWhatIf(edition(tie=tie), np.zeros(4), peers)

    assert rank == ask.rank(1.0)
    assert (1, 0) == (ask.rank(3.0), ask.rank(NAN))
    assert goals == [ask.goal(wanted) for wanted in (1, 2, 3, 4)]


# -- joining --------------------------------------------------------------------------------


def test_a_unit_with_nothing_has_no_penalised_mean() -> None:
    """It is no fault; a mean of nothing or less is, also where the weights are small."""
    values = np.array([[0.5, 0.25, 0.75], [NAN, NAN, NAN]])
    weights = np.array([0.25, 0.125, 0.125])
    # Mean 0.5 by weights of 1/2, 1/4, 1/4; variance (0 + 1/64 + 1/64) by the same.
    assert_allclose([0.5 - 0.03125 / 0.5, NAN], mazziotta_pareto(values, weights))
    assert_allclose([0.5 + 0.03125 / 0.5, NAN], mazziotta_pareto(values, weights, "+"))
    for low in (0.0, -1.0):
        with pytest.raises(InputError):
            mazziotta_pareto(np.full((2, 3), low), weights)


def test_duels_of_more_units_than_children() -> None:
    """Each pair by what both have: weights 3 to 1, a tie half, nothing in common an even duel."""
    values = np.array([[1.0, 5.0], [1.0, 2.0], [2.0, NAN], [NAN, 9.0]])
    expected = [[0, 0.625, 0, 0], [0.375, 0, 0, 0], [1, 1, 0, 0.5], [1, 1, 0.5, 0]]

    assert_allclose(expected, outranking(values, np.array([3.0, 1.0])))
    assert [-1, -3, 2, 2] == copeland(values, np.array([3.0, 1.0])).tolist()


# -- draws ----------------------------------------------------------------------------------


def test_a_unit_scored_in_one_draw_has_that_score() -> None:
    """Every quantile of one score is the score; a unit that has none, none, and of two a mean."""
    across = np.array([[5.0, NAN, 1.0], [NAN, NAN, 3.0], [NAN, NAN, NAN], [NAN, NAN, NAN]])
    ranked, counts = rank_draws(across)
    drawn = Drawn(("U", "V", "W"), across[0], ranked[0], across, ranked, counts)
    told = {row["unit"]: row for row in intervals(drawn, 0.5).iter_rows(named=True)}
    names = ("score_low", "score_median", "score_high", "scored", "rank_mean")

    assert (5.0, 5.0, 5.0, 0.25, 1.0) == tuple(told["U"][name] for name in names)
    assert (1.5, 2.0, 2.5, 0.5, 1.5) == tuple(told["W"][name] for name in names)
    assert (None, None, None, 0.0, 0.0) == tuple(told["V"][name] for name in names)


@pytest.mark.parametrize("units", [255, 256, 257, 513])
def test_pieces_of_units_are_as_the_whole(units: int) -> None:
    """What is cut into pieces of 256 units gives what each unit gives by itself."""
    across = np.random.default_rng(units).random((5, units))
    across[1:, ::50] = NAN
    ranked, counts = rank_draws(across)
    names = tuple(f"U{place:03}" for place in range(units))
    drawn = Drawn(names, across[0], ranked[0], across, ranked, counts)
    told = intervals(drawn, 0.8).sort("unit")

    ends = np.nanquantile(across, [0.1, 0.5, 0.9], axis=0)
    found = told.select("score_low", "score_median", "score_high").to_numpy().T
    assert_allclose(ends, found, atol=1e-12)
    for limit in (1, 256, units):
        within = ((ranked > 0) & (ranked <= limit)).sum(axis=0) / 5
        assert_allclose(within, top(drawn, limit).sort("unit")["top"])
    assert units == classes(drawn).height


def test_errors_take_one_column_of_streams_and_none_of_the_design() -> None:
    """The points of a sensitivity analysis are those of the choices alone, in their blocks."""
    table = table_of((1, 4), (3, 2), (5, 9), stderr=np.full((3, 2), 0.5))
    steps = [{"step": "normalise", "alternatives": [{}, {"range": [10, 20]}]},
             {"step": "weigh", "noise": 0.25}]  # fmt: skip
    sample = Sample(16, 3, bootstrap=5)
    made = sensitivity(table, PAIR, recipe_of(steps), sample).runs.draws
    assert ["normalise", "weights", "values"] == [factor.name for factor in made.factors]
    design = saltelli(16, [1, 2, 0], sample.rng(1), sample.kind)

    assert_allclose(design.stacked(), made.uniform)
    a, b = np.arange(16), 16 + np.arange(16)
    assert np.concatenate([a, b, a, a, b]).tolist() == made.streams.tolist()


def test_ranks_move_by_their_mean_over_units() -> None:
    """Of three units and sixteen draws there are sixteen means, each over the units."""
    table = table_of((1, 4), (3, 2), (5, 9))
    steps = [{"step": "normalise", "method": "none"}, {"step": "weigh", "noise": 1.0}]
    runs = sensitivity(table, PAIR, recipe_of(steps), Sample(16, 3, bootstrap=5)).runs
    expected = [
        sum(abs(int(draw[unit]) - int(runs.published_ranks[unit])) for unit in range(3)) / 3
        for draw in runs.ranked
    ]

    assert_allclose(expected, rank_change(runs))
    assert 0 < max(expected)
    built = build(table, PAIR, recipe_of(steps[:1]))
    # Means 2.5, 2.5, 7: ranks 2, 2, 1. Without a: 4, 2, 9; without b: 1, 3, 5.
    assert [("a", 1 / 3, 1), ("b", 1 / 3, 1)] == leave_out(built, 1).rows()


@pytest.mark.parametrize(("more", "told"), [(0, True), (1, False)])
def test_duels_are_written_up_to_their_limit(more: int, told: bool) -> None:  # noqa: FBT001  (a case)
    """Just as many units as the limit have a matrix of duels, one more has none."""
    values = np.random.default_rng(2).random((DUELLERS + more, 2))
    table = Table(tuple(str(place) for place in range(len(values))), ("a", "b"), values)
    found = audit(table, PAIR, recipe_of([{"step": "normalise"}]), Sample(16, 1, bootstrap=2))

    assert told == ("duels" in found.tables())


# -- columns --------------------------------------------------------------------------------


def test_errors_of_five_units_and_two_indicators() -> None:
    """Each column has a slope of its own, whichever has gaps; one without spread keeps errors."""
    table = table_of((1, 7), (NAN, 7), (3, 7), (5, 7), (2, NAN), stderr=np.full((5, 2), 0.5))
    found = normalise(table, PAIR, Normalise(method="rank")).stderr
    assert found is not None

    # Ranks 1 to 4 over values 1 to 5.
    assert_allclose(np.tile([0.5 * 3 / 4, 0.5], (5, 1)), found)


def test_columns_pass_by_either_moment() -> None:
    """Of more columns than rows and of more rows than columns each is judged by itself."""
    lean = np.array([0.0, 0.0, 0.0, 0.0, 9.0])
    even = np.arange(5.0)
    wide = np.column_stack([lean, even, -lean, even, even, lean, even])

    assert [False, True, False, True, True, False, True] == passes(wide, 2.0, 3.5).tolist()
    assert [False, True] == passes(wide[:, :2], 2.0, 3.5).tolist()
    assert passes(wide, 9.0, 3.5).all()
    assert passes(wide, 2.0, 9.0).all()
