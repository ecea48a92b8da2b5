# ruff: noqa: ARG001  (fixtures make the tables)
"""What events set obeys the rules of an intake, on pages as in Python."""

import datetime as dt
import sys
from pathlib import Path

import polars as pl
import pytest
from django.test import Client
from django.utils import translation

from saola import language
from saola.errors import InputError
from saola.linkage.personal_numbers import PersonalNumber
from saola.server.population import events, models, protection, queues
from saola.server.registries.act import Act

sys.path.insert(0, str(Path(__file__).parent))
from register_visitors import account_with, signed_in

DATABASE = "population"
NOW = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 1)
SAID = {"day": "2026-11-01", "reason": "certificate 5"}


def act() -> Act:
    """An act of a clerk."""
    return Act("clerk", DAY, NOW)


def person(key: int) -> models.Person:
    """A person as the register knows them."""
    return models.Person.objects.using(DATABASE).get(pk=key)


@pytest.fixture
def clerk(people: pl.DataFrame) -> Client:
    """A clerk's browser."""
    return signed_in(account_with("clerk"))


def test_a_correction_goes_with_the_number_or_brings_a_new_one(people: pl.DataFrame) -> None:
    """Sex and birth against the number are refused, and pass together with a number that fits."""
    row = people.row(20, named=True)
    other, born = "F" if row["sex"] == "M" else "M", dt.date.fromisoformat(row["born"])
    for field, value in (("sex", other), ("born", f"{born.year - 1}-01-01")):
        with pytest.raises(InputError) as caught:
            events.correct(21, act(), field=field, value=value)
        assert ("item-against-number", row["number"]) == (caught.value.code, caught.value.found)
    with pytest.raises(InputError) as caught:
        events.correct(21, act(), field="sex", value=other, number=row["number"][:3] + "999999999")
    assert "number-unfit" == caught.value.code
    assert row["sex"] == person(21).sex

    number = str(PersonalNumber("001", "F" if other == "F" else "M", born.year, "999123"))
    events.correct(21, act(), field="sex", value=other, number=number)

    held = models.Number.objects.using(DATABASE).filter(person=21, kind="personal", end=None)
    assert other == person(21).sex
    assert [number] == list(held.filter(superseded=None).values_list("value", flat=True))


def test_dates_of_a_correction_stay_in_order(people: pl.DataFrame) -> None:
    """A birth to come is refused, in words."""
    with pytest.raises(InputError) as caught:
        events.correct(22, act(), field="born", value="2090-01-01")
    assert "Date of birth: outside what is possible" in caught.value.message("en")


def test_a_fault_of_before_hinders_no_other_correction(people: pl.DataFrame) -> None:
    """Who mends one item of a record need not mend what was wrong in another."""
    row = people.row(22, named=True)
    other = "F" if row["sex"] == "M" else "M"
    models.Person.objects.using(DATABASE).filter(pk=23).update(sex=other)
    day = row["born"][:4] + "-05-05"

    events.correct(23, act(), field="born", value=day)
    events.correct(23, act(), field="religion", value="none")

    assert day == str(person(23).born)


def test_names_and_items_of_no_correction_are_refused(people: pl.DataFrame) -> None:
    """A new name is written with letters; what another event changes is not corrected."""
    with pytest.raises(InputError):
        events.rename(24, act(), name="<b>1</b>")
    with pytest.raises(InputError) as caught:
        events.correct(24, act(), field="commune", value="XSA.C.00001")
    assert "choice-unknown" == caught.value.code


def test_a_form_refuses_in_words_and_takes_words(clerk: Client) -> None:
    """A page says a reason in its language, and keeps a word of a list as its code."""
    wrong = {**SAID, "field": "born", "value": "?"}
    page = clerk.post("/vi/population/25/correction/", wrong).content.decode()
    assert "born-unreadable" not in page
    assert "Ngày sinh: " in page
    assert "ngay từ đầu" in page

    with translation.override("vi"):
        answer = clerk.post(
            "/vi/population/25/correction/", {**SAID, "field": "marital", "value": "Ly hôn"}
        )
    assert 302 == answer.status_code
    assert "divorced" == person(25).marital
    shown = clerk.get("/en/population/25/").content.decode()
    assert "from ever" in shown


