# ruff: noqa: ARG001  (fixtures make the tables)
"""Marks of officers, approved by two or to be rebuilt from paper, and what progress counts."""

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

sys.path.insert(0, str(Path(__file__).parent))
import land_room as room
from register_visitors import account_with, carry, signed_in

from saola.errors import InputError, StateError
from saola.linkage import register_file
from saola.periods import Period
from saola.server.land.transactions import correct
from saola.server.population import events, models, observe, record, register
from saola.server.registries import intake, marks, progress, records, scans
from saola.server.registries.act import Act

COMMUNE = "XSA.C.00001"
NOW = room.NOW


def act(who: int, *, minutes: int = 1, reason: str = "book 4") -> Act:
    """An officer's act, some minutes after the intake."""
    now = NOW + dt.timedelta(minutes=minutes)
    return Act(f"officer{who}@example.org", now.date(), now, reason=reason, account=who)


@pytest.fixture(scope="module")
def people(
    home: Path, emptied: Callable[[], None], tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, str]]:
    """Thirty invented people of one commune, taken in; the first has the key 1."""
    emptied()
    models.Pair.objects.using("population").all().delete()
    file = tmp_path_factory.mktemp("people") / "people.csv"
    frame = register_file.people(30, seed=63, faulty=0.0)
    frame.with_columns(commune=register_file.pl.lit(COMMUNE)).write_csv(file)
    intake.run(register.register(), file, home=home, who="clerk", now=room.now)
    return list(frame.iter_rows(named=True))


@pytest.fixture
def unmarked(people: list[dict[str, str]]) -> records.Records:
    """The population's records, without marks."""
    found = records.get("population")
    marks.table(found).delete()
    return found


def steps(found: records.Records, commune: str = COMMUNE) -> dict[str, int]:
    """Count the records of a commune by step."""
    frame = found.counts()
    rows = frame.filter(frame["commune"] == commune)
    return dict(rows.select("step", "records").iter_rows())


def test_a_record_is_approved_by_two(unmarked: records.Records) -> None:
    """Who compared a record cannot approve it, in code or in the table; another officer can."""
    mark = marks.compared(unmarked, act(1), key=1)
    assert 0 == steps(unmarked)["approved"]
    with pytest.raises(StateError) as caught:
        marks.approve(unmarked, mark.pk, act(1, minutes=2))
    assert "four-eyes" == caught.value.code
    forced = marks.table(unmarked).filter(pk=mark.pk)
    with pytest.raises(IntegrityError), transaction.atomic(using="population"):
        forced.update(second=1, seconded_by="other@example.org", seconded=NOW)
    marks.approve(unmarked, mark.pk, act(2, minutes=2))

    assert 1 == steps(unmarked)["approved"]
    purposes = [row["purpose"] for row in record.readers(1)]
    assert [marks.SECONDED, marks.COMPARED] == purposes[:2]
    with pytest.raises(StateError):
        marks.approve(unmarked, mark.pk, act(3, minutes=3))


def test_a_later_change_ends_an_approval(unmarked: records.Records) -> None:
    """An approval holds for the record as it was compared; it is compared anew afterwards."""
    marks.approve(unmarked, marks.compared(unmarked, act(1), key=2).pk, act(2, minutes=2))
    assert 1 == steps(unmarked)["approved"]
    events.correct(2, act(1, minutes=5), field="religion", value="none")

    assert 0 == steps(unmarked)["approved"]
    assert marks.of(unmarked, 2)["stale"]
    again = marks.compared(unmarked, act(2, minutes=6), key=2)
    marks.approve(unmarked, again.pk, act(1, minutes=7))
    assert 1 == steps(unmarked)["approved"]
    assert 1 == marks.standing(unmarked).filter(record=2).count()


def test_a_commune_is_approved_as_it_is_now(unmarked: records.Records) -> None:
    """A commune's approval covers its usable records that were not changed since."""
    events.correct(3, act(1, minutes=9), field="religion", value="none")
    marks.rebuild(unmarked, act(1, reason="torn"), key=4)
    mark = marks.compared(unmarked, act(1, minutes=8), commune=COMMUNE)
    assert 0 == steps(unmarked)["approved"]
    marks.approve(unmarked, mark.pk, act(2, minutes=8))

    assert 28 == steps(unmarked)["approved"]
    marks.lift(unmarked, mark.pk, act(2, minutes=9, reason="wrong book"))
    assert 0 == steps(unmarked)["approved"]


