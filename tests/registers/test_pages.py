# ruff: noqa: ARG001  (fixtures make the tables)
"""Pages of the registers: who may open them, and what clerks and persons do there."""

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from saola.linkage import names, register_file
from saola.linkage.personal_numbers import PersonalNumber
from saola.server.identity.models.right import TASKS
from saola.server.population import events, models, record, register, urls
from saola.server.registries import intake
from saola.server.registries import urls as shared_urls
from saola.server.registries.act import Act

sys.path.insert(0, str(Path(__file__).parent))
from register_visitors import account_with, carry, signed_in

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
IMMEDIATE = "django_tasks.backends.immediate.ImmediateBackend"
ROLES = (*TASKS, "nobody", "anonymous", "citizen")
OFFICERS = {"clerk": "Keep the register", "proof": "Check who a person is", "auditor": "Audit"}
CLERK, ALL = {"clerk"}, {"citizen", "nobody", *TASKS}
READING = {"clerk", "proof"}
# Every page: its arguments, who may open it, and what else is asked. A new page has to join.
OPEN: dict[str, tuple[dict[str, Any], set[str], dict[str, str]]] = {
    "desk": ({}, ALL, {}),
    "errand": ({}, {"clerk", "land", "proof", "auditor"}, {}),
    "intake": ({"register": "population"}, CLERK, {}),
    "intake_map": ({"register": "population", "key": "1"}, CLERK, {}),
    "intake_batch": ({"register": "population", "batch": 0}, CLERK, {}),
    "intake_aside": ({"register": "population", "batch": 0}, CLERK, {}),
    "intake_act": ({"register": "population", "batch": 0}, set(), {}),
    "record_mark": ({"register": "population", "key": 5}, set(), {}),
    "register_progress": ({"register": "population"}, CLERK, {}),
    "scan_attach": ({"register": "population", "key": 5}, set(), {}),
    "scan_file": ({"register": "population", "scan": 0}, CLERK, {}),
    "scan_withdraw": ({"register": "population", "scan": 0}, set(), {}),
    "population": ({}, READING, {"q": "{name}"}),
    "communes": ({"register": "population"}, CLERK, {"commune": "a"}),
    "birth": ({}, CLERK, {}),
    "readers": ({}, {"auditor"}, {"person": "5"}),
    "pairs": ({}, CLERK, {}),
    "pair": ({"pair": 0}, CLERK, {}),
    "wishes": ({}, CLERK, {}),
    "wish": ({"wish": 1}, set(), {}),
    "exports": ({}, CLERK, {}),
    "export_approve": ({"export_key": 0}, set(), {}),
    "export_file": ({"export_key": 0}, CLERK, {}),
    "protection": ({}, {"auditor"}, {}),
    "person": ({"key": 5}, READING, {}),
    "event": ({"key": 5, "kind": "move"}, CLERK, {}),
    "withdraw": ({"key": 5}, CLERK, {}),
    "my_data": ({}, ALL, {}),
    "my_consent": ({"agreement": 1}, set(), {}),
    "my_correction": ({}, {"citizen"}, {}),
}
LOGGED = {"population", "person", "event", "readers", "pair"}


@pytest.fixture(scope="module")
def people(
    home: Path, emptied: Callable[[], None], tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, str]]:
    """Some invented people, taken in."""
    emptied()
    models.Pair.objects.using("population").all().delete()
    file = tmp_path_factory.mktemp("people") / "people.csv"
    frame = register_file.people(200, seed=8, faulty=0.02)
    frame.write_csv(file)
    intake.run(register.register(), file, home=home, who="clerk", now=lambda: NOW)
    return list(frame.filter(frame["fault"] == "").iter_rows(named=True))


@pytest.fixture(scope="module")
def browsers(people: list[dict[str, str]]) -> dict[str, Client]:
    """One browser for each role."""
    found = {"anonymous": Client(headers={"host": "localhost"})}
    for role in ROLES[:-2]:
        account = account_with(role if role in TASKS else "")
        found[role] = signed_in(account, purpose=OFFICERS.get(role, "Keep the register"))
    citizen = account_with()
    carry(citizen, people[40]["number"])
    found["citizen"] = signed_in(citizen)
    return found


