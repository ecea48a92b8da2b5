# ruff: noqa: ARG001  (fixtures make the tables)
"""Scans on records: what is taken, who opens them, what stays; whole folders of them."""

import csv
import datetime as dt
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import land_room as room
from register_visitors import account_with, carry, signed_in

from saola.errors import StateError
from saola.linkage import register_file
from saola.server.identity.models import Event
from saola.server.identity.models.right import TASKS
from saola.server.land import answers
from saola.server.land.models import Access as LandAccess
from saola.server.land.models import Scan as LandScan
from saola.server.population import digitised, models, record, register, review
from saola.server.population import merged as merges
from saola.server.registries import intake, records, scan_folder, scans
from saola.server.registries.act import Act
from saola.server.registries.grants import Grant, Reader

PDF = b"%PDF-1.7\n%one page\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
TIFF = b"II*\0" + b"\0" * 32
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 32
ACT = Act("clerk@example.org", room.DAY, room.NOW, reason="Births 1998", ground="law")


@pytest.fixture(scope="module")
def people(
    home: Path, emptied: Callable[[], None], tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, str]]:
    """Thirty invented people, taken in; the first has the key 1."""
    emptied()
    file = tmp_path_factory.mktemp("people") / "people.csv"
    frame = register_file.people(30, seed=6, faulty=0.0)
    frame.write_csv(file)
    intake.run(register.register(), file, home=home, who="clerk", now=room.now)
    return list(frame.iter_rows(named=True))


@pytest.fixture
def clerk(people: list[dict[str, str]]) -> Client:
    """A clerk's browser."""
    return signed_in(account_with("clerk"))


def upload(browser: Client, key: int, content: bytes, **said: str) -> str:
    """Attach a scan on the page, and give what the record's page then says."""
    file = SimpleUploadedFile(said.pop("name", "../../x.html"), content, "text/html")
    facts = {"file": file, "book": "Births 1998", "page": "12"} | said
    answer = browser.post(reverse("scan_attach", args=["population", key]), facts, follow=True)
    return str(answer.content.decode())


def latest(key: int) -> Any:
    """Give the scan attached last to a person's record."""
    return models.Scan.objects.using("population").filter(record=key).latest("id")


def test_a_scan_is_attached_listed_opened_and_logged(clerk: Client) -> None:
    """A clerk attaches a page, opens it as a download in a sandbox; each opening is a reading."""
    said = upload(clerk, 3, PDF, name="<b>..\\page.html")
    assert "The scan is attached." in said
    assert "Births 1998" in said
    assert "<b>.." not in said
    found = latest(3)
    before = len(record.readers(3))
    opened = clerk.get(reverse("scan_file", args=["population", found.pk]))

    assert PDF == b"".join(opened.streaming_content)
    assert "application/pdf" == opened["Content-Type"]
    assert f'attachment; filename="population-3-{found.pk}.pdf"' == opened["Content-Disposition"]
    assert opened["Content-Security-Policy"].startswith("sandbox;")
    assert ("nosniff", "no-store") == (opened["X-Content-Type-Options"], opened["Cache-Control"])
    readings = record.readers(3)
    assert before + 2 == len(readings)
    assert "scan" in {row["fields"] for row in readings[:2]}
    assert {"request 17"} == {row["reference"] for row in readings[:2]}
    assert "write" in {row["kind"] for row in readings if row["purpose"] == "Scan attached"}
    assert found.pk == Event.objects.filter(kind="scan-opened").latest("pk").facts["scan"]


@pytest.mark.parametrize(
    "content", [b"", b"<script>", b"GIF89a", b"PK\3\4", b" %PDF-", b"\xff\xd8"]
)
def test_what_is_no_scan_is_refused(clerk: Client, content: bytes) -> None:
    """The first bytes decide, whatever the name and the type that was sent."""
    before = models.Scan.objects.using("population").count()
    said = upload(clerk, 4, content, name="page.pdf")

    assert "no PDF, JPEG, PNG or TIFF" in said or "empty" in said
    assert before == models.Scan.objects.using("population").count()


def test_a_scan_too_large_is_refused(clerk: Client) -> None:
    """More than the limit is refused, and the limit is said."""
    said = upload(clerk, 4, PDF + bytes(scans.LARGEST))

    assert "larger than 20 MiB" in said


@given(st.binary(max_size=12))
def test_a_kind_is_told_by_known_beginnings_alone(content: bytes) -> None:
    """Whatever stands in a file, its kind is one that is known or none."""
    kind = scans.kind_of(content)

    assert kind in {"", *scans.TYPES}
    assert bool(kind) == any(content.startswith(mark) for mark, _ in scans.BEGINNINGS)


