# ruff: noqa: ARG001  (fixtures make the tables)
"""Pages of the land register: who may open them, and what officers do there."""

import datetime as dt
import json
import re
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import python_calamine
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

sys.path.insert(0, str(Path(__file__).parent))
import land_room as room
from register_visitors import account_with, signed_in

from saola.server.identity.models.right import TASKS
from saola.server.land import checked, checks, models, record, urls
from saola.server.land.pages import findings
from saola.server.land.pages import map as land_map
from saola.server.registries.grants import Grant

OFFICERS = {"land": "Keep the register", "auditor": "Audit", "proof": "Check who a person is"}
LAND = {"land"}
NAMES = ("long bien", "zzz")
OPEN: dict[str, tuple[dict[str, Any], set[str]]] = {
    "land": ({}, LAND),
    "land_findings": ({}, LAND),
    "findings_csv": ({}, LAND),
    "findings_xlsx": ({}, LAND),
    "land_readers": ({}, {"auditor"}),
    "land_map": ({"commune": "XSA.C.00001"}, LAND),
    "parcel": ({"key": 1}, LAND),
    "parcel_act": ({"key": 1, "kind": "transfer"}, LAND),
}


@pytest.fixture(scope="module")
def parcels(home: Path, emptied: Callable[[], None], tmp_path_factory: Any) -> None:
    """Six parcels beside one another, the last on the fifth; a couple holds the fourth."""
    room.empty()
    emptied()  # holders are held against the population register where it has people
    holders = ["An"] * 3 + ["An;Bình"] + ["Cúc", "Dung"]
    numbers = ["079085000001"] * 3 + ["079085000001;079085000002", "079085000003", "079085000004"]
    shapes = [room.square(n).wkt for n in range(5)] + [
        shapely.box(room.X + 48, room.Y, room.X + 58, room.Y + 10).wkt
    ]
    frame = room.rows(6, holder=holders, holder_number=numbers, geometry=shapes)
    file = tmp_path_factory.mktemp("land") / "parcels.csv"
    frame.write_csv(file)
    assert 6 == room.take(file, home).accepted
    checks.run(room.NOW)


@pytest.fixture
def officer(parcels: None) -> Client:
    """A land officer's browser."""
    return signed_in(account_with("land"))


def at(number: str) -> int:
    """Give the living parcel of a number."""
    row = models.Version.objects.using("land").get(number=number, superseded=None, end=None)
    return int(row.parcel_id)


def post(browser: Client, parcel: str, act: str, **facts: Any) -> Any:
    """Send a form."""
    day = {"day": "2026-11-01", "reason": "contract 12"}
    address = reverse("parcel_act", args=[at(parcel), act])
    return browser.post(address, day | facts)


def test_every_page_is_in_the_table_of_who_may_open_it() -> None:
    """A page that joins says who may open it."""
    assert set(OPEN) == {str(pattern.name) for pattern in urls.urlpatterns}


@pytest.mark.parametrize("role", [*TASKS, "nobody", "anonymous"])
def test_no_page_opens_without_a_grant(parcels: None, role: str) -> None:
    """Every role × page: it opens under a grant alone, and nothing is logged where it does not."""
    if role == "anonymous":
        browser = Client(headers={"host": "localhost"})
    else:
        account = account_with(role if role in TASKS else "")
        browser = signed_in(account, purpose=OFFICERS.get(role, "Keep the register"))
    for page, (given, allowed) in OPEN.items():
        named = {**given, "key": at("1")} if "key" in given else given
        before = models.Access.objects.using("land").count()
        answer = browser.get(reverse(page, kwargs=named))
        assert (role in allowed) == (200 == answer.status_code), page
        if role not in allowed:
            assert before == models.Access.objects.using("land").count()