@pytest.fixture
def clerk(people: list[dict[str, str]]) -> Client:
    """A clerk's browser."""
    return signed_in(account_with("clerk"))


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    """Jobs are done where they are asked for."""
    with override_settings(TASKS={"default": {"BACKEND": IMMEDIATE}}):
        yield


def test_every_page_is_in_the_table_of_who_may_open_it() -> None:
    """A page that joins says who may open it."""
    known = {str(pattern.name) for pattern in (*urls.urlpatterns, *shared_urls.urlpatterns)}

    assert known == set(OPEN)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", sorted(OPEN))
def test_no_page_opens_without_a_grant(
    browsers: dict[str, Client], people: list[dict[str, str]], page: str, role: str
) -> None:
    """Every role × page: it opens under a grant alone, and every record shown is logged."""
    named, allowed, asked = OPEN[page]
    query = {name: text.format(name=people[4]["name"]) for name, text in asked.items()}
    browser = browsers[role]
    before = models.Access.objects.using("population").count()
    answer = browser.get(reverse(page, kwargs=named), query)

    logged = models.Access.objects.using("population").count() - before
    if role not in allowed:
        assert answer.status_code in ((302, 405) if role == "anonymous" else (302, 403, 405))
        assert 0 == logged
        assert people[4]["number"] not in answer.content.decode()
    elif page in LOGGED and answer.status_code == 200:
        assert logged >= 1
    else:
        assert answer.status_code in (200, 302, 404)


@pytest.mark.parametrize("role", sorted(OFFICERS))
def test_a_page_shows_the_granted_fields_alone(
    browsers: dict[str, Client], people: list[dict[str, str]], role: str
) -> None:
    """What is not granted stands nowhere in the page, and the log names the fields shown."""
    answer = browsers[role].get("/en/population/5/")
    if role == "auditor":
        assert 403 == answer.status_code
        return
    said = answer.content.decode()
    latest = record.readers(5)[0]
    assert (role == "clerk") == (people[4]["father"] in said)
    assert (role == "clerk") == ("residences" in latest["fields"])
    assert "request 17" == latest["reference"]


def test_a_page_asks_first_what_the_officer_does(people: list[dict[str, str]]) -> None:
    """Without purpose and file no record opens; with them it does, and the log names both."""
    account = account_with("clerk")
    browser = signed_in(account, purpose="")
    to = browser.get("/en/population/6/")
    assert 302 == to.status_code
    assert "/registers/errand/" in to["Location"]
    before = len(record.readers(6))
    said = {"purpose": "A request of the person", "reference": "letter 9"}
    back = browser.post(to["Location"], said)

    assert 200 == browser.get(back["Location"]).status_code
    latest = record.readers(6)[0]
    assert ("A request of the person", "letter 9") == (latest["purpose"], latest["reference"])
    assert before + 1 == len(record.readers(6))


def test_one_factor_is_not_enough(people: list[dict[str, str]]) -> None:
    """Officers and persons prove more than a password before a record opens."""
    for path in ("/en/population/", "/en/my-data/"):
        answer = signed_in(account_with("clerk"), level=1).get(path)
        assert "/account/more/" in answer["Location"]


