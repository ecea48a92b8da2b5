import runpy
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from saola.index import Build, Recipe, Table, Tree, build, read_tables, recipe_of
from saola.index.build import prepare
from saola.index.rank import ranks
from saola.index.steps import Normalise, Treat
from saola.index.treat import treatment

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.real
def test_every_score_and_rank_equals_the_second_opinion(
    asem_build: Build, shared_data: Path
) -> None:
    """All 51 ASEM scores equal a plain re-reading of COINr's formulas to 1e-10, and all ranks."""
    plain = runpy.run_path(str(ROOT / "benchmarks" / "plain_coinr.py"))
    expected = plain["nominal"](shared_data / "asem")
    actual = {unit: asem_build.score(unit) for unit in expected}

    assert expected == pytest.approx(actual, abs=1e-10)
    assert plain["ranks"](expected) == dict(
        zip(asem_build.units, asem_build.ranks().tolist(), strict=True)
    )


@pytest.mark.real
@pytest.mark.parametrize(
    ("unit", "score"),
    [
        ("CHE", 68.38372),
        ("NLD", 64.81952),
        ("DNK", 64.80408),
        ("NOR", 64.46778),
        ("BEL", 63.53952),
        ("SWE", 62.99968),
        ("AUT", 61.901803),
        ("BGR", 50.807591),
        ("AUS", 45.766248),
        ("BGD", 39.047762),
    ],
)
def test_nominal_scores_are_coinrs(asem_build: Build, unit: str, score: float) -> None:
    """The nominal index is the one COINr 1.1.14 prints."""
    assert score == pytest.approx(asem_build.score(unit), abs=6e-6)


@pytest.mark.real
def test_india_has_the_published_profile(asem_build: Build) -> None:
    """The aggregates under the index are COINr's too."""
    expected = {
        "Index": 39.79, "Conn": 28.60, "Sust": 50.99, "Physical": 18.78, "ConEcFin": 6.38,
        "Political": 51.90, "Instit": 59.84, "P2P": 6.07, "Environ": 75.34, "Social": 22.74,
        "SusEcFin": 54.88,
    }  # fmt: skip
    actual = {node: asem_build.score("IND", node) for node in expected}

    assert expected == pytest.approx(actual, abs=0.0051)
    assert 45 == asem_build.ranks()[asem_build.units.index("IND")]


@pytest.mark.real
def test_winsorised_points_are_coinrs(asem_build: Build) -> None:
    """Fifteen indicators are winsorised and none is logged."""
    step = next(step for step in asem_build.recipe.steps if isinstance(step, Treat))
    told = treatment(asem_build.stages["screen"], asem_build.tree, step)
    expected = {
        "Flights": 1, "Bord": 3, "Gas": 3, "Services": 4, "FDI": 2, "ForPort": 3, "CostImpEx": 1,
        "Tariff": 3, "StMob": 2, "CultServ": 3, "Forest": 2, "Poverty": 3, "NGOs": 3, "FemLab": 1,
        "PubDebt": 1,
    }  # fmt: skip
    touched = told.filter(pl.col("method") != "")

    assert expected == dict(zip(touched["indicator"], touched["winsorised"], strict=True))
    assert {"winsorise"} == set(touched["method"])


