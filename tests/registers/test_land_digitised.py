# ruff: noqa: ARG001  (fixtures make the tables)
"""How far the land register is, and what it holds, as observations and as a chart."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.urls import reverse

sys.path.insert(0, str(Path(__file__).parent))
import land_room as room
from register_visitors import account_with, signed_in

from saola.charts.digitised import digitised as chart
from saola.periods import Period
from saola.server.land import checks, digitised, observe

COMMUNE = "XSA.C.00001"


@pytest.fixture(scope="module")
def parcels(home: Path, emptied: Callable[[], None], tmp_path_factory: Any) -> None:
    """Six good rows and one without a sheet; the sixth parcel lies on the fifth."""
    room.empty()
    emptied()
    shapes = [room.square(n).wkt for n in range(5)]
    shapes += [room.shapely.box(room.X + 48, room.Y, room.X + 58, room.Y + 10).wkt]
    frame = room.rows(
        7,
        sheet=["1"] * 6 + [""],
        geometry=[*shapes, room.square(9).wkt],
        land_type=["ONT"] * 4 + ["BHK", "HNK", "LUC"],
        holder_number=["079085000001", "", *["079085000003"] * 5],
    )
    file = tmp_path_factory.mktemp("land") / "parcels.csv"
    frame.write_csv(file)
    assert (6, 1) == (room.take(file, home).accepted, 1)
    checks.run(room.NOW)


def test_progress_of_a_commune_is_counted_by_step_and_group(parcels: None) -> None:
    """A holder without number is unmatched; a finding or a row set aside is to be corrected."""
    found = digitised.counts()

    assert {COMMUNE} == set(found["commune"])
    assert {
        "keyed": 7, "validated": 6, "matched": 5, "coded": 6, "scanned": 0, "approved": 0,
        "group-1": 5, "group-2": 2, "group-3": 0,
    } == dict(found.select("step", "records").iter_rows())  # fmt: skip


def test_land_is_observed_by_commune_and_type(parcels: None) -> None:
    """Parcels and hectares of a commune add up over its land types, by the newest list."""
    found = observe.observations(Period.parse("2026-Q4"))
    shown = {
        (indicator, breakdown): value
        for indicator, breakdown, value in found.select(
            "indicator", "breakdown", "value"
        ).iter_rows()
    }

    assert {COMMUNE} == set(found["unit"])
    assert 6 == shown["land-parcels", "_T"]
    assert 4 == shown["land-parcels", "LAND=ONT"]
    assert 2 == shown["land-parcels", "LAND=HNK"]
    assert ("land-parcels", "LAND=BHK") not in shown
    assert pytest.approx(0.06) == shown["land-area", "_T"]
    assert 5 == shown["land-digitised-matched", "_T"]


def test_officers_see_how_far_their_communes_are(parcels: None) -> None:
    """The chart's finding and drawing stand on the first page of the land register."""
    page = signed_in(account_with("land")).get(reverse("land")).content.decode()

    assert "% of 7 records are usable." in page
    assert '<div class="progress-chart"><svg' in page


def test_an_empty_register_has_a_chart_too() -> None:
    """Without records the chart says so; nothing is divided by."""
    empty = pl.DataFrame(
        schema={"label": pl.String, "usable": pl.Int64, "wrong": pl.Int64, "rebuild": pl.Int64}
    )

    assert "There are no records yet." == chart(empty, "en").finding