def test_people_live_in_communes_that_there_are(people: pl.DataFrame, communes: None) -> None:
    """Moves and births name a commune of the workspace, by code or name; near names are said."""
    for written, near in (("NOWHERE.1", ""), ("long bien b", "XSA.C.00001"), ("VNM.P.01", "")):
        with pytest.raises(InputError) as caught:
            events.move(26, act(), commune=written)
        assert "commune-unknown" == caught.value.code
        assert near in caught.value.message("en")
    born = {"name": "Phạm Thị Bé", "born": "2026-11-01", "sex": "F", "commune": "NOWHERE.1"}
    with pytest.raises(InputError):
        events.bear(act(), values=born)

    events.move(26, act(), commune="long bien", address="2 B")
    key = events.bear(act(), values=born | {"commune": "Xã Long Biên, X"})

    lives = models.Residence.objects.using(DATABASE).filter(
        person__in=(26, key), end=None, superseded=None
    )
    assert ["XSA.C.00001"] * 2 == list(lives.values_list("commune", flat=True))


def test_an_auditor_finds_readers_by_personal_number(clerk: Client, people: pl.DataFrame) -> None:
    """A number and the key of its bearer show one list; each look is logged."""
    number = people["number"][26]
    clerk.get("/en/population/27/")
    auditor = signed_in(account_with("auditor"), purpose="Audit")

    by_number = auditor.get("/en/population/readers/", {"person": number}).content.decode()
    looks = models.Access.objects.using(DATABASE).filter(first=27, fields="readers").count()

    assert 1 == looks
    assert "Keep the register" in by_number
    assert "Personal number or number of the record" in by_number


def test_a_report_names_the_ground_of_an_intake(people: pl.DataFrame) -> None:
    """What was taken in rests on the law that the register is kept on; purposes are sentences."""
    uses = protection.report(dt.date(2026, 1, 1), dt.date(2099, 1, 1)).uses
    taken = [row for row in uses if row["purpose"] == "Taken in from a file"]

    assert ["Law 26/2023/QH15, Art. 9"] == [row["ground"] for row in taken]
    assert not [row for row in uses if row["purpose"][:1].islower()]


def _wish(key: int, field: str, wanted: str) -> models.Wish:
    asked = {"field": field, "wanted": wanted, "asked": NOW}
    made: models.Wish = models.Wish.objects.using(DATABASE).create(person_id=key, **asked)
    return made


def test_a_wish_against_the_number_is_accepted_with_a_new_one(
    clerk: Client, people: pl.DataFrame
) -> None:
    """Sex and number change in one event; a refusal keeps what the clerk wrote and changes none."""
    row = people.row(29, named=True)
    other, born = "F" if row["sex"] == "M" else "M", dt.date.fromisoformat(row["born"])
    wish, plain = _wish(30, "sex", other), _wish(31, "ethnicity", "Tày")
    address = f"/en/population/corrections/{wish.pk}/"
    page = clerk.get("/en/population/corrections/").content.decode()
    said = {"do": "accept", "answer": "judgment 7"}
    refused = clerk.post(address, said).content.decode()

    assert f'id="n{wish.pk}"' in page
    assert "has to be given with it" in page
    assert f'id="n{plain.pk}"' not in page
    assert "judgment 7" in refused
    assert 'role="alert"' in refused
    assert row["sex"] == person(30).sex

    number = str(PersonalNumber("001", "F" if other == "F" else "M", born.year, "999321"))
    assert 302 == clerk.post(address, said | {"number": number}).status_code
    held = models.Number.objects.using(DATABASE).filter(person=30, kind="personal", end=None)
    made = models.Event.objects.using(DATABASE).filter(person=30).exclude(kind="entry")
    wish.refresh_from_db()
    assert (other, "done") == (person(30).sex, wish.state)
    assert [number] == list(held.filter(superseded=None).values_list("value", flat=True))
    assert ["correction"] == list(made.values_list("kind", flat=True))
    assert number in made.get().changes


