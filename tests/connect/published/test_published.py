"""Plans in a workspace: their observations, what they do to the index, and their exchange."""

import datetime as dt
import json
import uuid
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from saola import demo, observations
from saola.cli import connect_example
from saola.cli.main import root
from saola.connect.backhaul import fibre
from saola.connect.intake.settlements import settlements
from saola.connect.published.after import COVERED_4G, PERSONS, SERVED, mobile
from saola.connect.published.exchange import ofds
from saola.connect.published.kept import Kept, plan, plans
from saola.connect.terrain import Terrain
from saola.errors import InputError
from saola.workspace import Workspace

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A small invented country with a plan of one of its provinces."""
    home = tmp_path_factory.mktemp("country") / "home"
    made = demo.build(home, when=NOW, communes=30, provinces=3, quarters=("2025-Q3", "2025-Q4"))
    connect_example.make(made, seed=7)
    return made


@pytest.fixture(scope="module")
def kept(workspace: Workspace) -> Kept:
    """Its plan."""
    return plans(workspace)[0]


def test_a_plan_is_found_by_its_code(workspace: Workspace, kept: Kept) -> None:
    """What the list shows opens, and an unknown code is a named error."""
    assert kept == plan(workspace, kept.id)
    with pytest.raises(InputError) as caught:
        plan(workspace, "../observations")
    assert "connect-plan-unknown" == caught.value.code


def test_every_commune_is_a_unit_of_the_workspace(kept: Kept) -> None:
    """The demo's plan names communes by their codes."""
    assert 0 == kept.communes["code"].null_count()


def test_people_with_service_after_the_plan_are_observed(workspace: Workspace, kept: Kept) -> None:
    """One forecast a commune, marked synthetic, that adds up to the plan's total."""
    rows = observations.current(workspace, indicators=[SERVED])

    assert {("2030", "F", "synthetic")} == set(rows.select("period", "status", "check").rows())
    assert kept.summary["connected"] == pytest.approx(rows["value"].sum())


def test_coverage_after_the_plan_never_exceeds_people(workspace: Workspace) -> None:
    """Today's count is raised by what the plan adds, for communes and the units above them."""
    rows = observations.current(workspace, indicators=[COVERED_4G, PERSONS])
    total = rows.filter((pl.col("field") == "_T") & (pl.col("breakdown") == "_T"))
    then = total.filter((pl.col("period") == "2030") & (pl.col("indicator") == COVERED_4G))
    now = total.filter(pl.col("period") == "2025-Q4").pivot(
        "indicator", index="unit", values="value"
    )
    both = then.join(now, on="unit")

    assert both.height == then.height
    assert {"XSA.C", "XSA.P", "XSA"} == {code.rpartition(".")[0] or code for code in both["unit"]}
    assert (both["value"] <= both[PERSONS]).all()
    assert (both["value"] > both[COVERED_4G]).all()


def test_the_index_shows_what_the_plan_does_to_its_province(kept: Kept) -> None:
    """The province's coverage and its whole score rise; no score falls."""
    table = kept.table("effect")
    assert table is not None
    province = table.filter(pl.col("unit").str.starts_with("XSA.P"))

    assert {"OA", "coverage-4g"} <= set(province["node"])
    assert (table["after"] > table["before"]).all()


def test_only_stations_for_phones_count_as_coverage() -> None:
    """Roof antennas and relays cover nobody outdoors; 5G counts as 4G or better."""
    assert ["4G", "5G", "Open RAN 4G"] == mobile("4G")
    assert ["5G"] == mobile("5G")


def test_a_plan_published_again_replaces_itself(workspace: Workspace, kept: Kept) -> None:
    """The command shows the plan once, whatever its folder is called."""
    before = len(observations.batches(workspace))
    line = ["--home", str(workspace.home), "connect", "publish", str(kept.folder)]
    done = CliRunner().invoke(root, line)

    assert 0 == done.exit_code, done.output
    assert [kept.id] == [each.id for each in plans(workspace)]
    assert before + 1 == len(observations.batches(workspace))


def test_a_folder_without_a_plan_is_refused(tmp_path: Path) -> None:
    """The error names what is missing."""
    with pytest.raises(InputError) as caught:
        Kept.open(tmp_path)

    assert "connect-not-plan" == caught.value.code


def test_hops_go_out_as_an_open_fibre_network(kept: Kept) -> None:
    """Every hop is a span between two nodes of the package; ids are UUIDs, all is proposed."""
    package = ofds(kept.hops, kept.stations, "Plan")
    (network,) = package["networks"]
    nodes = {node["id"] for node in network["nodes"]}

    assert kept.hops.height == len(network["spans"])
    assert all({span["start"], span["end"]} <= nodes for span in network["spans"])
    assert {"proposed"} == {span["status"] for span in network["spans"]}
    assert all(uuid.UUID(node) for node in nodes)


def test_an_open_fibre_network_comes_in_again(kept: Kept, tmp_path: Path) -> None:
    """Once it operates, its fibre is read and its microwave is not."""
    said = (kept.folder / "ofds.json").read_text(encoding="utf-8")
    built = tmp_path / "built.json"
    built.write_text(said.replace('"proposed"', '"operational"'), encoding="utf-8")
    lines = kept.hops.filter(pl.col("medium") == "fibre")
    found = fibre.read(built)

    assert lines.height == len(found.lines)
    assert json.loads(said)["networks"][0]["links"][0]["rel"] == "describedby"


def test_points_of_interest_come_in_again(kept: Kept) -> None:
    """The columns of ITU's platform are read as settlements, with who has service today."""
    own = kept.settlements
    lat, lon = own["lat"].to_numpy(), own["lon"].to_numpy()
    heights = np.full((400, 400), 10.0, dtype=np.float32)
    west, north = float(lon.min()) - 0.1, float(lat.max()) + 0.1
    terrain = Terrain(heights, west, north, 0.03, 0.03, "flat")
    found, aside = settlements(kept.folder / "cpp-poi.csv", terrain, 4.0)

    assert 0 == aside.height
    assert own["served"].to_list() == found["served"].to_list()
    assert own["people"].round().to_list() == found["people"].to_list()
