import csv
import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saola.errors import InputError, SaolaError, StateError
from saola.linkage import register_file
from saola.server.population import models
from saola.server.population.models import Person, Residence, SetAside
from saola.server.population.register import register as population
from saola.server.registries import aside, intake

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
COUNTS = ("read", "accepted", "aside", "review")


def _now() -> dt.datetime:
    return NOW


@pytest.fixture
def register(emptied: Callable[[], None]) -> Any:
    """The population register, empty."""
    emptied()
    return population()


def _take(register: Any, file: Path, home: Path, **more: Any) -> Any:
    return intake.run(register, file, home=home, who="clerk", now=_now, **more)


def _file(tmp_path: Path, persons: int, seed: int = 1, name: str = "people.csv") -> Path:
    file = tmp_path / name
    register_file.people(persons, seed=seed).write_csv(file)
    return file


def _given(register: Any, batch: int) -> pl.DataFrame:
    return aside.give("population", register.batch, register.aside, batch, lambda code, _: code)


def _tables() -> dict[str, int]:
    names = ("Person", "Number", "Name", "Residence", "Household", "Member", "Relative", "Event")
    return {name: getattr(models, name).objects.using("population").count() for name in names}


def test_every_row_is_accepted_or_set_aside_with_its_reason(
    register: Any, home: Path, tmp_path: Path
) -> None:
    """Sound rows are accepted, faulty rows go with a reason into a file beside the input."""
    file = _file(tmp_path, 3_000)

    found = _take(register, file, home)

    truth = pl.read_csv(file, infer_schema=False)["fault"].fill_null("")
    assert 3_000 == found.read == found.accepted + found.aside + found.review
    assert (truth == "").sum() == found.accepted
    beside = pl.read_csv(found.file, infer_schema=False)
    assert found.aside + found.review == beside.height
    assert 0 == beside["reasons"].null_count()
    assert beside["fault"].null_count() == 0
    tables = _tables()
    assert {found.accepted} == {tables[name] for name in ("Person", "Name", "Residence", "Member")}


def test_a_corrected_file_comes_back(register: Any, home: Path, tmp_path: Path) -> None:
    """What was set aside can be mended in its file and taken in."""
    first = _take(register, _file(tmp_path, 500), home)
    mended = pl.read_csv(first.file, infer_schema=False).filter(pl.col("reasons") == "name-missing")
    again = tmp_path / "mended.csv"
    mended.with_columns(name=pl.lit("Nguyễn Văn Hòa")).write_csv(again)

    second = _take(register, again, home)

    assert mended.height == second.accepted
    assert 0 == second.aside


def test_no_cell_of_a_file_to_be_corrected_is_run(
    register: Any, home: Path, tmp_path: Path
) -> None:
    """A spreadsheet runs no cell of it, and each comes back as it was."""
    cells = ["=1+1", "'=1+1", "-", "+84 912 345 678", "@SUM(A1)", "'x", None]
    people = register_file.people(len(cells), seed=1, faulty=0.0)
    file = tmp_path / "people.csv"
    people.with_columns(address=pl.Series(cells), name=pl.lit(None, pl.String)).write_csv(file)
    first = _take(register, file, home)
    given = pl.read_csv(first.file, infer_schema=False)
    again = tmp_path / "again.csv"
    given.with_columns(name=pl.lit("Nguyễn Văn Hòa")).write_csv(again)
    _take(register, again, home)

    kept = ["'=1+1", "''=1+1", "'-", "+84 912 345 678", "'@SUM(A1)", "'x", None]
    assert kept == given["address"].to_list()
    rows = Residence.objects.using("population").filter(kind="permanent").order_by("person")
    assert cells == list(rows.values_list("address", flat=True))


def test_a_file_of_rows_set_aside_is_never_overwritten(
    register: Any, home: Path, tmp_path: Path
) -> None:
    """Rows go to a free name beside the input, and a file of corrections gives the next number."""
    file = _file(tmp_path, 200)
    first = _take(register, file, home)
    assert tmp_path / "people.aside.csv" == first.file
    first.file.write_text("mended by hand", encoding="utf-8")
    intake.undo(register, first.batch, now=_now)

    second = _take(register, file, home)

    assert "mended by hand" == first.file.read_text(encoding="utf-8")
    assert tmp_path / "people.aside-2.csv" == second.file
    assert tmp_path / "people.aside-3.csv" == _take(register, second.file, home).file