def test_a_wish_that_fits_the_number_needs_no_new_one(clerk: Client, people: pl.DataFrame) -> None:
    """Another day of one year goes with the number, and passes without."""
    wish = _wish(33, "born", people["born"][32][:4] + "-05-05")
    page = clerk.get("/en/population/corrections/").content.decode()
    part = page.partition(f'id="w{wish.pk}"')[2].partition("</section>")[0]

    assert "Only where the present number does not fit" in part
    assert " required" not in part
    answer = clerk.post(f"/en/population/corrections/{wish.pk}/", {"do": "accept"})
    assert 302 == answer.status_code


def test_what_stands_there_is_beside_a_wish_and_is_logged(
    clerk: Client, people: pl.DataFrame
) -> None:
    """A clerk sees who asks, when they were born and the one item that is to change."""
    asked = (_wish(36, "name", "Lê Văn Mới"), _wish(37, "born", people["born"][36][:4] + "-06-07"))
    page = clerk.get("/vi/population/corrections/").content.decode()
    parts = [page.partition(f'id="w{each.pk}"')[2].partition("</section>")[0] for each in asked]
    year, month, day = (int(part) for part in people["born"][36].split("-"))
    rows = models.Access.objects.using(DATABASE).order_by("-id")[:50]

    assert f"Hiện nay: {people['name'][35]}" in parts[0]
    assert f"Hiện nay: {day} tháng {month} năm {year}" in parts[1]
    assert "7 tháng 6 năm" in parts[1]
    read = {(row.first, row.last, row.fields) for row in rows if row.first in (36, 37)}
    assert read == {(36, 36, "born names"), (37, 37, "born names")}
    assert people["name"][36] in parts[1]


def test_the_desk_says_how_much_waits(clerk: Client, people: pl.DataFrame) -> None:
    """Beside a queue stands how many rows wait for the clerk there; a page without one is bare."""
    models.Wish.objects.using(DATABASE).filter(state="open").delete()
    empty = clerk.get("/en/registers/").content.decode()
    _wish(38, "phone", "0900000001")
    page = clerk.get("/en/registers/").content.decode()

    assert "nothing waits" in empty.partition("Corrections asked for")[2].partition("</li>")[0]
    assert "1 waiting" in page.partition("Corrections asked for")[2].partition("</li>")[0]
    assert "wait" not in page.partition("Record a birth")[2].partition("</li>")[0]


@pytest.mark.parametrize(
    ("item", "widget", "choice"),
    [
        ("sex", '<select name="value"', '<option value="F">female</option>'),
        ("blood", '<select name="value"', '<option value="AB-">AB-</option>'),
        ("marital", '<select name="value"', '<option value="widowed">widowed</option>'),
        ("religion", '<select name="value"', '<option value="Công giáo">Catholicism</option>'),
        ("ethnicity", "<datalist", '<option value="Ê Đê">'),
        ("nationality", "<datalist", '<option value="Laos">'),
        ("birth_place", "<datalist", '<option value="Hà Nội">'),
        ("born", 'type="date"', ""),
        ("phone", 'type="text" name="value"', ""),
    ],
)
def test_items_that_are_words_of_a_list_are_chosen(
    clerk: Client, item: str, widget: str, choice: str
) -> None:
    """Short lists are selects, long ones offer what fits, in the page's language."""
    page = clerk.get("/en/population/27/correction/", {"field": item}).content.decode()

    assert widget in page
    assert choice in page


@pytest.mark.parametrize(
    ("item", "typed", "kept"),
    [
        ("religion", "Công giáo", "Công giáo"),
        ("religion", "Catholicism", "Công giáo"),
        ("ethnicity", "ê đê", "Ê Đê"),
        ("ethnicity", "Klingon", ""),
        ("nationality", "Laos", "LAO"),
        ("nationality", "LAO", "LAO"),
        ("nationality", "Atlantis", ""),
        ("marital", "engaged", ""),
        ("blood", "C", ""),
        ("birth_place", "Hà Nội", "001"),
        ("birth_place", "Thôn 3, Phúc Lâm", "Thôn 3, Phúc Lâm"),
    ],
)
def test_words_outside_a_list_are_refused(clerk: Client, item: str, typed: str, kept: str) -> None:
    """What is chosen is kept as its code; what no list has is refused, a place in words is not."""
    said = {**SAID, "field": item, "value": typed}
    answer = clerk.post("/en/population/34/correction/", said)

    assert (302 if kept else 200) == answer.status_code
    if kept:
        assert kept == getattr(person(34), item)
    else:
        assert "not in the list" in answer.content.decode()