def test_a_file_is_mapped_taken_in_corrected_and_undone(
    clerk: Client, people: list[dict[str, str]], tmp_path: Path
) -> None:
    """Upload, columns, counts, the correction file out and back, undo: all on pages."""
    frame = register_file.people(40, seed=77, faulty=0.0).drop("fault")
    odd = frame.rename({"sex": "A", "born": "B"}).with_columns(name=frame["name"])
    odd = odd.with_columns(odd["name"].set(odd["name"] == odd["name"][3], None))
    upload = SimpleUploadedFile("so-ho-tich.csv", odd.write_csv().encode())
    to = clerk.post("/vi/registers/population/intake/", {"file": upload})["Location"]
    page = clerk.get(to).content.decode()
    assert "39" in page
    begun = clerk.post(to, {"begin": "1"})["Location"]
    shown = clerk.get(begun).content.decode()
    assert "Họ và tên: thiếu" in shown
    assert "Ngày sinh:" in shown  # the whole row, each cell by what it means
    assert "born:" not in shown
    beside = clerk.get(f"{begun}aside.csv").content.decode("utf-8-sig")
    assert "name-missing" in beside

    mended = beside.replace(",,", ",Nguyễn Văn Hòa,", 1).encode()
    again = SimpleUploadedFile("mended.csv", mended)
    to = clerk.post("/vi/registers/population/intake/", {"file": again})["Location"]
    asked = clerk.get(to).content.decode()
    number = begun.rstrip("/").rpartition("/")[2]
    assert f"Tệp này sửa các hàng để riêng của lần nhập {number}." in asked
    assert "reasons" not in asked.partition("<table>")[0]
    second = clerk.post(to, {"begin": "1"})["Location"]
    mended_page = clerk.get(begun).content.decode()
    listed = "/vi/registers/population/intake/"
    assert "1 đã sửa, 0 còn cần sửa" in mended_page
    assert "1 đã sửa, 0 còn cần sửa" in clerk.get(listed).content.decode()
    assert f"{begun}aside.csv" not in mended_page

    clerk.post(f"{second}act/", {"do": "undo"})
    waits = clerk.get(begun).content.decode()
    assert "đã sửa" not in waits
    assert f"{begun}aside.csv" in waits
    clerk.post(f"{begun}act/", {"do": "undo"})
    undone = clerk.get(begun).content.decode()
    assert "đã hoàn tác: không còn gì của nó" in undone
    assert f"{begun}aside.csv" not in undone
    assert "số đếm là của khi đó" in clerk.get(listed).content.decode()
    assert begun == clerk.get(f"{begun}aside.csv")["Location"]


def test_a_file_that_is_no_table_is_refused_with_words(clerk: Client) -> None:
    """A picture named .csv leads back with a message, not to a fault."""
    upload = SimpleUploadedFile("x.xlsx", b"\x89PNG\r\n")
    to = clerk.post("/en/registers/population/intake/", {"file": upload})["Location"]
    answer = clerk.get(to, follow=True)

    page = answer.content.decode()
    assert "“x.xlsx: " in page
    assert "cannot be read as a table" in page


def test_a_file_of_no_known_kind_is_said_by_its_own_name(clerk: Client) -> None:
    """No path of the server is shown, and the form to save it in is."""
    upload = SimpleUploadedFile("readme.txt", b"hello")
    to = clerk.post("/en/registers/population/intake/", {"file": upload})["Location"]
    page = clerk.get(to, follow=True).content.decode()

    assert "“readme.txt” cannot be read as a table" in page
    assert "uploads" not in page


def test_events_are_recorded_by_forms(clerk: Client, people: list[dict[str, str]]) -> None:
    """Move, marriage, absence, correction, new name and death, each with day and document."""
    spouse = people[11]
    unwed = models.Person.objects.using("population").filter(pk__in=[11, 12])
    unwed.update(marital="single")
    day = {"day": "2026-11-01", "reason": "paper 3"}
    said = {
        "move": {"commune": "XSA.C.00001", "address": "12 Lê Lợi"},
        "rename": {"name": "Nguyễn Thị Mới"},
        "marriage": {"spouse": spouse["number"], "seen": "12"},
        "absence": {"until": "2026-12-01", "place": "Huế"},
        "correction": {"field": "religion", "value": "Phật giáo"},
        "death": {},
    }
    for kind, more in said.items():
        answer = clerk.post(f"/en/population/11/{kind}/", {**day, **more})
        assert 302 == answer.status_code, (kind, answer.content.decode()[-3000:])
    page = clerk.get("/en/population/11/").content.decode()

    for words in ("12 Lê Lợi", "Nguyễn Thị Mới", spouse["name"], "Huế", "Buddhism", "paper 3"):
        assert words in page
    before = clerk.get("/en/population/11/?on=2026-10-31").content.decode()
    assert people[10]["name"] in before
    assert "12 Lê Lợi" not in before
    assert "Huế" not in before
    assert "Buddhism" in before  # a correction was never otherwise
    assert "Phật giáo" not in clerk.get("/en/population/11/?known=2026-11-20").content.decode()
    answer = clerk.post("/en/population/11/move/", {**day, "commune": "x"})
    assert "not alive" in answer.content.decode()
    assert 400 == clerk.get("/en/population/11/?on=2026-13-45").status_code


