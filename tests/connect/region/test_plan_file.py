import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from saola import language
from saola.cli.main import root
from saola.connect.costs import Money, costs, power, sharing
from saola.connect.demand import (
    Demand,
    from_monthly_gigabytes,
    from_overbooking,
    from_simultaneity,
)
from saola.connect.outcome import cost_shares, outcome, phases
from saola.connect.plan.problem import Design, Medium, cost
from saola.connect.plan.solve import Effort, Plan, least_cost
from saola.connect.region.build import Region, build
from saola.connect.region.files import load, read_plan
from saola.connect.region.invented import invented_region
from saola.connect.region.settings import Settings
from saola.connect.stations import stations
from saola.connect.terrain.ground import SEA
from saola.errors import InputError, InputErrors

SETTINGS = Settings(rain_mm_h=60.0)
PLAN = """
name = "Invented valley"
target = 0.9
years = [2027, 2028]
[inputs]
invented = { seed = 2, settlements = 14 }
[radio]
rain_mm_h = 60.0
[effort]
moves = 2000
starts = 2
rounds = 3
"""


@pytest.fixture(scope="module")
def region() -> Region:
    return build(invented_region(np.random.default_rng(2), 14, side_deg=0.25), SETTINGS, 0.9)


@pytest.fixture(scope="module")
def found(region: Region) -> Plan:
    effort = Effort(moves=2000, starts=2, rounds=3)
    rng = np.random.default_rng(1)
    return least_cost(region.problem, region.position, rng=rng, effort=effort)


def test_every_cost_is_a_range_with_a_source() -> None:
    """Each cost has low ≤ middle ≤ high, a life, a price year that is known and a source."""
    for row in costs().values():
        assert list(row.capex) == sorted(row.capex)
        assert list(row.opex) == sorted(row.opex)
        assert row.life_years >= 1
        assert row.source
        assert Money().factor(row) > 0


def test_every_station_is_made_of_known_parts() -> None:
    """Each kind of station names costs that exist and has a label in every language."""
    for kind in stations().values():
        assert {kind.radio_item, kind.subscriber_item} <= {"", *costs()}
        assert all(kind.label[lang] for lang in language.LANGUAGES)


def test_value_discounts_running_costs_and_buys_again() -> None:
    """Capex at years 0 and 5 and ten years of opex are discounted by hand alike."""
    row = costs()["satellite-terminal"]
    bought = row.capex[1] * (1 + 1.08**-5)
    run = row.opex[1] * sum(1.08**-year for year in range(1, 11))

    assert Money(price_year=2023).value("satellite-terminal") == pytest.approx(bought + run)


def test_less_sharing_never_costs_less() -> None:
    """Each part is built at least as often without sharing as in one network."""
    levels = sharing()

    assert all(levels["none"][part] >= levels["single"][part] for part in levels["single"])


def test_solar_power_serves_where_there_is_no_grid() -> None:
    """Without a line solar is taken; next to one, the cheaper of both."""
    assert "solar" == power(Money(), 1000, float("inf"))[0]
    assert power(Money(), 1000, 0.0)[1] <= power(Money(), 1000, float("inf"))[1]


def test_the_conventions_of_the_literature_are_far_apart() -> None:
    """The three conventions in Mbit/s a person, as their authors' own examples give them."""
    assert 0.05 == pytest.approx(from_simultaneity())
    assert 0.44 == pytest.approx(from_monthly_gigabytes(40), abs=0.01)
    assert 0.5 == pytest.approx(from_overbooking(10, 1.0))
    assert 0.25 == pytest.approx(Demand().mbps_a_person)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Money(rate=-0.1),
        lambda: Money(changed={"microwave": -1.0}),
        lambda: Money(sharing="all"),
        lambda: Demand(contention=0),
        lambda: Settings(stations=("6G",)),
        lambda: Settings(backhaul=("pigeon",)),
    ],
)
def test_senseless_settings_are_refused(make: object) -> None:
    """Negative costs, unknown names and values out of range are named errors."""
    with pytest.raises(InputError):
        make()  # type: ignore[operator]


def test_all_faults_of_a_plan_are_listed_at_once(tmp_path: Path) -> None:
    """Two unknown keys give two faults."""
    file = tmp_path / "plan.toml"
    file.write_text("goal = 1\n[inputs]\nvillages = 'x'\n", encoding="utf-8")
    with pytest.raises(InputErrors) as caught:
        read_plan(file)

    assert 2 == len(caught.value.faults)


def test_land_and_sea_of_the_same_height_are_different_inputs(tmp_path: Path) -> None:
    """What a run kept over land is not taken for one over water: the zone is marked too."""
    file = tmp_path / "plan.toml"
    file.write_text(PLAN, encoding="utf-8")
    told = read_plan(file)
    inputs = load(told).inputs
    wet = replace(inputs.ground, zone=np.full_like(inputs.ground.zone, SEA))

    assert told.mark(inputs) == told.mark(replace(inputs))
    assert told.mark(inputs) != told.mark(replace(inputs, ground=wet))