def test_each_holder_shown_is_logged_with_purpose_and_file(officer: Client) -> None:
    """Reading a couple's parcel writes a line for each of them, and an auditor sees it."""
    page = officer.get(reverse("parcel", args=[at("4")])).content.decode()
    assert "Bình" in page
    assert "079085000002" in page
    for number in ("079085000001", "079085000002"):
        key = models.Party.objects.using("land").get(number=number).pk
        log = models.Access.objects.using("land").filter(first=key, kind="read").latest("id")
        assert ("Keep the register", "request 17", "Sở Dân cư") == (
            log.purpose, log.reference, log.agency,
        )  # fmt: skip
    auditor = signed_in(account_with("auditor"), purpose="Audit")
    shown = auditor.get(reverse("land_readers"), {"number": "079085000002"}).content.decode()
    assert "request 17" in shown
    assert "Bình" not in shown


def test_the_map_draws_links_and_colours_findings(officer: Client) -> None:
    """Each parcel is a link in the SVG and in the list; an overlap colours both."""
    page = officer.get(reverse("land_map", args=["XSA.C.00001"])).content.decode()
    rows = models.Version.objects.using("land").filter(end=None, superseded=None, sheet="1")
    for row in rows:
        assert 2 == page.count(f'href="{reverse("parcel", args=[row.parcel_id])}"')
    assert 2 == page.count('class="parcel overlap"')
    assert "<script" not in page.partition("<main")[2]
    found = officer.get(reverse("land_findings"), {"rule": "overlap"}).content.decode()
    assert reverse("parcel", args=[at("5")]) in found or reverse("parcel", args=[at("6")]) in found


def test_findings_stand_by_gravity_then_by_number(officer: Client) -> None:
    """The gravest finding comes first, and of one rule the lower number, as a number."""
    rows = models.Finding.objects.using("land")
    planted = [("holder-absent", "1"), ("ring-invalid", "4"), ("ring-invalid", "2")]
    facts = {"commune": "XSA.C.00001", "epsg": 5897, "value": 1.0, "found": room.NOW}
    made = [rows.create(rule=rule, parcel_id=at(number), **facts) for rule, number in planted]
    said = officer.get(reverse("land_findings")).content.decode().partition("<tbody>")[2]
    drawn = officer.get(reverse("land_map", args=["XSA.C.00001"])).content.decode()
    asked = {"rule": "holder-absent"}
    chosen = officer.get(reverse("land_map", args=["XSA.C.00001"]), asked).content.decode()
    for each in made:
        each.delete()

    places = [said.index(f'href="{reverse("parcel", args=[at(n)])}"') for n in ("2", "4", "5", "1")]
    assert sorted(places) == places
    assert "1 holder<" in said
    assert 'class="parcel holder-absent"' not in drawn
    assert 'class="parcel holder-absent"' in chosen


