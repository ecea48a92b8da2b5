from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import xlsxwriter
from numpy.testing import assert_allclose
from typer.testing import CliRunner

from saola.cli.main import root
from saola.errors import InputError
from saola.frameworks import rates, read
from saola.index import Build, Table, Tree, build, recipe_of
from saola.index.audit import audit, usual_alternatives
from saola.index.build import take
from saola.index.coherence import alpha, reliability
from saola.index.cointool import read_coin_tool
from saola.index.edition_table import edition_table
from saola.index.errors_drawn import Mover, moved
from saola.index.impute import along
from saola.index.moments import moments
from saola.index.normalise import normalise
from saola.index.recipe import Recipe
from saola.index.steps import Normalise, Treat, Weigh
from saola.index.study import Sample
from saola.index.tree import Part, tree_of
from saola.index.what_if import WhatIf
from saola.observations import frame

NAN = float("nan")


def test_moments_of_short_columns_are_unknown() -> None:
    """Two values have neither moment, three no kurtosis, equal ones neither."""
    assert np.isnan(moments(np.array([1.0, 2.0]))).all()
    assert [False, True] == np.isnan(moments(np.array([1.0, 2.0, 9.0]))).tolist()
    assert np.isnan(moments(np.ones(9))).all()


def test_a_series_without_any_value_stays_empty() -> None:
    """Nothing can be filled along time from nothing."""
    assert np.isnan(along(np.arange(3.0), np.full(3, NAN), "linear")).all()


def test_tables_without_errors_are_not_moved(small: tuple[Table, Tree]) -> None:
    """Drawing errors of exact values changes nothing, on the fast way either."""
    table, tree = small
    step = Normalise(range=(1.0, 100.0))
    mover = Mover(table, tree, step, 1)
    shares = np.full((4, 2), 0.25)

    assert table is moved(table, 1, 0)
    expected = normalise(table, tree, step).values.mean(axis=1)
    assert_allclose(np.tile(expected, (2, 1)), mover.flat(np.arange(2), shares, 1.0))


def test_steps_that_leave_the_table_alone(small: tuple[Table, Tree]) -> None:
    """Weighing changes no value; custom treatment reaches the index."""
    table, tree = small
    rows = [
        {"step": "treat", "by_indicator": {"a1": {"method": "custom", "force": True}}},
        {"step": "normalise"},
    ]
    built = build(table, tree, recipe_of(rows), {"a1": np.sqrt})

    assert table is take(table, tree, Weigh())
    assert isinstance(built.recipe.steps[0], Treat)
    assert built.stages["treat"].column("a1")[0] == pytest.approx(1.0)


def test_a_recipe_without_alternatives_has_as_many_empty_ones() -> None:
    """Alternatives stand beside their steps, also where there are none."""
    assert ((),) == Recipe((Normalise(),)).alternatives
    assert Recipe((Normalise(),)) == Recipe((Normalise(),), ((),))


def test_panels_have_a_column_for_the_period(small: tuple[Table, Tree]) -> None:
    """A wide panel names the period of each row."""
    table, _ = small
    panel = replace(table, periods=("2020",) * 6)

    assert ["unit", "period", "a1"] == panel.wide().columns[:3]


def test_single_children_and_lonely_values_have_no_alpha() -> None:
    """Aggregates of one child are left out; columns without common rows have no covariance."""
    parts = [Part("x", ("p",)), Part("y", ("q",)), Part("z", ("q",)), Part("p", ("i",), level=2)]
    tree = tree_of([*parts, Part("q", ("i",), level=2), Part("i", level=3)])
    values = np.random.default_rng(1).normal(size=(12, 3))
    table = Table(tuple("abcdefghijkl"), ("x", "y", "z"), values)
    built = build(table, tree, recipe_of([{"step": "normalise"}]))

    assert {"q", "i"} == set(reliability(built)["node"])
    assert isinstance(alpha(np.array([[1.0, NAN], [NAN, 2.0], [3.0, NAN]])), float)