@pytest.mark.parametrize("named", ["1", "1-0123456789abcdef", "elsewhere"])
def test_a_row_from_elsewhere_closes_no_row(
    named: str, register: Any, home: Path, tmp_path: Path
) -> None:
    """Rows that name a batch without its mark are new ones, said so, and the rows here wait on."""
    first = _take(register, _file(tmp_path, 300), home)
    before = _states(first.batch)
    fresh = register_file.people(len(before), seed=9, faulty=0.0, first=5_000).cast(pl.String)
    own = pl.read_csv(first.file, infer_schema=False).select(aside.OWN)
    own.with_columns(batch=pl.lit(named)).hstack(fresh).write_csv(tmp_path / "foreign.csv")

    second = _take(register, tmp_path / "foreign.csv", home)

    assert ([], len(before)) == (second.corrects, second.foreign)
    assert second.read == second.accepted
    assert before == _states(first.batch)


def test_a_file_says_which_intake_it_corrects(register: Any, home: Path, tmp_path: Path) -> None:
    """The mark that stands in its rows is of one batch, and each has another."""
    first = _take(register, _file(tmp_path, 300), home)
    second = _take(register, _file(tmp_path, 200, seed=2, name="others.csv"), home)
    marks = aside.stamps("population", register.batch)
    assert 2 == len({name.partition("-")[2] for name in marks})

    third = intake.rehearse(register, second.file, home=home, today=NOW.date())

    assert ([second.batch], 0) == (third.corrects, third.foreign)
    assert first.batch not in third.corrects


def test_rows_written_already_are_not_written_twice(tmp_path: Path) -> None:
    """A file that holds the very same bytes is the file."""
    rows = pl.DataFrame({"batch": ["1"], "row": ["7"]})
    first, again = (aside.beside(tmp_path / "p.csv", rows) for _ in range(2))
    assert tmp_path / "p.aside.csv" == first == again


def _waiting(register: Any) -> int:
    """Count the rows that progress takes as set aside."""
    return sum(aside.waiting("population", register.batch, register.aside).values())


def _states(batch: int) -> dict[int, str]:
    rows = SetAside.objects.using("population").filter(batch=batch)
    return dict(rows.values_list("row", "state"))


def _half_mended(first: Any, file: Path) -> Path:
    """Correct the rows without a name, and leave the others as they are."""
    rows = pl.read_csv(first.file, infer_schema=False)
    missing = pl.col("reasons") == "name-missing"
    name = pl.when(missing).then(pl.lit("Nguyễn Văn Hòa")).otherwise("name")
    rows.with_columns(name=name).write_csv(file)
    return file


def test_undoing_a_corrected_file_lets_its_rows_wait_again(
    register: Any, home: Path, tmp_path: Path
) -> None:
    """A row that came back counts once, and after undoing its batch where and as it was before."""
    people = register_file.people(500, seed=1)
    pl.concat([people, people.head(20)]).write_csv(
        tmp_path / "people.csv"
    )  # numbers borne twice go to review
    first = _take(register, tmp_path / "people.csv", home)
    before, waited = _states(first.batch), _waiting(register)
    assert {"aside", "review"} == set(before.values())

    second = _take(register, _half_mended(first, tmp_path / "half.csv"), home)

    assert 0 < second.accepted < second.read
    states = list(_states(first.batch).values())
    assert second.accepted == states.count("mended")
    assert second.read - second.accepted == states.count("sent")
    assert waited - second.accepted == _waiting(register)
    assert _given(register, first.batch).is_empty()

    intake.undo(register, second.batch, now=_now)

    assert before == _states(first.batch)
    assert waited == _waiting(register)
    assert len(before) == _given(register, first.batch).height


