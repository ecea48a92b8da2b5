"""A corrected row is held against the row it corrects: other people's items close nothing."""

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from saola.linkage import register_file
from saola.server.land import models as land_models
from saola.server.population.models import SetAside
from saola.server.population.register import register as population
from saola.server.registries import another, aside, intake, trial

sys.path.insert(0, str(Path(__file__).parent))
import land_room as room

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
PERSONS, SEED = 400, 5
OWN = ["batch", "row", "state", "reasons"]


@pytest.fixture
def register(emptied: Callable[[], None]) -> Any:
    """The population register, empty."""
    emptied()
    return population()


def _take(register: Any, rows: pl.DataFrame, file: Path, home: Path) -> Any:
    rows.write_csv(file)
    return intake.run(register, file, home=home, who="clerk", now=lambda: NOW)


def _right(rows: pl.DataFrame) -> pl.DataFrame:
    """Put what is true into rows to correct."""
    true = register_file.people(PERSONS, seed=SEED, faulty=0.0).cast(pl.String)
    places = rows["row"].cast(pl.Int64) - 1
    return rows.select(OWN).hstack(true[places.to_list()])


def _waiting(register: Any, batch: int) -> int:
    rows = aside.give(register.name, register.batch, register.aside, batch, lambda code, _: code)
    return rows.height


@pytest.fixture
def first(register: Any, home: Path, tmp_path: Path) -> Any:
    """An intake with rows set aside."""
    frame = register_file.people(PERSONS, seed=SEED, faulty=0.2)
    return _take(register, frame, tmp_path / "people.csv", home)


def test_right_items_of_every_row_close_it(
    register: Any, home: Path, tmp_path: Path, first: Any
) -> None:
    """A correction that mends what was at fault goes through, whatever that was."""
    mended = _right(pl.read_csv(first.file, infer_schema=False))
    found = _take(register, mended, tmp_path / "mended.csv", home)

    assert mended.height == found.accepted
    assert 0 == _waiting(register, first.batch)


def test_a_column_of_rows_sorted_alone_closes_nothing(
    register: Any, home: Path, tmp_path: Path, first: Any
) -> None:
    """Rows with the items of another person wait on, say why and whose were meant."""
    mended = _right(pl.read_csv(first.file, infer_schema=False))
    moved = mended.with_columns(row=mended["row"].reverse())
    kept = (moved["row"] == mended["row"]).sum()
    rehearsed = tmp_path / "rehearsed.csv"
    moved.write_csv(rehearsed)
    tried = intake.rehearse(register, rehearsed, home=home, today=NOW.date())
    shown = trial.attempt(
        register, rehearsed, home=home, today=NOW.date(), given={}, rows=1_000
    ).outcome

    found = _take(register, moved, tmp_path / "moved.csv", home)

    assert kept <= found.accepted < 0.1 * moved.height  # some share a birthday
    assert found.reasons == tried.reasons == shown.reasons
    assert moved.height - found.accepted == found.reasons[another.CODE]
    rows = SetAside.objects.using("population").filter(batch=first.batch)
    assert found.accepted == rows.filter(state="mended").count()
    beside = pl.read_csv(found.file, infer_schema=False)
    meant = dict(mended.select("row", "name").iter_rows())
    place = int(beside["row"][0]) - 1
    assert beside["row_meant"][0].startswith(f"{first.batch}/{moved['row'][place]}: ")
    sound = [row for row in beside.iter_rows(named=True) if row["row_meant"].count("·") >= 3]
    named = [meant[moved["row"][int(row["row"]) - 1]] in row["row_meant"] for row in sound]
    assert 0.5 < sum(named) / len(named)  # the others had no name, which was their fault


def test_rows_moved_once_are_mended_from_either_file(
    register: Any, home: Path, tmp_path: Path, first: Any
) -> None:
    """The items that were meant close the row from the newer file, the same wrong ones do not."""
    mended = _right(pl.read_csv(first.file, infer_schema=False))
    moved = mended.with_columns(row=mended["row"].reverse())
    second = _take(register, moved, tmp_path / "moved.csv", home)
    beside = pl.read_csv(second.file, infer_schema=False)
    third = _take(register, beside, tmp_path / "again.csv", home)
    assert 0 == third.accepted

    items = dict(zip(mended["row"], mended.drop(OWN).iter_rows(), strict=True))
    right = [items[moved["row"][int(row) - 1]] for row in beside["row"]]
    names = mended.drop(OWN).schema
    put = beside.select(OWN).hstack(pl.DataFrame(right, schema=names, orient="row"))
    fourth = _take(register, put, tmp_path / "put.csv", home)

    assert put.height == fourth.accepted
    assert [0, 0, 0] == [_waiting(register, one.batch) for one in (first, second, third)]