def test_a_file_is_attached_to_a_record_once_and_kept_once(clerk: Client, home: Path) -> None:
    """The same file again is refused on its record; on another it is the same file of the store."""
    upload(clerk, 5, JPEG)
    assert "has this scan already" in upload(clerk, 5, JPEG)
    upload(clerk, 6, JPEG)

    assert latest(5).sha256 == latest(6).sha256
    place = scans.place(home, "population", latest(5).sha256)
    assert JPEG == place.read_bytes()
    assert 0o600 == place.stat().st_mode & 0o777


def test_a_withdrawn_scan_stays_listed_and_opens_no_more(clerk: Client) -> None:
    """Withdrawing takes a reason, ends the opening, and leaves the row; before, it stood."""
    upload(clerk, 7, PNG)
    found = latest(7)
    address = reverse("scan_withdraw", args=["population", found.pk])
    assert "Nothing says why" in clerk.post(address, {}, follow=True).content.decode()
    said = clerk.post(address, {"reason": "another person"}, follow=True).content.decode()

    assert "another person" in said
    assert 404 == clerk.get(reverse("scan_file", args=["population", found.pk])).status_code
    again = clerk.post(address, {"reason": "twice"}, follow=True).content.decode()
    assert "withdrawn before" in again
    held = scans.held(models.Scan, "population", [7], found.added)[7]
    assert [None] == [row["withdrawn"] for row in held]


@pytest.mark.parametrize("role", [*TASKS, "nobody", "anonymous", "near", "far"])
def test_no_scan_is_touched_without_a_grant(
    people: list[dict[str, str]], clerk: Client, role: str
) -> None:
    """Only a clerk whose right reaches the person opens, attaches or withdraws."""
    upload(clerk, 8, TIFF)
    found = latest(8)
    if role == "anonymous":
        browser = Client(headers={"host": "localhost"})
    elif role in ("near", "far"):
        unit = people[7]["commune"] if role == "near" else "XSA.C.99999"
        browser = signed_in(account_with("clerk", unit))
    else:
        purpose = {"auditor": "Audit", "proof": "Check who a person is"}
        account = account_with(role if role in TASKS else "")
        browser = signed_in(account, purpose=purpose.get(role, "Keep the register"))
    before = len(record.readers(8))
    opened = browser.get(reverse("scan_file", args=["population", found.pk]))
    opened.close()
    allowed = role in ("clerk", "near")
    assert allowed == (opened.status_code == 200)
    assert allowed == (len(record.readers(8)) > before)
    if not allowed:
        assert opened.status_code in (302, 403, 404)
        count = models.Scan.objects.using("population").count()
        upload(browser, 8, PNG)
        address = reverse("scan_withdraw", args=["population", found.pk])
        browser.post(address, {"reason": "mine"})
        assert count == models.Scan.objects.using("population").count()
        assert latest(8).withdrawn is None


def test_nobody_scans_into_their_own_record(people: list[dict[str, str]]) -> None:
    """An officer's own record is another officer's to write."""
    account = account_with("clerk")
    carry(account, people[8]["number"])

    assert "your own record" in upload(signed_in(account), 9, PDF)


def test_forms_speak_the_language_of_the_page(clerk: Client) -> None:
    """Labels and help of a form are translated as the page is, not as the server began."""
    said = clerk.get("/vi/population/3/").content.decode()

    assert "Sổ hoặc hồ sơ gốc" in said
    assert "tối đa 20 MiB" in said


def test_persons_see_which_papers_stand_for_them(
    people: list[dict[str, str]], clerk: Client
) -> None:
    """My data lists book and page of each scan, without an address of the file."""
    upload(clerk, 10, PDF, book="Sổ khai sinh 7")
    account = account_with()
    carry(account, people[9]["number"])
    said = signed_in(account).get(reverse("my_data")).content.decode()

    assert "Sổ khai sinh 7" in said
    assert "/scan/" not in said


@pytest.fixture
def merged(people: list[dict[str, str]], clerk: Client) -> Iterator[tuple[int, int]]:
    """Merge record 29 with a scan into 28, and 28 into 27; all of it is undone afterwards."""
    upload(clerk, 29, PDF + b"of a second record", book="Births 2001")
    pairs = []
    for kept, other in ((28, 29), (27, 28)):
        facts = {"left": kept, "right": other, "probability": 0.9, "weight": 9.0, "found": room.NOW}
        pair = models.Pair.objects.using("population").create(**facts)
        review.propose(pair.pk, keep=kept, who="one")
        review.confirm(pair.pk, replace(ACT, who="two"))
        pairs.append(pair.pk)
    yield pairs[0], pairs[1]
    for pair in reversed(pairs):
        if models.Pair.objects.using("population").get(pk=pair).state == "merged":
            review.undo(pair, replace(ACT, who="three"))
    models.Pair.objects.using("population").filter(pk__in=pairs).delete()