@pytest.mark.parametrize("most", [findings.SORTED, 1])
def test_findings_are_sorted_by_a_column_and_given_as_a_file(
    officer: Client, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Heads are links that say how the list is sorted; the file has the list's rows and order."""
    monkeypatch.setattr(findings, "SORTED", most)
    rows = models.Finding.objects.using("land")
    facts = {"commune": "XSA.C.00001", "epsg": 5897}
    planted = [("gap", "1", 3.0, 2), ("gap", "2", 1.0, 3), ("ring-invalid", "3", 2.0, 1)]
    made = [
        rows.create(rule=rule, parcel_id=at(n), value=value, **facts,
                    found=room.NOW.replace(hour=20) - dt.timedelta(days=days))
        for rule, n, value, days in planted
    ]  # fmt: skip
    wanted = {
        "rule": ["3", "1", "2"], "-rule": ["1", "2", "3"], "parcel": ["1", "2", "3"],
        "-parcel": ["3", "2", "1"], "much": ["3", "2", "1"], "-much": ["3", "1", "2"],
        "found": ["2", "1", "3"], "-found": ["3", "1", "2"],
    }  # fmt: skip
    address = reverse("land_findings")
    for sort, numbers in wanted.items():
        page = officer.get(address, {"sort": sort}).content.decode()
        head, _, body = page.partition("<tbody>")
        places = [body.index(f'href="{reverse("parcel", args=[at(n)])}"') for n in numbers]
        way = "descending" if sort.startswith("-") else "ascending"
        assert sorted(places) == places, sort
        assert f'aria-sort="{way}"' in head
        assert 1 == head.count(f'aria-sort="{way}"')
    both = officer.get(address, {"sort": "found", "rule": "gap"}).content.decode()
    with override_settings(TIME_ZONE="Asia/Ho_Chi_Minh"):
        csv, xlsx = (
            officer.get(reverse(f"findings_{form}"), {"sort": "-found", "rule": "gap"}).content
            for form in ("csv", "xlsx")
        )
    for each in made:
        each.delete()

    assert "sort=-found&amp;rule=gap" in both or "rule=gap&amp;sort=-found" in both
    given = pl.read_csv(csv)
    assert ["1/1", "1/2"] == given["parcel"].to_list()[:2]
    assert ["2026-11-20", "2026-11-19"] == given["found"].to_list()[:2]
    assert {"gap"} == set(given["rule"])
    sheet = python_calamine.CalamineWorkbook.from_filelike(BytesIO(xlsx)).get_sheet_by_index(0)
    assert given.height == len(sheet.to_python()) - 1
    assert "holder" not in given.columns


def test_more_findings_than_a_sheet_holds_are_given_as_csv_alone(
    officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither link nor address gives an XLSX of them; the page says to take CSV."""
    monkeypatch.setattr(findings, "ROWS_A_SHEET", 0)
    xlsx = reverse("findings_xlsx")
    page = officer.get(reverse("land_findings")).content.decode()
    back = officer.get(xlsx, {"sort": "found"})

    assert "take the list as CSV" in page
    assert xlsx not in page
    assert f"{reverse('land_findings')}?sort=found" == back["Location"]
    assert 200 == officer.get(reverse("findings_csv")).status_code


def test_more_findings_than_are_sorted_still_stand_by_gravity(
    officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there are too many findings to sort by number, the database puts the gravest first."""
    rows = models.Finding.objects.using("land")
    facts = {"commune": "XSA.C.00001", "epsg": 5897, "value": 1.0, "found": room.NOW}
    planted = [("holder-absent", "2"), ("ring-invalid", "4")]
    made = [rows.create(rule=rule, parcel_id=at(number), **facts) for rule, number in planted]
    monkeypatch.setattr(findings, "SORTED", 1)
    said = officer.get(reverse("land_findings")).content.decode().partition("<tbody>")[2]
    for each in made:
        each.delete()

    places = [said.index(f'href="{reverse("parcel", args=[at(n)])}"') for n in ("4", "2")]
    assert sorted(places) == places


def test_a_commune_never_checked_is_not_said_to_be_without_findings(
    officer: Client, home: Path
) -> None:
    """The day of the last check stands beside the count; before it, that there was none."""
    file = home / "files" / checked.FILE
    known = file.read_text(encoding="utf-8")
    assert "2026" in _last_check(officer)
    opened = list(models.Finding.objects.using("land").all())
    models.Finding.objects.using("land").all().delete()
    file.unlink()
    never, listed = _last_check(officer), officer.get(reverse("land_findings")).content.decode()
    file.write_text(known, encoding="utf-8")
    models.Finding.objects.using("land").bulk_create(opened)

    assert "not checked yet" in never
    assert "Not checked yet." in listed


def _last_check(officer: Client) -> str:
    page: str = officer.get(reverse("land")).content.decode()
    return page.partition("<tbody")[2].partition("</tbody>")[0]


def test_a_right_for_one_commune_opens_no_other(parcels: None) -> None:
    """Parcels out of reach look as if they were not there."""
    stranger = signed_in(account_with("land", "XSA.C.00002"))
    for path in (
        reverse("parcel", args=[at("1")]),
        reverse("land_map", args=["XSA.C.00001"]),
        reverse("parcel_act", args=[at("1"), "transfer"]),
    ):
        assert 404 == stranger.get(path).status_code
    assert "XSA.C.00001" not in stranger.get(reverse("land")).content.decode()


def test_parcels_out_of_reach_are_not_numbered(parcels: None) -> None:
    """What else a page names, as the parcel of an equal code, it numbers within reach alone."""
    key = at("1")
    said = [
        record.numbered([key], Grant("keep", "law", frozenset(), units=frozenset({unit})))
        for unit in ("*", "XSA.C.00001", "XSA.C.00002")
    ]

    assert [1, 1, 0] == [len(each) for each in said]


def test_a_code_or_key_leads_to_its_parcel(officer: Client) -> None:
    """Code and older key find one parcel; what is unknown finds none."""
    key = at("1")
    code = models.Parcel.objects.using("land").get(pk=key).code
    for typed in (code, code.upper(), "XSA.C.00001/1/1"):
        answer = officer.get(reverse("land"), {"q": typed})
        assert reverse("parcel", args=[key]) == answer["Location"]
    assert 200 == officer.get(reverse("land"), {"q": "zzz"}).status_code


def test_an_officer_transfers_and_looks_back(officer: Client) -> None:
    """The form records a transfer; the page shows both holders, and the day before only one."""
    an = models.Party.objects.using("land").get(number="079085000001").pk
    wrong = post(
        officer, "1", "transfer", giver=an, name="Em", number="", kind="person", share="3/2"
    )
    assert 200 == wrong.status_code
    facts = {"giver": an, "name": "Em", "number": "079085000009", "kind": "person"}
    refused = post(officer, "1", "transfer", **facts, share="1/2", serial="Q")
    assert 200 == refused.status_code
    done = post(officer, "1", "transfer", **facts, share="1/2")
    assert reverse("parcel", args=[at("1")]) == done["Location"]

    now = officer.get(done["Location"]).content.decode()
    assert "Em" in now
    then = officer.get(done["Location"], {"on": "2026-10-31"}).content.decode()
    assert "079085000009" not in then


def test_an_officer_splits_by_a_line_and_merges_again(officer: Client) -> None:
    """A line of two points cuts a parcel; its parts are merged by their numbers."""
    middle = room.X + 15
    whole = at("2")
    assert 200 == post(officer, "2", "split", line="1 1, 2 2").status_code
    assert 200 == post(officer, "2", "split", line="hello").status_code
    done = post(officer, "2", "split", line=f"{middle} {room.Y - 1}, {middle} {room.Y + 11}")
    assert 302 == done.status_code
    part = officer.get(reverse("parcel", args=[at("7")])).content.decode()
    for other in (at("8"), whole):
        assert f'href="{reverse("parcel", args=[other])}"' in part
    assert "contract 12" in part  # what made it is in its own history
    gone = officer.get(reverse("parcel", args=[whole])).content.decode()
    assert all(f">Parcel 1/{number}</a>" in gone for number in (7, 8))
    joined = post(officer, "7", "merge", others="8")
    assert 302 == joined.status_code
    assert (
        "100.0"
        in officer.get(joined["Location"], headers={"accept-language": "en"}).content.decode()
    )


def test_a_finding_says_of_what_how_much(officer: Client) -> None:
    """An overlap has its area in square metres, and the other parcel by sheet and number."""
    page = officer.get(reverse("land_findings"), {"rule": "overlap"}).content.decode()

    assert re.search(r'<td class="n">20\.00 m²</td>', page)
    assert ">1/6</a>" in page


def test_a_commune_is_found_by_its_name(officer: Client) -> None:
    """What is no parcel is sought among the communes; what is neither is said so."""
    assert "XSA.C.00001" in officer.get(reverse("land"), {"q": "c.00001"}).content.decode()
    said = officer.get(reverse("land"), {"q": "zzz"}, headers={"accept-language": "en"})
    assert "No parcel and no commune was found." in said.content.decode()


def test_findings_of_a_commune_that_is_none_are_not_said_to_be_unchecked(
    officer: Client, communes: None
) -> None:
    """A name finds the findings of its commune; one that no commune has is said to be none."""
    asked = {name: officer.get(reverse("land_findings"), {"commune": name}) for name in NAMES}
    said = [answer.content.decode() for answer in asked.values()]

    assert 'value="XSA.C.00001"' in said[0]
    assert "No one commune is called that." not in said[0]
    assert "No one commune is called that." in said[1]
    assert "Not checked yet" not in said[1]


def test_an_officer_splits_by_an_uploaded_file(officer: Client) -> None:
    """Parts in a CSV of WKT or a GeoJSON in the parcel's zone split it; another zone is refused."""
    left, right = (
        shapely.box(room.X + a, room.Y, room.X + b, room.Y + 10) for a, b in ((20, 24), (24, 30))
    )

    def upload(epsg: int, shapes: list[Any]) -> Any:
        body = {
            "type": "FeatureCollection",
            "crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{epsg}"}},
            "features": [
                {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(shape)}
                for shape in shapes
            ],
        }
        return SimpleUploadedFile("parts.geojson", json.dumps(body).encode())

    assert 200 == post(officer, "3", "split", file=upload(5898, [left, right])).status_code
    assert 200 == post(officer, "3", "split", file=upload(5897, [left])).status_code
    assert (
        200 == post(officer, "3", "split", file=SimpleUploadedFile("x.geojson", b"{")).status_code
    )
    assert 302 == post(officer, "3", "split", file=upload(5897, [left, right])).status_code