def test_one_indicator_may_be_enough(small: tuple[Table, Tree]) -> None:
    """The single indicators that give a rank are listed, the smallest step first, each verified."""
    ask = WhatIf(*small, recipe_of([{"step": "normalise"}]), "X")
    told = ask.single(2)

    assert told.height > 0
    for row in told.iter_rows(named=True):
        assert ask.rank(ask.with_values({row["indicator"]: row["needed"]})) <= 2
    table, tree = small
    gaps = table.values.copy()
    gaps[3, 0] = NAN
    holed = WhatIf(replace(table, values=gaps), tree, recipe_of([{"step": "normalise"}]), "X")
    assert "a1" not in holed.single(1)["indicator"].to_list() or holed.single(1).height >= 1


def test_usual_alternatives_keep_steps_for_single_indicators() -> None:
    """Where single indicators have rules, or means differ by level, the mean is not varied."""
    rule = {"step": "normalise", "by_indicator": {"a1": {"method": "zscore"}}}
    ruled = usual_alternatives(recipe_of([rule]))
    levels = usual_alternatives(
        recipe_of([{"step": "normalise"}, {"step": "aggregate", "by_level": {"2": "geometric"}}])
    )

    assert () == ruled.alternatives[-1]
    assert () == levels.alternatives[-1]
    rows = [{"step": "normalise"}, {"step": "weigh", "method": "equal"}]
    kept = usual_alternatives(recipe_of(rows))
    assert "equal" == kept.weigh.method


def test_large_fields_have_no_matrix_of_duels() -> None:
    """Beyond 200 units duels are not written out."""
    rng = np.random.default_rng(2)
    tree = tree_of([Part("x", ("i",)), Part("y", ("i",)), Part("i", level=2)])
    table = Table(tuple(str(i) for i in range(201)), ("x", "y"), rng.normal(size=(201, 2)))
    found = audit(table, tree, recipe_of([{"step": "normalise"}]), Sample(16, 1, bootstrap=5))

    assert "duels" not in found.tables()
    assert "<table" in found.sensitivity._repr_html_()


def edition() -> dict[str, object]:
    label = {"en": "E", "vi": "E", "fr": "E"}
    node = {"label": label}
    return {
        "id": "e", "index": "e", "valid": ["2020"], "units": "country", "tie": "competition",
        "label": label, "source": "test", "missing": "zero",
        "node": [
            {"id": "top", **node},
            {"id": "left", "parents": ["top"], "points": 30, **node},
            {"id": "aside", "parents": ["top"], "scored": False, **node},
        ],
        "indicator": [
            {"id": "x", "parents": ["left"], "points": 10, "label": label,
             "rule": {"kind": "measured", "value": "in-x"}},
            {"id": "y", "parents": ["top"], "points": 10, "label": label,
             "rule": {"kind": "measured", "value": "in-y"}},
            {"id": "z", "parents": ["aside"], "points": 5, "scored": False, "label": label,
             "rule": {"kind": "measured", "value": "in-z"}},
        ],
    }  # fmt: skip


def test_editions_leave_out_what_is_not_scored_and_count_gaps_as_zero() -> None:
    """Unscored parts stay out of the tree; points are weights; a gap costs its points."""
    framework = read(edition())
    rows = [
        {"indicator": f"in-{code}", "unit": unit, "period": "2020", "value": value}
        for code, unit, value in (
            ("x", "VNM", 0.5), ("y", "VNM", 0.8), ("x", "LAO", 0.2), ("z", "LAO", 1.0),
        )
    ]  # fmt: skip
    table, tree, _ = edition_table(framework, rates(framework, frame(rows)), "2020")

    assert {"x", "y", "left", "top"} == set(tree.codes)
    assert (30.0, 10.0) == (tree.parts["left"].weight, tree.parts["x"].weight)
    assert 0.0 == table.values[table.units.index("LAO"), table.indicators.index("y")]


# -- the COIN Tool --------------------------------------------------------------------------