def shown(key: int) -> list[tuple[str, int | None]]:
    """Give book and record of each scan that stands with a person."""
    reader = Reader("x", "", (Grant("Keep", "law", frozenset({"scans"})),))
    when = record.When(timezone.now())
    found = record.read(key, reader=reader, purpose="Keep", fields=frozenset({"scans"}), when=when)
    return [(each["book"], each["of"]) for each in found["scans"]]


def test_scans_and_readings_of_merged_records_stand_with_the_one_kept(
    clerk: Client, merged: tuple[int, int]
) -> None:
    """Through two merges; opening and withdrawing go by the record kept, and counting too."""
    page = clerk.get(reverse("person", args=[27])).content.decode()
    assert [("Births 2001", 29)] == shown(27)
    before = len(record.readers(27))
    opened = clerk.get(reverse("scan_file", args=["population", latest(29).pk]))
    home = record.homes([27])[27]
    counted = dict(
        digitised.counts()
        .filter(commune=home, step="scanned")
        .select("step", "records")
        .iter_rows()
    )

    assert "Births 2001" in page
    assert b"second record" in b"".join(opened.streaming_content)
    assert before + 2 == len(record.readers(27))
    assert "Scan attached" in {row["purpose"] for row in record.readers(27)}
    assert 1 <= counted["scanned"]
    clerk.post(
        reverse("scan_withdraw", args=["population", latest(29).pk]), {"reason": "of another"}
    )
    assert "of another" == latest(29).reason


def test_a_merge_undone_parts_the_scans_again(merged: tuple[int, int]) -> None:
    """What was merged after a moment, or parted before it, does not count for it."""
    review.undo(merged[1], replace(ACT, who="three", now=timezone.now()))

    assert [] == shown(27)
    assert {("Births 2001", 29)} == set(shown(28))
    assert [] == merges.into(28, room.NOW - dt.timedelta(days=1))
    assert (27, 28) == (merges.standing(27), merges.standing(29))


def test_an_intake_with_scans_is_not_undone(clerk: Client, home: Path, tmp_path: Path) -> None:
    """Records that have scans were worked on: their batch stays, and it is said why."""
    file = tmp_path / "more.csv"
    register_file.people(3, seed=9, faulty=0.0).write_csv(file)
    batch = intake.run(register.register(), file, home=home, who="clerk", now=room.now).batch
    upload(clerk, models.Person.objects.using("population").filter(batch=batch)[0].pk, PDF)

    assert batch
    with pytest.raises(StateError) as caught:
        intake.undo(register.register(), batch, now=room.now)
    assert "intake-attached" == caught.value.code


def test_scans_are_not_granted_to_systems() -> None:
    """No permit of the API can name the scans of either register."""
    from saola.server.population import answers as persons  # noqa: PLC0415  (one of two modules of this name)

    assert "scans" not in persons.served().fields | answers.served().fields


def test_what_a_killed_writer_left_is_swept(home: Path, tmp_path: Path) -> None:
    """The next folder removes half-written files of an hour ago, and leaves those being written."""
    store = home / "files" / "scans" / "population" / "ab"
    store.mkdir(parents=True, exist_ok=True)
    old, young = store / ".abcd.left", store / ".abcd.at-work"
    for part in (old, young):
        part.write_bytes(PDF)
    os.utime(old, (ACT.now.timestamp() - 7200,) * 2)
    os.utime(young, (ACT.now.timestamp(),) * 2)
    (tmp_path / "none").mkdir()
    scan_folder.run(records.get("population"), tmp_path / "none", home=home, act=lambda: ACT)

    assert (False, True) == (old.exists(), young.exists())
    young.unlink()


