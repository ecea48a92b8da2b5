# ruff: noqa: ARG001  (fixtures fill the register)
"""What officers may not do with each other's, their own and distant records."""

import sys
from pathlib import Path

import polars as pl
import pytest
from django.test import Client

sys.path.insert(0, str(Path(__file__).parent))
from register_visitors import account_with, carry, signed_in

from saola.server.identity import rights
from saola.server.identity.models import Account, Organisation
from saola.server.population import models

DATABASE = "population"
MOVE = {"day": "2026-11-01", "reason": "paper 3", "commune": "XSA.C.00001", "address": "1 A"}


@pytest.fixture
def clerk(people: pl.DataFrame) -> Account:
    """A clerk of the whole register."""
    return account_with("clerk")


@pytest.fixture
def local(people: pl.DataFrame) -> Account:
    """A clerk of the commune where the first person lives."""
    return account_with("clerk", unit=people["commune"][0])


@pytest.fixture
def distant(people: pl.DataFrame) -> int:
    """The key of somebody who lives elsewhere."""
    elsewhere = people.filter(pl.col("commune") != people["commune"][0])
    return int(elsewhere["key"][0])


def again(account: Account) -> Client:
    """Sign an account in after its address was changed."""
    account.email = f"other-{account.email}"
    account.save()
    return signed_in(account)


def pair(left: int, right: int) -> int:
    """Put a pair into the queue."""
    made = models.Pair.objects.using(DATABASE).create(
        left=left, right=right, probability=0.9, weight=5.0, found="2026-11-21T00:00:00Z"
    )
    return int(made.pk)


def wish(person: int) -> int:
    """Ask for a correction."""
    made = models.Wish.objects.using(DATABASE).create(
        person_id=person, field="ethnicity", wanted="Tày", asked="2026-11-21T00:00:00Z"
    )
    return int(made.pk)


def test_a_changed_address_is_no_second_officer(clerk: Account, people: pl.DataFrame) -> None:
    """Who proposed a merge or asked for a copy confirms neither under another address."""
    key = pair(101, 102)
    first = signed_in(clerk)
    first.post(f"/en/population/pairs/{key}/", {"do": "left"})
    unit = people["commune"][0]
    first.post("/en/population/exports/", {"unit": unit, "fields": ["names"]})
    copy = models.Export.objects.using(DATABASE).latest("pk")

    second = again(clerk)
    second.post(f"/en/population/pairs/{key}/", {"do": "confirm"})
    second.post(f"/en/population/exports/{copy.pk}/approve/")

    copy.refresh_from_db(using=DATABASE)
    found = copy.approved
    copy.delete(using=DATABASE)
    assert models.Pair.objects.using(DATABASE).get(pk=key).state == "proposed"
    assert found is None


@pytest.mark.parametrize("path", ["", "1/", "1/aside.csv", "1/act/"])
def test_intakes_are_for_clerks_of_the_whole_register(local: Account, path: str) -> None:
    """A file holds people of any commune, so a right for one reaches no intake."""
    browser = signed_in(local)
    send = browser.post if path.endswith("act/") else browser.get

    answer = send(f"/en/registers/population/intake/{path}", {"do": "undo"})

    assert answer.status_code in (403, 404)
    assert models.Batch.objects.using(DATABASE).filter(state="undone").count() == 0


def test_what_is_out_of_reach_looks_absent(local: Account, distant: int) -> None:
    """Pairs, wishes, events and spouses elsewhere answer as if they were not there."""
    browser = signed_in(local)

    answers = [
        browser.post(f"/en/population/pairs/{pair(distant, 103)}/", {"do": "left"}),
        browser.post(f"/en/population/corrections/{wish(distant)}/", {"do": "accept"}),
        browser.post(f"/en/population/corrections/{wish(distant)}/", {"do": "refuse"}),
        browser.post(f"/en/population/{distant}/move/", MOVE),
    ]

    assert {404} == {answer.status_code for answer in answers}


def test_a_marriage_does_not_reach_further_than_the_clerk(
    local: Account, distant: int, people: pl.DataFrame
) -> None:
    """A spouse who lives elsewhere is not changed from here."""
    number = people.filter(pl.col("key") == distant)["number"][0]
    facts = {"day": "2026-11-01", "reason": "certificate", "spouse": number}

    answer = signed_in(local).post("/en/population/1/marriage/", facts)

    events = models.Event.objects.using(DATABASE).filter(person=distant, kind="marriage")
    assert answer.status_code == 404
    assert not events.exists()


def test_nobody_decides_on_their_own_record(clerk: Account, people: pl.DataFrame) -> None:
    """A clerk neither accepts their own wish nor records an event about themself."""
    carry(clerk, people["number"][49])
    browser = signed_in(clerk)
    key = wish(50)

    browser.post(f"/en/population/corrections/{key}/", {"do": "accept"})
    page = browser.post("/en/population/50/move/", MOVE).content.decode()

    assert models.Wish.objects.using(DATABASE).get(pk=key).state == "open"
    assert "your own record" in page


def test_three_known_facts_open_no_record(people: pl.DataFrame) -> None:
    """Without an officer having seen the person, their data stay closed, and so do their wishes."""
    account = account_with()
    carry(account, people["number"][59], assurance=1)
    browser = signed_in(account)

    page = browser.get("/en/my-data/").content.decode()
    browser.post("/en/my-data/correct/", {"field": "ethnicity", "wanted": "Tày", "reason": "x"})

    assert people["name"][59] not in page
    assert "Show your identity document" in page
    assert not models.Wish.objects.using(DATABASE).filter(person=60).exists()


def test_rights_in_two_communes_reach_both(people: pl.DataFrame, distant: int) -> None:
    """A clerk of two communes works in both."""
    account = account_with("clerk", unit=people["commune"][0])
    other = people.filter(pl.col("key") == distant)["commune"][0]
    agency = Organisation.objects.get(code="XSA.M.PEOPLE")
    asked = rights.ask(account, "clerk", organisation=agency, unit=other, by=account_with())
    rights.approve(asked, by=account_with())
    rights.accept(asked)
    browser = signed_in(account)

    found = [browser.get(f"/en/population/{key}/").status_code for key in (1, distant)]

    assert found == [200, 200]


@pytest.mark.parametrize("asked", ["²", "9" * 40, "-1"])
def test_a_strange_key_finds_nobody(people: pl.DataFrame, asked: str) -> None:
    """A key that is no number is no fault of the server."""
    browser = signed_in(account_with("auditor"), purpose="Audit")

    assert browser.get("/en/population/readers/", {"person": asked}).status_code == 200