@pytest.mark.real
@pytest.mark.parametrize(
    ("normalise", "aggregate", "expected", "rank"),
    [
        ({"method": "zscore"}, {}, (0.651509, -0.266867, -0.462351, -0.626792), None),
        ({"range": [1, 100]}, {}, (68.699887, 43.776806, 40.394120, 36.298989), 36),
        (
            {"range": [1, 100]},
            {"method": "geometric"},
            (58.006314, 25.252556, 19.401691, 18.134320),
            37,
        ),
        (
            {"range": [1, 100]},
            {"method": "harmonic"},
            (29.838638, 7.744285, 5.244154, 6.992144),
            None,
        ),
        (
            {"range": [1, 100]},
            {"method": "power", "power": 0.5},
            (64.496649, 35.868328, 30.944597, 27.295447),
            None,
        ),
        ({"method": "percentile"}, {}, (0.689850, 0.396631, 0.350357, 0.300678), 37),
        ({"range": [0, 100]}, {}, (68.38372, None, 39.79204, None), 36),
    ],
)
def test_other_options_give_coinrs_values(
    asem: tuple[Table, Tree],
    asem_recipe: Recipe,
    normalise: dict[str, object],
    aggregate: dict[str, object],
    expected: tuple[float | None, ...],
    rank: int | None,
) -> None:
    """Each normalisation and aggregation gives COINr's index of four countries."""
    rows = asem_recipe.rows()[:4]
    rows += [{"step": "normalise", **normalise}, {"step": "aggregate", **aggregate}]
    built = build(*asem, recipe_of(rows))
    wanted = dict(zip(("CHE", "VNM", "IND", "RUS"), expected, strict=True))

    for unit, score in wanted.items():
        if score is not None:
            assert score == pytest.approx(built.score(unit), abs=6e-6)
    if rank is not None:
        assert rank == built.ranks()[built.units.index("VNM")]


@pytest.mark.real
def test_rank_normalisation_puts_viet_nam_at_37(
    asem: tuple[Table, Tree], asem_recipe: Recipe
) -> None:
    """Ranks as scores place Viet Nam 37th."""
    rows = [*asem_recipe.rows()[:4], {"step": "normalise", "method": "rank"}]
    built = build(*asem, recipe_of(rows))

    assert 37 == built.ranks()[built.units.index("VNM")]


@pytest.mark.real
def test_the_panel_gives_coinrs_index(shared_data: Path) -> None:
    """A panel screened and treated by year and normalised as one gives COINr's five years."""
    folder = shared_data / "asem"
    table, tree = read_tables(folder / "asem_panel.csv", folder / "asem_meta.csv")
    steps = [{"step": "screen", "available": 0.9}, {"step": "treat"}, {"step": "normalise"}]
    built = build(table, tree, recipe_of([*steps, {"step": "aggregate"}]))
    expected = {
        "VNM": (40.37418, 40.90564, 41.72119, 42.84017, 40.87386),
        "CHE": (59.93570, 60.49690, 61.44742, 62.01601, 61.73336),
    }

    for unit, years in expected.items():
        actual = [built.score(unit, period=str(2018 + i)) for i in range(5)]
        assert list(years) == pytest.approx(actual, abs=6e-6)
    assert {1} == set(built.scores().filter(pl.col("rank") == 1)["rank"])
    assert 5 == built.scores()["period"].n_unique()


@pytest.mark.real
def test_fitted_weights_are_coinrs(asem: tuple[Table, Tree], asem_recipe: Recipe) -> None:
    """Weights of level 3 that give both halves the same correlation are .3853 and .6147."""
    weigh = {"step": "weigh", "method": "optimised", "levels": [3]}
    rows = [*asem_recipe.rows()[:5], weigh, {"step": "aggregate"}]
    built = build(*asem, recipe_of(rows))
    found = [built.weights[built.tree.place(code)] for code in ("Conn", "Sust")]

    assert [0.3853, 0.6147] == pytest.approx(found, abs=6e-5)


@pytest.mark.real
def test_stages_are_kept_and_imputed_values_marked(asem_build: Build) -> None:
    """Every step leaves its table, and the missing values of the raw one are marked as imputed."""
    divided, last = asem_build.stages["denominate"], asem_build.normalised

    assert ["raw", "denominate", "impute", "screen", "treat", "normalise"] == list(
        asem_build.stages
    )
    assert int(np.isnan(divided.values).sum()) == last.frame()["imputed"].sum()
    assert not np.isnan(last.values).any()


@pytest.mark.real
def test_prepare_and_ranks_agree_with_build(
    asem: tuple[Table, Tree], asem_recipe: Recipe, asem_build: Build
) -> None:
    """Preparing alone gives the table that building ends with."""
    stages = prepare(*asem, asem_recipe)

    assert asem_build.normalised.values.tolist() == stages["normalise"].values.tolist()
    assert asem_build.ranks().tolist() == ranks(asem_build.column("Index")).tolist()
    assert isinstance(asem_recipe.prepare[-1], Normalise)