def test_records_and_books_are_marked_to_be_rebuilt(unmarked: records.Records) -> None:
    """A marked record leaves groups 1 and 2; a book counts with the records it holds."""
    before = steps(unmarked)
    mark = marks.rebuild(unmarked, act(1, reason="torn"), key=5)
    marks.rebuild(unmarked, act(1, reason="burnt"), commune=COMMUNE, book="7", count=800)
    after = steps(unmarked)

    assert (30, 0, 0) == tuple(before[f"group-{n}"] for n in (1, 2, 3))
    assert (29, 0, 801) == tuple(after[f"group-{n}"] for n in (1, 2, 3))
    assert after["keyed"] == before["keyed"]
    with pytest.raises(StateError) as caught:
        marks.compared(unmarked, act(1), key=5)
    assert "record-rebuilt" == caught.value.code
    with pytest.raises(InputError):
        marks.lift(unmarked, mark.pk, act(2, reason=" "))
    marks.lift(unmarked, mark.pk, act(2, reason="found another copy"))
    assert 800 == steps(unmarked)["group-3"]
    with pytest.raises(StateError):
        marks.lift(unmarked, mark.pk, act(2))


def test_small_communes_are_not_told(unmarked: records.Records) -> None:
    """Steps are observed where enough persons are keyed; books say nothing of persons."""
    person = models.Residence.objects.using("population").filter(person=6)
    person.update(commune="XSA.C.00009")
    marks.rebuild(unmarked, act(1, reason="burnt"), commune="XSA.C.00009", book="1", count=800)
    marks.rebuild(unmarked, act(1, reason="burnt"), commune="XSA.C.00008", book="1", count=700)
    found = observe.observations(Period.parse("2026-Q4"))
    rebuilt = found.filter(found["indicator"] == "population-digitised-group-3")
    person.update(commune=COMMUNE)

    assert {COMMUNE: 0, "XSA.C.00008": 700} == dict(rebuilt.select("unit", "value").iter_rows())


def test_scanned_records_are_counted(unmarked: records.Records, home: Path) -> None:
    """A record is scanned while it has a scan that was not withdrawn."""
    kept = scans.Kept("0" * 64, "pdf", 10)
    other = scans.Kept("1" * 64, "pdf", 10)
    first = scans.attach(unmarked, 7, kept, scans.Sheet(book="1"), act(1))
    scans.attach(unmarked, 7, other, scans.Sheet(book="1"), act(1))
    scans.attach(unmarked, 8, kept, scans.Sheet(book="1"), act(1))
    assert 2 == steps(unmarked)["scanned"]
    scans.withdraw(unmarked, first.pk, act(1))
    last = scans.table(unmarked).get(record=8)
    scans.withdraw(unmarked, last.pk, act(1))

    assert 1 == steps(unmarked)["scanned"]


def send(browser: Client, key: int, wish: str, **facts: Any) -> str:
    """Send a mark's form, and give what the record's page then says."""
    address = reverse("record_mark", args=["population", key])
    return str(browser.post(address, {"do": wish} | facts, follow=True).content.decode())


def test_two_officers_approve_on_the_record_s_page(
    unmarked: records.Records, people: list[dict[str, str]]
) -> None:
    """One compares, the other approves; a button is shown to who may press it."""
    one, two = (signed_in(account_with("clerk")) for _ in range(2))
    said = send(one, 9, "compare", reason="book 4, page 2")
    assert 'value="approve"' not in said
    mark = marks.table(unmarked).get(record=9)
    assert "One person cannot both" in send(one, 9, "approve", mark=mark.pk)
    assert 'value="approve"' in two.get("/en/population/9/").content.decode()
    assert "Approved by two officers" in send(two, 9, "approve", mark=mark.pk)
    assert "to be rebuilt" in send(one, 9, "rebuild", reason="water").lower()
    far = signed_in(account_with("clerk", "XSA.C.99999"))
    answer = far.post(reverse("record_mark", args=["population", 9]), {"do": "compare"})
    assert 404 == answer.status_code
    assert (
        404
        == two.post(
            reverse("record_mark", args=["population", 8]), {"do": "lift", "mark": mark.pk}
        ).status_code
    )
    account = account_with("clerk")
    carry(account, people[9]["number"])
    assert "your own record" in send(signed_in(account), 10, "compare")