BORN = {
    "reason": "certificate 8", "name": "Phạm Văn Con", "born": "2026-11-02", "sex": "M",
    "commune": "XSA.C.00001",
}  # fmt: skip


@pytest.mark.parametrize(
    ("item", "typed", "said"),
    [
        ("ethnicity", "Kinhh", "not in the list"),
        ("nationality", "zz", "not in the list"),
        ("relation", "meo", "not in the list"),
        ("father", "066085970989", "No record within your reach"),
        ("mother", "0", "without digits"),
        ("name", "Phạm Văn 2", "Full name: has not the form"),
    ],
)
def test_a_birth_obeys_the_lists_of_corrections(
    clerk: Client, item: str, typed: str, said: str
) -> None:
    """What no list has, a number of nobody and digits in a name are refused."""
    before = models.Person.objects.using(DATABASE).count()
    answer = clerk.post("/en/population/birth/", BORN | {item: typed})

    assert 200 == answer.status_code
    assert said in answer.content.decode()
    assert before == models.Person.objects.using(DATABASE).count()
    if item in ("father", "mother"):
        with pytest.raises(InputError):
            events.bear(act(), values={item: typed} | BORN)


def test_a_birth_keeps_codes_and_the_parent_a_number_names(
    clerk: Client, people: pl.DataFrame
) -> None:
    """Words become codes; a parent's number is kept with the bearer's name, and the look logged."""
    number = people["number"][44]
    page = clerk.get("/en/population/birth/").content.decode()
    looks = models.Access.objects.using(DATABASE).filter(first=45, fields="names")
    before = looks.count()
    said = {"ethnicity": "ê đê", "nationality": "Laos", "relation": "child", "mother": number}
    made = clerk.post("/en/population/birth/", BORN | said)
    key = int(made["Location"].rstrip("/").rpartition("/")[2])
    mother = models.Relative.objects.using(DATABASE).get(person=key)
    member = person(key)

    assert '<option value="child">child</option>' in page
    assert '<option value="Ê Đê">' in page
    assert ("Ê Đê", "LAO") == (member.ethnicity, member.nationality)
    assert ("mother", people["name"][44], number) == (mother.kind, mother.name, mother.number)
    assert before + 1 == looks.count()


def test_a_marriage_shows_the_spouse_before_it_is_recorded(
    clerk: Client, people: pl.DataFrame
) -> None:
    """The spouse is read and shown, which is logged; only the same number sent again records."""
    models.Person.objects.using(DATABASE).filter(pk__in=(46, 47, 48)).update(marital="single")
    looks = models.Access.objects.using(DATABASE).filter(first=47, fields="born names sex")
    before = looks.count()
    said = {**SAID, "spouse": people["number"][46]}
    page = clerk.post("/en/population/46/marriage/", said).content.decode()
    other = {**said, "spouse": people["number"][47], "seen": "47"}
    again = clerk.post("/en/population/46/marriage/", other).content.decode()
    vi = clerk.post("/vi/population/46/marriage/", said).content.decode()

    assert people["name"][46] in page
    assert f"<dd>{'male' if people['sex'][46] == 'M' else 'female'}</dd>" in page
    assert "Date of birth" in page
    assert 'name="seen" value="47"' in page
    assert 'name="seen" value="48"' in again
    assert "Xác nhận và ghi nhận" in vi
    assert before + 2 == looks.count()
    assert ["single"] * 3 == [person(key).marital for key in (46, 47, 48)]

    assert 302 == clerk.post("/en/population/46/marriage/", said | {"seen": "47"}).status_code
    assert ["married", "married", "single"] == [person(key).marital for key in (46, 47, 48)]


def test_a_wish_is_said_in_words(people: pl.DataFrame) -> None:
    """A code is said in words and a day as the language writes it; what is neither stays."""
    with language.use("vi"):
        said = [
            queues.asked(models.Wish(field=field, wanted=wanted))
            for field, wanted in (("sex", "M"), ("born", "1954-01-20"), ("born", "then"))
        ]

    assert ["nam", "20 tháng 1 năm 1954", "then"] == [each.lower() for each in said]