def test_a_folder_is_attached_by_names_and_again_without_doubles(
    people: list[dict[str, str]], home: Path, tmp_path: Path
) -> None:
    """Each file is attached, known or set aside; a second run adds what is new alone."""
    folder = tmp_path / "births"
    (folder / "Book 2").mkdir(parents=True)
    one, two = people[14]["number"], people[15]["number"]
    (folder / f"{one}_p3.pdf").write_bytes(PDF + b"3")
    (folder / "Book 2" / f"{two}.jpg").write_bytes(JPEG + b"2")
    (folder / "000000000000.pdf").write_bytes(PDF)
    (folder / f"{two}_p1.pdf").write_bytes(b"no scan")
    (folder / ".hidden.pdf").write_bytes(PDF)
    (folder / f"{one}_p9.pdf").symlink_to("/etc/hostname")
    known = records.get("population")
    first = scan_folder.run(known, folder, home=home, act=lambda: ACT, book="Book 1")

    assert (4, 2, 0) == (first.read, first.attached, first.already)
    assert {"000000000000.pdf": "record-absent", f"{two}_p1.pdf": "scan-kind"} == first.aside
    assert ("Book 1", "3") == (latest(15).book, latest(15).page)
    assert ("Book 2", "") == (latest(16).book, latest(16).page)
    assert first.list is not None
    with first.list.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert first.aside == {row["file"]: row["reason"] for row in rows}
    said = {row["reason"]: row["expected"] for row in rows}
    assert "001190012345_p3.jpg" in said["record-absent"]
    assert "PDF, JPEG, PNG or TIFF" in said["scan-kind"]

    scans.withdraw(known, latest(15).pk, ACT)
    (folder / f"{two}_p1.pdf").write_bytes(PDF + b"1")
    second = scan_folder.run(known, folder, home=home, act=lambda: ACT, book="Book 1")
    assert (4, 1, 1) == (second.read, second.attached, second.already)
    assert "scan-withdrawn" == second.aside[f"{one}_p3.pdf"]


def test_no_name_of_a_file_is_run_by_a_spreadsheet(
    people: list[dict[str, str]], home: Path, tmp_path: Path
) -> None:
    """What is set aside is listed with an apostrophe before a name that begins as a formula."""
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "=1+1.pdf").write_bytes(PDF)
    found = scan_folder.run(records.get("population"), folder, home=home, act=lambda: ACT)

    assert found.list is not None
    assert "'=1+1.pdf" in found.list.read_text(encoding="utf-8-sig")


@pytest.fixture(scope="module")
def parcels(home: Path, emptied: Callable[[], None], tmp_path_factory: Any) -> None:
    """Three parcels beside one another."""
    room.empty()
    file = tmp_path_factory.mktemp("land") / "parcels.csv"
    room.rows(3).write_csv(file)
    assert 3 == room.take(file, home).accepted


def test_parcels_take_scans_by_code_and_by_older_key(
    people: list[dict[str, str]], parcels: None, home: Path, tmp_path: Path
) -> None:
    """A parcel's file is named by its code or older key; holders find every opening in the log."""
    browser = signed_in(account_with("land"))
    folder = tmp_path / "certificates"
    folder.mkdir()
    code = answers.Version.objects.using("land").get(parcel=1).parcel.code
    (folder / f"{code.upper()}.pdf").write_bytes(PDF)
    (folder / "XSA.C.00001_1_2_p4.tif").write_bytes(TIFF)
    (folder / "XSA.C.00001_9_9.tif").write_bytes(TIFF)
    found = scan_folder.run(records.get("land"), folder, home=home, act=lambda: ACT)
    assert (3, 2, 1) == (found.read, found.attached, len(found.aside))
    assert {1: "", 2: "4"} == dict(LandScan.objects.using("land").values_list("record", "page"))
    log = LandAccess.objects.using("land")
    before = log.filter(kind="read").count()
    scan = LandScan.objects.using("land").get(record=2)
    opened = browser.get(reverse("scan_file", args=["land", scan.pk]))

    assert TIFF == b"".join(opened.streaming_content)
    assert before + 2 == log.filter(kind="read").count()
    assert "Open the scan" in browser.get(reverse("parcel", args=[2])).content.decode()
    assert 403 == signed_in(account_with("clerk")).get(opened.request["PATH_INFO"]).status_code


@pytest.mark.postgres
def test_the_command_attaches_a_folder_on_postgresql(
    empty_postgres: str, tmp_path: Path, command_on: Callable[..., Any]
) -> None:
    """The verb counts what it attached, and a second run attaches nothing."""
    command = command_on(tmp_path / "home", empty_postgres)
    frame = register_file.people(60, seed=41, faulty=0.0)
    frame.write_csv(tmp_path / "people.csv")
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in frame["number"]:
        (folder / f"{number}.pdf").write_bytes(PDF + number.encode())
    (folder / "notes.txt").write_text("none")
    assert 0 == command.run("population", "import", str(tmp_path / "people.csv"))[0]
    said = [json.loads(command.run("population", "scans", str(folder), "--json")[1]) for _ in "12"]

    names = ("read", "attached", "already", "aside")
    assert [[61, 60, 0, 1], [61, 0, 60, 1]] == [[each[name] for name in names] for each in said]
    assert {"scan-kind": 1} == said[0]["reasons"]
    assert "PDF" in said[0]["expected"]["scan-kind"]
