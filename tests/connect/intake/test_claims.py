"""Who is unserved: claims beside each other, and sites that must be served."""

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from saola.cli.main import root
from saola.connect.intake.claims import by_commune, claims, evidence
from saola.connect.region.files import load, read_plan
from saola.connect.sample import write_sample
from saola.errors import InputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An invented region with an operator's map of its west, and two speed tests."""
    write_sample(tmp_path, settlements=20)
    villages = pl.read_csv(tmp_path / "villages.csv")
    middle = float(villages["lon"].to_numpy().mean())
    ring = [[39.0, 4.0], [middle, 4.0], [middle, 6.5], [39.0, 6.5], [39.0, 4.0]]
    feature = {
        "type": "Feature", "properties": {},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip
    said = {"type": "FeatureCollection", "features": [feature]}
    (tmp_path / "operator.geojson").write_text(json.dumps(said), encoding="utf-8")
    first = villages.sort("lon").row(0, named=True)
    (tmp_path / "tests.csv").write_text(
        f"lat,lon,mbps\n{first['lat']},{first['lon']},0.4\n{first['lat']},{first['lon']},1.2\n",
        encoding="utf-8",
    )
    plan = tmp_path / "plan.toml"
    plan.write_text(
        plan.read_text(encoding="utf-8")
        + '\n[[inputs.claims]]\nsource = "Operator"\nfile = "operator.geojson"\nconfidence = 0.4\n'
        '[[inputs.claims]]\nsource = "Tests"\nkind = "tests"\nfile = "tests.csv"\n',
        encoding="utf-8",
    )
    return tmp_path


def test_conflicting_claims_are_shown_and_not_averaged(folder: Path) -> None:
    """Where a map says served and tests say no, the verdict is disputed and has no confidence."""
    told = read_plan(folder / "plan.toml")
    table = load(told).inputs.settlements
    found = claims(told.inputs["claims"], table, folder, 10.0)
    west = evidence(table, found).filter(table["lon"] == table["lon"].min()).row(0, named=True)

    assert "disputed" == west["verdict"]
    assert west["conflict"]
    assert west["confidence"] is None
    assert "Operator: served" in west["evidence"]
    assert "median of 2 tests 0.8 Mbit/s" in west["evidence"]


def test_agreement_takes_the_most_trusted_and_silence_is_unknown(folder: Path) -> None:
    """A lone claim keeps its own confidence; without any the verdict is unknown."""
    told = read_plan(folder / "plan.toml")
    table = load(told).inputs.settlements
    found = claims(told.inputs["claims"], table, folder, 10.0)
    east = evidence(table, found).filter(table["lon"] == table["lon"].max()).row(0, named=True)
    nobody = evidence(table, [])

    assert ("unserved", 0.4) == (east["verdict"], east["confidence"])
    assert {"unknown"} == set(nobody["verdict"])


def test_people_by_verdict_add_up(folder: Path) -> None:
    """Each commune's people are the sum over the verdicts."""
    told = read_plan(folder / "plan.toml")
    table = load(told).inputs.settlements
    sums = by_commune(evidence(table, claims(told.inputs["claims"], table, folder, 10.0)))
    whole = sums.select(pl.sum_horizontal("served", "unserved", "disputed", "unknown"))

    assert sums["people"].to_list() == whole.to_series().to_list()


def test_an_unknown_kind_of_claim_is_refused(folder: Path) -> None:
    """The error lists the kinds there are."""
    told = read_plan(folder / "plan.toml")
    with pytest.raises(InputError) as caught:
        claims([{"kind": "rumour"}], load(told).inputs.settlements, folder, 10.0)

    assert "connect-unknown" == caught.value.code


def test_the_command_writes_evidence_and_a_table_to_plan_with(folder: Path) -> None:
    """Disputed settlements count as unserved, or as served if asked."""
    counts = {}
    for disputed in ("unserved", "served"):
        line = ["connect", "unserved", str(folder / "plan.toml"), "-o", str(folder / disputed)]
        done = CliRunner().invoke(root, [*line, "--disputed", disputed])
        assert 0 == done.exit_code, done.output
        counts[disputed] = pl.read_csv(folder / disputed / "villages-by-evidence.csv")[
            "served"
        ].sum()
    told = pl.read_csv(folder / "unserved/evidence.csv")

    assert all("P.1812" in text for text in told["evidence"])
    assert counts["served"] > counts["unserved"]


def test_an_office_makes_its_settlement_one_that_must_be_served(folder: Path) -> None:
    """A school in a village marks it; a clinic far from all becomes a place of its own."""
    villages = pl.read_csv(folder / "villages.csv")
    first = villages.row(0, named=True)
    (folder / "offices.csv").write_text(
        f"name,lat,lon,users\nSchool,{first['lat'] + 0.001},{first['lon']},200\n"
        "Clinic,5.26,39.97,30\n",
        encoding="utf-8",
    )
    plan = folder / "plan.toml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("[radio]", 'must_serve = "offices.csv"\n[radio]', 1))
    table = load(read_plan(plan)).inputs.settlements
    must = table.filter("must")

    assert {first["name"], "Clinic"} == set(must["name"])
    assert 30.0 == must.filter(pl.col("name") == "Clinic")["people"][0]
    assert villages.height + 1 == table.height