@pytest.mark.parametrize("source", ["first", "second"])
@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_a_row_sent_back_twice_counts_once(
    register: Any, home: Path, tmp_path: Path, order: tuple[int, int], source: str
) -> None:
    """Corrected at the second try, from either file, it waits nowhere, until that is undone."""
    first = _take(register, _file(tmp_path, 300), home)
    before, waited = _states(first.batch), _waiting(register)
    again = tmp_path / "again.csv"
    pl.read_csv(first.file, infer_schema=False).write_csv(again)
    second = _take(register, again, home)
    assert (waited, 0) == (_waiting(register), second.accepted)
    chosen = first if source == "first" else second
    third = _take(register, _half_mended(chosen, tmp_path / "third.csv"), home)
    left = waited - third.accepted
    assert left == _waiting(register) < waited
    batches = {1: second.batch, 2: third.batch}

    counted = []
    for which in order:
        intake.undo(register, batches[which], now=_now)
        counted.append(_waiting(register))

    assert [left if order[0] == 1 else waited, waited] == counted
    assert before == _states(first.batch)


def test_a_file_of_an_undone_batch_marks_what_stands_for_its_rows(
    register: Any, home: Path, tmp_path: Path
) -> None:
    """Corrected rows of an intake that was undone since are corrected in the one before it."""
    first = _take(register, _file(tmp_path, 300), home)
    waited = _waiting(register)
    again = tmp_path / "again.csv"
    pl.read_csv(first.file, infer_schema=False).write_csv(again)
    second = _take(register, again, home)
    intake.undo(register, second.batch, now=_now)

    third = _take(register, _half_mended(second, tmp_path / "third.csv"), home)

    assert waited - third.accepted == _waiting(register)
    assert third.accepted == list(_states(first.batch).values()).count("mended")


def test_a_file_is_taken_in_once(register: Any, home: Path, tmp_path: Path) -> None:
    """The same file again is refused until its batch is undone; undoing leaves nothing behind."""
    file = _file(tmp_path, 400)
    before = _tables()
    found = _take(register, file, home)
    with pytest.raises(StateError) as caught:
        _take(register, file, home)
    assert "intake-done" == caught.value.code

    intake.undo(register, found.batch, now=_now)

    assert before == _tables()
    with pytest.raises(StateError):
        intake.undo(register, found.batch, now=_now)
    assert found.accepted == _take(register, file, home).accepted


def test_a_number_borne_already_goes_to_review(register: Any, home: Path, tmp_path: Path) -> None:
    """A row with the number of another record is a person's to decide, in this file or before."""
    file = _file(tmp_path, 200)
    _take(register, file, home)
    rows = pl.read_csv(file, infer_schema=False).filter(pl.col("fault").fill_null("") == "")
    again = tmp_path / "again.csv"
    pl.concat([rows, rows.head(3)]).write_csv(again)

    found = _take(register, again, home)

    assert rows.height + 3 == found.review
    assert 3 == found.reasons["number-twice"]


def test_a_rehearsal_writes_nothing(register: Any, home: Path, tmp_path: Path) -> None:
    """A dry run counts as an intake would."""
    file = _file(tmp_path, 700)
    before = _tables()
    rehearsed = intake.rehearse(register, file, home=home, today=NOW.date())

    assert before == _tables()
    taken = _take(register, file, home)
    assert [getattr(rehearsed, name) for name in COUNTS] == [getattr(taken, n) for n in COUNTS]


