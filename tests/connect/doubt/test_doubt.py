"""What a plan costs if prices, demand and policy turn out otherwise."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from saola.cli.main import root
from saola.connect.costs import Money, costs
from saola.connect.doubt.drivers import Candidate, Doubt, drivers, regrets
from saola.connect.doubt.levers import headroom, levers, planned, pulled
from saola.connect.doubt.quantities import bill, quantities
from saola.connect.plan.problem import faults
from saola.connect.plan.solve import Plan
from saola.connect.region.build import Region
from saola.connect.region.files import Loaded, PlanFile, load, read_plan

PLAN = """
target = 0.9
[inputs]
invented = { seed = 2, settlements = 14 }
[radio]
rain_mm_h = 60.0
[effort]
moves = 2000
starts = 2
rounds = 2
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan of fourteen villages."""
    path = tmp_path_factory.mktemp("doubt") / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def told(file: Path) -> PlanFile:
    """It, read."""
    return read_plan(file)


@pytest.fixture(scope="module")
def loaded(told: PlanFile) -> Loaded:
    """Its tables."""
    return load(told)


@pytest.fixture(scope="module")
def solved(told: PlanFile, loaded: Loaded) -> tuple[Region, Plan]:
    """Its region and design."""
    return planned(loaded.inputs, told, told.settings)


def test_the_bill_of_quantities_is_the_cost(solved: tuple[Region, Plan]) -> None:
    """Units of every item at the plan's prices add up to what the plan costs."""
    region, plan = solved
    money = region.settings.money
    needed = quantities(region, plan.design)
    table = bill(needed, money)

    assert plan.cost == pytest.approx(sum(money.value(i, n) for i, n in needed.items()))
    assert plan.cost == pytest.approx(table["cost"].sum())
    assert (table["cost_low"] <= table["cost"]).all()
    assert (table["cost"] <= table["cost_high"]).all()


def test_prices_are_drawn_from_their_ranges() -> None:
    """Triangular draws stay within the range; the middle number gives the median side."""
    doubt = Doubt.of(("microwave", "fibre-metre"), Money())
    uniform = np.random.default_rng(1).random((4000, 2))
    drawn = doubt.factors(uniform)

    assert (drawn >= doubt.low - 1e-12).all()
    assert (drawn <= doubt.high + 1e-12).all()
    assert doubt.factors(np.zeros((1, 2)))[0] == pytest.approx(doubt.low)
    mean = (doubt.low + 1 + doubt.high) / 3
    assert drawn.mean(axis=0) == pytest.approx(mean, rel=0.02)


def test_drivers_share_the_variance_of_a_sum() -> None:
    """Where cost is a sum, the indices are the shares of the items' variances."""
    money = Money()
    needed = {"microwave": 10.0, "fibre-metre": 20_000.0, "satellite-terminal": 300.0}
    table, (low, middle, high) = drivers(needed, money, np.random.default_rng(3), draws=4096)
    doubt = Doubt.of(tuple(needed), money)
    cost = np.array([money.value(item, units) for item, units in needed.items()])
    a, b = doubt.low, doubt.high
    variance = cost**2 * (a * a + b * b + 1 - a * b - a - b) / 18
    shares = dict(zip(needed, variance / variance.sum(), strict=True))

    assert low < middle < high
    for row in table.iter_rows(named=True):
        assert shares[row["item"]] == pytest.approx(row["total"], abs=0.05)


def test_the_robust_choice_has_the_least_worst_regret() -> None:
    """A design that is never far from the best beats two gambles; one that fails is not taken."""
    gamble = [
        Candidate("fibre", {"fibre-metre": 100_000.0}, 2.0),
        Candidate("satellite", {"satellite-terminal": 700.0}, 2.0),
        Candidate("half", {"fibre-metre": 50_000.0, "satellite-terminal": 350.0}, 2.0),
        Candidate("too small", {"fibre-metre": 10.0}, 0.5),
    ]
    table = regrets(gamble, Money(), np.random.default_rng(1), draws=1024)
    chosen = table.filter("chosen")

    assert ["half"] == chosen["name"].to_list()
    assert 0.0 == table.filter(pl.col("name") == "too small")["carries"][0]


def test_a_design_carries_its_headroom_and_no_more(solved: tuple[Region, Plan]) -> None:
    """With demand at the headroom nothing is overloaded; just above it something is."""
    region, plan = solved
    room = headroom(region.problem, plan.design)

    def grown(factor: float) -> set[str]:
        problem = replace(
            region.problem,
            demand=region.problem.demand * factor,
            link_load=region.problem.link_load * factor,
        )
        return set(faults(problem, plan.design))

    assert room >= 1
    assert set() == grown(room * (1 - 1e-9))
    assert set() != grown(room * 1.001)


def test_sharing_tax_and_spectrum_move_the_cost_as_they_must(
    told: PlanFile, loaded: Loaded
) -> None:
    """No sharing costs more, dearer spectrum and tax too; every lever is listed once."""
    table = pulled(loaded.inputs, told)
    cost = {(row["lever"], row["value"]): row["cost"] for row in table.iter_rows(named=True)}
    base = cost["as planned", "one network"]

    assert len(cost) == len(list(levers(told.settings)))
    assert cost["sharing", "none"] > cost["sharing", "passive"] > base
    assert cost["tax", "20%"] > cost["tax", "10%"] > base
    assert cost["spectrum", "× 2"] > cost["spectrum", "× 0"]


def test_the_commands_write_their_tables(file: Path, tmp_path: Path) -> None:
    """`doubt` writes drivers, choice and quantities; one design is chosen."""
    line = ["connect", "doubt", str(file), "-o", str(tmp_path), "--draws", "128", "--json"]
    done = CliRunner().invoke(root, line)

    assert 0 == done.exit_code, done.output
    said = json.loads(done.stdout)
    assert 1 == sum(row["chosen"] for row in said["choice"])
    assert {"choice.csv", "drivers.csv", "drivers.svg", "quantities.csv"} == {
        path.name for path in tmp_path.iterdir()
    }


def test_every_cost_says_how_sure_it_is() -> None:
    """Conventions are marked as such, and nothing else is."""
    for row in costs().values():
        assert row.confidence in ("sourced", "between", "convention")
        assert row.source.startswith(("convention", "scenario")) == (row.confidence == "convention")