def test_books_and_communes_are_marked_on_the_page_of_progress(
    unmarked: records.Records,
) -> None:
    """Officers see steps and groups of their communes, and mark books of communes in reach."""
    one, two = (signed_in(account_with("clerk")) for _ in range(2))
    address = reverse("register_progress", args=["population"])
    book = {"commune": COMMUNE, "book": "Sổ 7", "count": 800, "reason": "burnt"}
    said = one.post(address, book | {"do": "rebuild"}, follow=True).content.decode()
    assert "Sổ 7" in said
    assert 800 == steps(unmarked, COMMUNE)["group-3"]
    said = one.post(address, book | {"do": "compare"}, follow=True).content.decode()
    mark = marks.table(unmarked).get(kind=marks.APPROVED)
    assert ("", None, None) == (mark.book, mark.count, mark.seconded)
    facts = {"do": "approve", "mark": mark.pk, "commune": COMMUNE}
    assert "Approved by two" in two.post(address, facts, follow=True).content.decode()
    wrong = book | {"do": "rebuild", "commune": "XSA.C.77777"}
    assert "XSA.C.77777" in two.post(address, wrong, follow=True).content.decode()
    assert 1 == marks.table(unmarked).filter(kind=marks.REBUILD).count()
    far = signed_in(account_with("clerk", "VNM.P.01"))
    assert 404 == far.post(address, facts | {"do": "lift", "reason": "x"}).status_code
    far.post(address, book | {"do": "rebuild"})
    assert 1 == marks.table(unmarked).filter(kind=marks.REBUILD).count()
    assert "Sổ 7" not in far.get(address).content.decode()


def test_parcels_are_approved_until_their_unit_changes(
    people: list[dict[str, str]], home: Path, tmp_path: Path
) -> None:
    """The same marks count in the land register, and a transaction ends an approval."""
    room.empty()
    file = tmp_path / "parcels.csv"
    room.rows(3).write_csv(file)
    room.take(file, home)
    land = records.get("land")
    for key in (1, 2):
        marks.approve(land, marks.compared(land, act(1), key=key).pk, act(2, minutes=2))
    marks.rebuild(land, act(1, reason="no map"), key=3)
    found = steps(land)
    assert (2, 1) == (found["approved"], found["group-3"])
    correct(1, act(1, minutes=5), land_type="CLN")

    assert 1 == steps(land)["approved"]
    page = signed_in(account_with("land")).get(reverse("parcel", args=[2])).content.decode()
    assert "Approved by two officers" in page


def test_what_takes_long_to_count_is_counted_once_in_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A count that takes long is kept for twenty times as long; one that does not is never kept."""
    clock = [1000.0]
    monkeypatch.setattr("saola.server.registries.progress.time.monotonic", lambda: clock[0])
    asked: list[float] = []

    def counted(takes: float, after: float = 0.0) -> str:
        def count() -> pl.DataFrame:
            asked.append(takes)
            clock[0] += takes
            return pl.DataFrame({"commune": [str(len(asked))]})

        clock[0] += after
        return str(progress.recent("invented", count)["commune"][0])

    assert ["1", "2"] == [counted(0.4), counted(0.4)]
    assert ["3", "3", "3"] == [counted(30), counted(30, after=300), counted(30, after=299)]
    assert "4" == counted(30, after=2)


@pytest.mark.postgres
def test_progress_is_counted_on_postgresql_too(empty_postgres: str, tmp_path: Path) -> None:
    """Scans, approvals and rebuilding are counted by the same queries on the other engine."""
    env = {**os.environ, "SAOLA_HOME": str(tmp_path), "SAOLA_DATABASE_URL": empty_postgres}
    script = Path(__file__).parent / "marked_registers.py"
    done = subprocess.run(
        [sys.executable, script], env=env, check=True, capture_output=True, text=True
    )
    for steps in json.loads(done.stdout).values():
        shown = [steps[name] for name in ("scanned", "approved", "group-2", "group-3")]
        assert [1, 1, 0, 801] == shown
        assert steps["keyed"] - 1 == steps["group-1"]
