import datetime as dt
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import land_room as room

from saola.server.land import checks, models, synthetic, transactions
from saola.server.population import models as people
from saola.server.registries.act import Act

LATER = room.NOW + dt.timedelta(hours=1)


@pytest.fixture
def taken(home: Path, tmp_path_factory: Any) -> pl.DataFrame:
    """A commune with planted faults of shapes, taken in."""
    room.empty()
    people.Number.objects.using("population").filter(value="000000000001").delete()
    frame = synthetic.parcels(2_000, seed=11, faulty=0.0)
    file = tmp_path_factory.mktemp("land") / "parcels.csv"
    frame.write_csv(file)
    assert frame.height == room.take(file, home).accepted
    return frame


def _keys(frame: pl.DataFrame, fault: str) -> set[int]:
    """Keys of the rows with a planted fault: all rows were taken in, in order."""
    first = models.Parcel.objects.using("land").order_by("id").values_list("id", flat=True)[0]
    rows = frame.with_row_index("row").filter(pl.col("shape_fault") == fault)["row"]
    return {int(row) + first for row in rows}


def test_planted_faults_are_found_and_nothing_else(taken: pl.DataFrame) -> None:
    """Rings, overlaps, gaps and areas are found where they were planted, each with its place."""
    found = checks.run(room.NOW)

    by_rule = {rule: found.filter(pl.col("rule") == rule) for rule in checks.RULES}
    crossed = _keys(taken, "crossed")
    assert crossed == set(by_rule["ring-invalid"]["parcel"])
    assert _keys(taken, "area") == set(by_rule["area-document"]["parcel"])
    pairs = by_rule["overlap"].select("parcel", "other").rows()
    planted = _keys(taken, "overlap")
    assert planted == {key for pair in pairs for key in pair} & planted
    assert all(set(pair) & (planted | crossed) for pair in pairs)
    assert len(_keys(taken, "gap")) <= by_rule["gap"].height
    assert found.height == models.Finding.objects.using("land").filter(cleared=None).count()
    assert 0 == found.filter(pl.col("rule") != "gap")["x"].null_count()


def test_a_crossed_ring_has_no_code_until_it_is_corrected(taken: pl.DataFrame) -> None:
    """The code waits for a sound ring; the correction gives it, and clears the finding."""
    checks.run(room.NOW)
    key = min(_keys(taken, "crossed"))
    assert "" == models.Parcel.objects.using("land").get(pk=key).code
    version = models.Version.objects.using("land").get(parcel=key)
    west = room.square(500)
    act = Act("officer", room.DAY, LATER)
    transactions.correct(key, act, shape=west)

    assert 12 == len(models.Parcel.objects.using("land").get(pk=key).code)
    checks.run(LATER, commune=version.commune)
    finding = models.Finding.objects.using("land").get(rule="ring-invalid", parcel=key)
    assert LATER == finding.cleared


@pytest.mark.usefixtures("taken")
def test_findings_that_stay_are_not_entered_twice() -> None:
    """A second check leaves the findings that were known."""
    before = checks.run(room.NOW).height
    checks.run(LATER)

    rows = models.Finding.objects.using("land")
    assert before == rows.count()
    assert {room.NOW} == set(rows.values_list("found", flat=True))


def test_equal_codes_and_unknown_holders_are_found(home: Path, tmp_path: Path) -> None:
    """The same shape under two keys has one code; a holder outside the register is told."""
    room.empty()
    frame = room.rows(2, geometry=room.square(0).wkt)
    frame.write_csv(tmp_path / "parcels.csv")
    room.take(tmp_path / "parcels.csv", home)
    batch = people.Batch.objects.using("population").create(
        sha256="x", source="x", who="x", started=room.NOW
    )
    known = people.Person.objects.using("population").create(id=10**9, sex="F", batch=batch)
    number = people.Number.objects.using("population").create(
        person=known, kind="personal", value="079085000000", recorded=room.NOW
    )
    found = checks.run(room.NOW)
    number.delete()
    known.delete()
    batch.delete()

    rules = found["rule"].to_list()
    assert (1, 1, 1) == tuple(
        rules.count(r) for r in ("code-duplicate", "holder-absent", "overlap")
    )
    absent = found.filter(pl.col("rule") == "holder-absent")["parcel"].item()
    assert "2" == models.Version.objects.using("land").get(parcel=absent).number