def test_undoing_moved_rows_lets_the_right_ones_wait_again(
    register: Any, home: Path, tmp_path: Path, first: Any
) -> None:
    """After undoing the file all rows wait as before, and the right file closes them."""
    mended = _right(pl.read_csv(first.file, infer_schema=False))
    moved = mended.with_columns(row=mended["row"].reverse())
    second = _take(register, moved, tmp_path / "moved.csv", home)
    intake.undo(register, second.batch, now=lambda: NOW)
    assert mended.height == _waiting(register, first.batch)

    assert mended.height == _take(register, mended, tmp_path / "mended.csv", home).accepted


@pytest.mark.parametrize(
    ("was", "now", "code"),
    [
        ({"sex": "?"}, {"name": "Trần Thị Lan", "sex": "F", "number": "079190000007"}, ""),
        ({"sex": "?"}, {"born": "1990-04-03", "sex": "F", "name": "Trần Thị Lan"}, ""),
        ({"number": "07909000000"}, {"name": "Ly Van Ba", "born": "1990-05-03"}, ""),
        ({"name": ""}, {"name": "Trần Thị Lan", "number": "", "born": "1990-03-04"}, ""),
        ({"sex": "?", "number": "", "born": "1990-03-04"}, {"name": "Lý Văn Bá"}, ""),
        ({"sex": "?"}, {"name": "Trần Thị Lan", "number": "", "born": "1985-12-24"}, another.CODE),
        ({"name": ""}, {"name": "Trần Thị Lan", "number": "", "born": "1985-12-24"}, another.CODE),
        ({"name": "7", "number": ""}, {"name": "Trần Thị Lan"}, ""),
    ],
)
def test_an_item_that_agrees_lets_others_change(
    register: Any,
    home: Path,
    tmp_path: Path,
    was: dict[str, str],
    now: dict[str, str],
    code: str,
) -> None:
    """One item that agrees, or a slip in one, keeps the row; what was at fault says nothing."""
    facts = {"name": "Lý Văn Ba", "number": "079090000001", "born": "1990-03-04", "sex": "M"}
    facts |= {"commune": "XSA.C.00001"}
    told = {"name": "Hồ Văn Tư", "number": "079080000002", "born": "1980-07-09"}
    rows = pl.DataFrame([facts | was, facts | told | {"sex": "?"}])
    first = _take(register, rows, tmp_path / "one.csv", home)
    own = pl.read_csv(first.file, infer_schema=False).head(1).select(OWN)
    corrected = own.hstack(pl.DataFrame([facts | {"sex": "M"} | was | now]))

    corrected.write_csv(tmp_path / "mended.csv")
    found = intake.rehearse(register, tmp_path / "mended.csv", home=home, today=NOW.date())

    assert bool(code) == (another.CODE in found.reasons)


def test_a_parcel_s_row_takes_no_other_parcel_s_items(home: Path, tmp_path: Path) -> None:
    """Sheet with number, shape, holder and serial tell parcels apart; land type does not."""
    room.empty()
    rows = room.rows(4, land_type=["?", "?", "?", "ONT"])
    rows.write_csv(tmp_path / "parcels.csv")
    first = room.take(tmp_path / "parcels.csv", home)
    back = pl.read_csv(first.file, infer_schema=False).with_columns(land_type=pl.lit("ONT"))
    # The second stands under the first's number and the other way round; of the third the number
    # and the holder are corrected.
    mixed = back.with_columns(
        row=pl.Series(["2", "1", "3"]),
        number=pl.Series(["1", "2", "9"]),
        holder=pl.Series([*back["holder"][:2], "Lê Thị Mai"]),
    )
    mixed.write_csv(tmp_path / "mixed.csv")
    second = room.take(tmp_path / "mixed.csv", home)

    assert (1, 2) == (second.accepted, second.aside)
    assert {another.CODE: 2} == dict(second.reasons)
    states = land_models.SetAside.objects.using("land").filter(batch=first.batch).order_by("row")
    assert ["sent", "sent", "mended"] == list(states.values_list("state", flat=True))