def test_an_intake_that_stops_goes_on(
    register: Any, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chunk that fails leaves nothing; going on gives what an undisturbed intake gives."""
    monkeypatch.setitem(intake.ROWS_A_CHUNK, "sqlite", 150)
    file, calls = _file(tmp_path, 1_000), iter(range(100))

    def failing(*args: Any) -> tuple[int, int]:
        made: tuple[int, int] = register.write(*args)
        if next(calls) == 3:
            raise KeyboardInterrupt
        return made

    with pytest.raises(KeyboardInterrupt):
        _take(dataclasses.replace(register, write=failing), file, home)
    with pytest.raises(StateError) as caught:
        _take(register, file, home)
    assert "intake-unfinished" == caught.value.code

    found = _take(register, file, home, resume=True)

    truth = pl.read_csv(file, infer_schema=False)["fault"].fill_null("")
    assert (truth == "").sum() == found.accepted == _tables()["Person"] == _tables()["Event"]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet", "xlsx"])
def test_every_kind_of_file_gives_the_same(
    register: Any, home: Path, tmp_path: Path, kind: str
) -> None:
    """CSV, JSON Lines, Parquet and XLSX of one table are taken in alike."""
    frame = register_file.people(120, seed=4)
    file = tmp_path / f"people.{kind}"
    if kind == "jsonl":
        frame.write_ndjson(file)
    elif kind == "xlsx":
        frame.write_excel(file)
    else:
        getattr(frame, f"write_{kind}")(file)

    found = _take(register, file, home)

    assert (frame["fault"] == "").sum() == found.accepted


def test_columns_are_guessed_and_remembered(register: Any, home: Path, tmp_path: Path) -> None:
    """Vietnamese heads are known by their folded words; one that is told once is known after."""
    rows = register_file.people(30, seed=5, faulty=0)
    heads = {"name": "Họ và tên", "born": "NGAY SINH", "sex": "Giới tính", "commune": "Xã"}
    known = rows.select(*heads, "number").rename(heads)
    file = tmp_path / "heads.csv"
    known.write_csv(file)
    assert 30 == _take(register, file, home).accepted

    odd = tmp_path / "odd.csv"
    rows.select("name", "born", "sex", Ort=pl.col("commune")).write_csv(odd)
    with pytest.raises(InputError) as caught:
        _take(register, odd, home)
    assert "commune" == caught.value.found
    assert 30 == _take(register, odd, home, given={"commune": "Ort"}).accepted
    later = tmp_path / "later.csv"
    rows.head(9).select("name", "born", "sex", Ort=pl.col("commune")).write_csv(later)
    assert 9 == _take(register, later, home).accepted


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1))
def test_spoilt_files_lose_no_row(home: Path, tmp_path_factory: Any, seed: int) -> None:
    """A file with bytes changed, cut or added is refused whole, or accounts for every row."""
    random = np.random.default_rng(seed)
    file = tmp_path_factory.mktemp("spoilt") / "people.csv"
    register_file.people(40, seed=seed % 50).write_csv(file)
    data = bytearray(file.read_bytes())
    for _ in range(int(random.integers(1, 12))):
        place, kind = int(random.integers(len(data))), int(random.integers(4))
        if kind == 0:
            data[place] = int(random.integers(256))
        elif kind == 1:
            del data[place : place + int(random.integers(1, 40))]
        elif kind == 2:
            data[place:place] = random.bytes(int(random.integers(1, 20)))
        else:
            data[place:place] = b'",\n"'[int(random.integers(4)) :]
    file.write_bytes(bytes(data))
    try:
        found = intake.rehearse(population(), file, home=home, today=NOW.date())
    except SaolaError:
        return

    assert found.read == found.accepted + found.aside + found.review


def test_ragged_lines_are_set_aside_whole(register: Any, home: Path, tmp_path: Path) -> None:
    """A line with too many cells is set aside, and its content kept."""
    file = _file(tmp_path, 50, seed=8)
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[3] += ",extra,more"
    file.write_text("\n".join(lines), encoding="utf-8")

    found = _take(register, file, home)

    assert 50 == found.read
    kept = SetAside.objects.using("population").get(row=3)
    assert "cells" in kept.reasons.split()
    assert ["extra", "more"] == json.loads(json.loads(kept.content)["__cells"])


def test_no_table_is_refused(register: Any, home: Path, tmp_path: Path) -> None:
    """Absent, foreign and empty files are named."""
    empty, foreign = tmp_path / "empty.csv", tmp_path / "x.exe"
    empty.write_text("")
    foreign.write_text("a,b")
    for file in (empty, foreign, tmp_path / "absent.csv", tmp_path / "bad.xlsx"):
        if file.name == "bad.xlsx":
            file.write_bytes(b"PK\x03\x04")
        with pytest.raises(InputError) as caught:
            _take(register, file, home)
        expected = "file-absent" if file.name == "absent.csv" else "intake-file"
        assert expected == caught.value.code


def test_dates_are_read_as_people_write_them(register: Any, home: Path, tmp_path: Path) -> None:
    """Day first with slashes, dots or dashes, and ISO dates, are the same day."""
    file = tmp_path / "dates.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(["name", "born", "sex", "commune"])
        for said in ("1980-03-04", "04/03/1980", "04.03.1980", "04-03-1980", "19800304"):
            rows.writerow(["Lê Văn Tám", said, "Nam", "XSA.C.1"])

    assert 5 == _take(register, file, home).accepted
    days = set(Person.objects.using("population").values_list("born", flat=True))
    assert {dt.date(1980, 3, 4)} == days