def coin_tool(path: Path, *, framework: bool = True, rows: int = 3) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Database")
        sheet.write(0, 0, "COIN Tool")
        for at, (code, above, weight, direction) in enumerate(
            [("x", "sp.01", 1, 1), ("y", "sp.01", 2, -1), ("z", "sp.02", "", 1)]
        ):
            column = 4 + at + (at == 2)  # one column between is blank
            sheet.write_column(6, column, [weight, direction, 0, 10])
            sheet.write_column(10, column, ["Index", "si.01", "p.01", above, f"Name {code}", code])
        for at in range(rows):
            sheet.write_row(16 + at, 1, [f"Unit {at}", f"U{at}"])
            third = "n/a" if at == 1 else at * 2.0
            sheet.write_row(16 + at, 4, [at + 1.0, 5.0 - at, "", third])
        plan = book.add_worksheet("Framework")
        if framework:
            plan.write_row(3, 2, ["Dimension/indicator", "", "Weight", "", "", "Name"])
            plan.write_row(4, 2, ["Index", "", 1, "", "", "The index"])
            plan.write_row(5, 2, ["sp.01", "", 3, "", "", "First"])
            plan.write_row(6, 2, ["sp.02", "", "", "", "", ""])
            plan.write_row(7, 2, ["--", "", "", "", "", "unused"])
    return path


def test_the_coin_tools_workbook_is_built_from_the_command(tmp_path: Path) -> None:
    """Without metadata the data are a workbook of the COIN Tool."""
    recipe = tmp_path / "r.toml"
    recipe.write_text('[[recipe]]\nstep = "normalise"\n', encoding="utf-8")
    tool = str(coin_tool(tmp_path / "tool.xlsx"))
    args = ["index", "build", tool, "-o", str(tmp_path), "--recipe", str(recipe)]
    CliRunner().invoke(root, args, catch_exceptions=False)

    assert 3 == pl.read_csv(tmp_path / "scores.csv").filter(node="Index").height


def test_a_workbook_of_the_coin_tool_becomes_an_index(tmp_path: Path) -> None:
    """Values, directions, weights, goalposts and the levels in use are read; `n/a` is a gap."""
    table, tree = read_coin_tool(coin_tool(tmp_path / "tool.xlsx"))
    built: Build = build(table, tree, recipe_of([{"step": "normalise"}]))

    assert (("U0", "U1", "U2"), ("x", "y", "z")) == (table.units, table.indicators)
    assert np.isnan(table.values[1, 2])
    assert ("sp.01", "sp.02", "Index") == tuple(node.code for node in tree.nodes)
    assert (-1, 2.0, 3.0, "First") == (
        tree.parts["y"].direction,
        tree.parts["y"].weight,
        tree.parts["sp.01"].weight,
        tree.parts["sp.01"].name,
    )
    assert {"goalpost_lower": 0.0, "goalpost_upper": 10.0} == tree.parts["x"].parameters
    assert "U2" == built.units[int(np.argmax(built.column("Index")))]


def test_other_workbooks_are_refused(tmp_path: Path) -> None:
    """A workbook without rows, framework or columns is none of the COIN Tool."""
    cases = {
        "plain.xlsx": coin_tool(tmp_path / "plain.xlsx", framework=False),
        "empty.xlsx": coin_tool(tmp_path / "empty.xlsx", rows=0),
    }
    with xlsxwriter.Workbook(tmp_path / "blank.xlsx") as book:
        book.add_worksheet("Database").write_column(0, 0, list(range(20)))
        book.add_worksheet("Framework")
    with xlsxwriter.Workbook(tmp_path / "units.xlsx") as book:
        sheet = book.add_worksheet("Database")
        sheet.write_row(15, 0, ["", "", "", "", ""])
        sheet.write_row(16, 1, ["Unit", "U"])
        book.add_worksheet("Framework").write(3, 2, "Dimension/indicator")
    for name in (*cases, "blank.xlsx", "units.xlsx"):
        with pytest.raises(InputError) as caught:
            read_coin_tool(tmp_path / name)
        assert "index-cointool" == caught.value.code