def test_a_birth_makes_a_record(clerk: Client) -> None:
    """The form makes a person by the rules of the register; a wrong number is refused."""
    number = str(PersonalNumber("001", "F", 2026, "000123"))
    facts = {
        "reason": "certificate 5",
        "name": "Phạm Thị Bé",
        "number": number,
        "born": "2026-11-02",
        "sex": "F",
        "commune": "XSA.C.00001",
        "mother": "Lê Thị Mẹ",
    }
    wrong = clerk.post("/en/population/birth/", {**facts, "sex": "M"})
    assert "does not fit the sex" in wrong.content.decode()
    made = clerk.post("/en/population/birth/", facts)

    page = clerk.get(made["Location"]).content.decode()
    assert "Lê Thị Mẹ" in page
    assert "certificate 5" in page
    assert "another person" in clerk.post("/en/population/birth/", facts).content.decode()


def test_a_person_sees_readers_and_asks_for_a_correction(
    browsers: dict[str, Client], clerk: Client, people: list[dict[str, str]]
) -> None:
    """My data, who read it and why; the wish reaches the clerk, and the answer the person."""
    me = browsers["citizen"]
    clerk.get("/en/population/41/")
    page = me.get("/en/my-data/").content.decode()
    for words in (people[40]["name"], "Sở Dân cư", "Keep the register", "request 17"):
        assert words in page
    assert "@example.org" not in page.split('id="readers"')[1]

    wish = {"field": "ethnicity", "wanted": "Tày", "reason": "birth certificate"}
    assert 302 == me.post("/en/my-data/correct/", wish).status_code
    bad = {"field": "born", "wanted": "yesterday", "reason": "x"}
    assert "cannot be so" in me.post("/en/my-data/correct/", bad).content.decode()
    queue = clerk.get("/en/population/corrections/").content.decode()
    assert "Ethnicity: Tày" in queue
    waiting = models.Wish.objects.using("population").get(state="open")
    clerk.post(f"/en/population/corrections/{waiting.pk}/", {"do": "refuse"})
    assert "open" == models.Wish.objects.using("population").get(pk=waiting.pk).state
    clerk.post(f"/en/population/corrections/{waiting.pk}/", {"do": "accept", "answer": "seen"})
    assert "Tày" in me.get("/en/my-data/").content.decode()
    assert 404 == clerk.post(f"/en/population/corrections/{waiting.pk}/").status_code


def test_a_new_number_does_not_close_a_persons_own_data(people: list[dict[str, str]]) -> None:
    """Who was seen with the number they bore then sees their record; who came after it does not."""
    number, key = people[43]["number"], 44
    account = account_with()
    carry(account, number)
    now = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
    events.renumber(key, Act("clerk", now.date(), now), number=f"{number[:6]}999777")
    seen = signed_in(account).get("/en/my-data/").content.decode()
    account.numbers.update(start="2026-11-21")
    refused = signed_in(account).get("/en/my-data/").content.decode()

    assert people[43]["name"] in seen
    assert people[43]["name"] not in refused


def test_a_search_is_blind_to_tones_and_answers_in_part(
    clerk: Client, people: list[dict[str, str]]
) -> None:
    """The first letters without tones find a person, and a number does."""
    typed = names.folded(people[30]["name"])[:-1]

    assert people[30]["name"] in clerk.get("/vi/population/", {"q": typed}).content.decode()
    assert (
        "/vi/population/31/"
        in clerk.get("/vi/population/", {"q": people[30]["number"]}).content.decode()
    )
    assert "Không tìm thấy ai" in clerk.get("/vi/population/", {"q": "zzzz"}).content.decode()