def test_the_shares_of_the_cost_add_up(region: Region, found: Plan) -> None:
    """What the places are charged sums to what the plan costs."""
    shares = cost_shares(region.problem, found.design)

    assert found.cost == pytest.approx(shares.sum())
    assert found.cost == pytest.approx(cost(region.problem, found.design))


def test_every_commune_has_a_sentence_in_three_languages(region: Region, found: Plan) -> None:
    """Sentences name the commune and differ by language."""
    said = {}
    for lang in language.LANGUAGES:
        with language.use(lang):
            said[lang] = outcome(region, found).communes
    assert 3 == len({table["sentence"][0] for table in said.values()})
    for table in said.values():
        assert all(
            sentence.startswith(unit)
            for unit, sentence in zip(table["unit"], table["sentence"], strict=True)
        )


def test_tables_keep_their_columns_where_terminals_serve_all(region: Region, found: Plan) -> None:
    """A plan without a station or hop has the same columns of the same kinds, and no row."""
    design = found.design
    nothing = Design(
        np.zeros_like(design.station), np.zeros_like(design.link),
        np.ones_like(design.direct), np.zeros_like(design.hop),
    )  # fmt: skip
    full, bare = outcome(region, found), outcome(region, replace(found, design=nothing))

    assert (0, 0) == (bare.stations.height, bare.hops.height)
    assert full.stations.schema == bare.stations.schema
    assert full.hops.schema == bare.hops.schema
    assert full.settlements.schema == bare.settlements.schema


def test_parents_are_built_before_their_children(region: Region, found: Plan) -> None:
    """No site is built in a year before the site it hangs on."""
    order = phases(region.problem, found.design, (2027, 2028, 2029))
    year = dict(order.iter_rows())
    hops = outcome(region, found).hops
    for origin, to in hops.select("origin", "to").iter_rows():
        assert "core" == origin or year[origin] <= year[to]


def test_no_long_hop_of_18_ghz_is_offered_under_heavy_rain() -> None:
    """At 85 mm/h no hop near 10 km or longer uses 18 GHz or above."""
    heavy = build(
        invented_region(np.random.default_rng(2), 14, side_deg=0.25), Settings(rain_mm_h=85.0), 0.9
    ).hops
    high = {"18 GHz", "23 GHz", "38 GHz", "80 GHz"}
    long = [
        band
        for band, metres, medium in zip(heavy.band, heavy.metres, heavy.medium, strict=True)
        if medium == Medium.MICROWAVE and metres > 9_500
    ]

    assert not high & set(long)


def test_the_command_writes_a_whole_plan(tmp_path: Path) -> None:
    """`saola connect plan` writes tables, map, chart, PDF, workbook and observations."""
    file = tmp_path / "plan.toml"
    file.write_text(PLAN, encoding="utf-8")
    run = CliRunner().invoke(root, ["connect", "plan", str(file), "-o", str(tmp_path / "out")])

    assert 0 == run.exit_code, run.output
    out = tmp_path / "out"
    assert {
        "communes.csv", "cpp-cell-sites.csv", "cpp-poi.csv", "fibre.csv", "hops.csv", "map.png",
        "map.svg", "observations.csv", "ofds.json", "phases.csv", "plan.gpkg", "plan.json",
        "plan.pdf", "plan.xlsx", "sentences.csv", "settlements.csv", "stations.csv",
        "technologies.svg",
    } == {path.name for path in out.iterdir()}  # fmt: skip
    summary = json.loads((out / "plan.json").read_text())
    assert summary["synthetic"]
    assert summary["connected"] >= 0.9 * summary["people"] - 1
    assert {"synthetic"} == set(pl.read_csv(out / "observations.csv")["check"])
    with sqlite3.connect(out / "plan.gpkg") as db:
        (count,) = db.execute("SELECT count(*) FROM settlements").fetchone()
    db.close()
    assert 14 == count


def test_the_frontier_rises(tmp_path: Path) -> None:
    """More people cost more, and no cost is below its bound."""
    file = tmp_path / "plan.toml"
    file.write_text(PLAN, encoding="utf-8")
    run = CliRunner().invoke(root, ["connect", "frontier", str(file), "--json"])
    rows = json.loads(run.stdout)

    assert {10.0} <= {row["speed"] for row in rows}
    assert all(row["bound"] <= row["cost"] * (1 + 1e-9) for row in rows)


def test_a_word_for_a_number_is_an_error_of_the_file(tmp_path: Path) -> None:
    """A plan's file with a text where a number belongs is refused with a code, not a traceback."""
    file = tmp_path / "plan.toml"
    file.write_text('target = "lots"\n[inputs]\nsettlements = "a.csv"\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_plan(file)

    assert "connect-not-toml" == caught.value.code