def test_an_officer_mortgages_discharges_and_corrects(officer: Client) -> None:
    """Burdens come and go; a correction supersedes."""
    bank = {"name": "Ngân hàng", "number": "0100112437", "kind": "organisation", "amount": "5e8"}
    assert 302 == post(officer, "4", "mortgage", **bank).status_code
    page = officer.get(reverse("parcel", args=[at("4")])).content.decode()
    assert "Ngân hàng" in page
    row = models.Right.objects.using("land").get(kind="mortgage", superseded=None, end=None)
    assert 302 == post(officer, "4", "discharge", mortgage=row.pk).status_code
    facts = {"sheet": "1", "number": "4", "land_type": "LUC", "documented": "120"}
    assert 302 == post(officer, "4", "correction", **facts).status_code
    assert 200 == post(officer, "4", "correction", **facts).status_code
    now = models.Version.objects.using("land").get(parcel=at("4"), superseded=None)
    assert ("LUC", "2024", 120.0) == (now.land_type, now.land_list, now.documented)
    assert dt.date(2025, 6, 30) == now.start


def test_a_code_of_the_older_list_is_shown_with_its_successor(officer: Client) -> None:
    """What the paper says stays; the page adds the code of the newest list."""
    facts = {"sheet": "1", "number": "6", "land_type": "BHK", "documented": ""}
    assert 302 == post(officer, "6", "correction", **facts).status_code
    page = officer.get(reverse("parcel", args=[at("6")])).content.decode()

    assert "BHK · Other annual crops on flat land" in page
    assert "HNK · Other annual crops " in page


@pytest.mark.parametrize("lang", ["vi", "en", "fr"])
def test_pages_speak_three_languages(officer: Client, lang: str) -> None:
    """Every page opens in every language."""
    for page, (given, allowed) in OPEN.items():
        if "land" in allowed:
            named = {**given, "key": at("5")} if "key" in given else given
            path = reverse(page, kwargs=named)
            answer = officer.get(f"/{lang}/{path.split('/', 2)[2]}")
            assert 200 == answer.status_code
            if answer["Content-Type"].startswith("text/html"):
                assert f'<html lang="{lang}"' in answer.content.decode()


def test_a_line_is_read_in_either_order(officer: Client) -> None:
    """North before east, as certificates have it, cuts the parcel as east before north does."""
    middle = room.X + 45
    line = f"{room.Y - 1} {middle}, {room.Y + 11} {middle}"

    assert 302 == post(officer, "5", "split", line=line).status_code


def test_a_sheet_is_listed_whole_on_pages(
    officer: Client, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each parcel of a sheet is on one page of its list, in the order of numbers."""
    monkeypatch.setattr(land_map, "LISTED", 4)
    monkeypatch.setattr(land_map, "MOST", 8)
    frame = room.rows(12, commune="XSA.C.00003")
    frame.write_csv(tmp_path / "many.csv")
    room.take(tmp_path / "many.csv", home)
    address = reverse("land_map", args=["XSA.C.00003"])
    listed = [
        re.findall(r">1/(\d+)</a></th>", officer.get(address, query).content.decode())
        for query in ({}, {"page": "2"}, {"part": "2"})
    ]

    assert [["1", "2", "3", "4"], ["5", "6", "7", "8"], ["9", "10", "11", "12"]] == listed
    said = officer.get(address).content.decode()
    assert "of the 12 on this sheet are drawn" in said
    assert "?part=2" in said
