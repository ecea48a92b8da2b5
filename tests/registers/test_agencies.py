# ruff: noqa: ARG001  (fixtures fill the register)
"""Other agencies' systems read the population register through the API, under a permit."""

import datetime as dt
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from saola.cli import main
from saola.errors import InputError
from saola.server.identity.models import Account, Authorisation
from saola.server.population import answers, models, review, search
from saola.server.population.models import Access, Number
from saola.server.registries import consent, served
from saola.server.registries.act import Act
from saola.server.registries.models import Permit

sys.path.insert(0, str(Path(__file__).parent))
from agency_system import System, allow

NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
READ = "/data/population/1.0/read"
AGREEMENT = {
    "policy": {"name": "Reminders", "version": "9", "url": "https://health.example/policy/9"},
    "version": "1",
    "controller": "Home affairs",
    "purpose": "Reminders",
    "fields": ["numbers", "born"],
}


@pytest.fixture
def system(people: pl.DataFrame) -> Iterator[System]:
    """A system that may read names, numbers and days of birth."""
    made = System()
    allow(made, "names", "numbers", "born")
    yield made
    Permit.objects.filter(client=made.client.identifier).delete()


def test_a_system_reads_what_it_was_granted(system: System, people: pl.DataFrame) -> None:
    """The person of a number is given with the granted fields alone."""
    row = people.row(0, named=True)

    status, answer = system.ask(READ, number=row["number"])

    assert status == 200
    assert set(answer["content"]) == {"id", "names", "numbers", "born"}
    assert answer["content"]["born"] == row["born"]
    assert answer["content"]["names"][0]["text"] == row["name"]


def test_each_reading_is_logged_for_the_person(system: System, people: pl.DataFrame) -> None:
    """The log names system, agency, purpose, ground and fields, also of a bare existence."""
    number = people["number"][1]
    _, answer = system.ask(READ, number=number)
    key = int(answer["content"]["id"])
    system.ask("/data/population/1.0/exists", number=number)

    rows = Access.objects.using("population").filter(first=key, who=system.client.identifier)

    assert sorted(rows.values_list("agency", "purpose", "ground", "fields")) == [
        ("Home affairs", "Child benefit", "Decree 20", "born names numbers"),
        ("Home affairs", "Child benefit", "Decree 20", "numbers"),
    ]


def test_a_name_and_a_day_of_birth_find_a_person(system: System, people: pl.DataFrame) -> None:
    """Both together narrow; the day alone is refused, and so is a name without its grant."""
    row = people.row(2, named=True)

    _, answer = system.ask(READ, name=row["name"], born=row["born"])
    alone = system.ask(READ, born=row["born"])
    absent = system.ask(READ, name=row["name"], born="1801-01-01")
    allow(system, "born", "numbers")
    ungranted = system.ask(READ, name=row["name"])

    assert answer["content"]["numbers"][0]["value"] == row["number"]
    assert (alone[0], alone[1]["code"]) == (400, "search-too-wide")
    assert absent[0] == 404
    assert ungranted[0] == 403


def test_a_list_has_an_end_and_a_search(system: System, people: pl.DataFrame) -> None:
    """Names are listed by what they begin with; the register is never listed whole."""
    name = people["name"][0]

    status, answer = system.ask(f"/data/population/1.0?filter=name&search={name}")
    whole = system.ask("/data/population/1.0")

    assert status == 200
    assert 1 <= answer["count"] <= 50
    assert whole[0] == 400


def test_many_hits_cost_as_many_queries_as_one(system: System, people: pl.DataFrame) -> None:
    """A list reads its records together, and logs each of them."""
    log = Access.objects.using("population").filter(who=system.client.identifier)
    asked, logged, shown = [], [], []
    for typed in (people["name"][0], people["name"][0].split()[0]):
        before = log.count()
        with CaptureQueriesContext(connections["population"]) as queries:
            _, answer = system.ask(f"/data/population/1.0?filter=name&search={typed}")
        asked.append(len([q for q in queries if " " in q["sql"]]))
        shown.append(answer["count"])
        logged.append(log.count() - before)

    assert shown == logged
    assert shown[0] < 5 < shown[1]
    assert asked[1] - asked[0] <= 1  # one hit is asked for by its key, several as a list


def test_the_present_bearer_of_a_number_comes_first(people: pl.DataFrame) -> None:
    """Who bore a number and gave it up stands behind who bears it now."""
    rows = Number.objects.using("population")
    number = people["number"][1_500]
    now = dt.datetime(2026, 11, 21, 13, tzinfo=dt.UTC)
    former = rows.create(person_id=7, kind="personal", value=number, recorded=now, superseded=now)

    found = search.by_number(number)

    former.delete()
    assert [1_501, 7] == [hit.person for hit in found]
    assert [True, False] == [hit.exact for hit in found]


def test_whatever_number_is_asked_for_the_record_kept_is_given(
    system: System, people: pl.DataFrame
) -> None:
    """Of merged records the kept one answers, found by number or name, with its own birthday."""
    named = people.row(5, named=True)
    keys = [
        int(system.ask(READ, number=people["number"][row])[1]["content"]["id"]) for row in (5, 6)
    ]
    facts = {"left": min(keys), "right": max(keys), "probability": 0.9, "weight": 9.0, "found": NOW}
    pair = models.Pair.objects.using("population").create(**facts)
    review.propose(pair.pk, keep=keys[1], who="one")
    review.confirm(pair.pk, Act("two", NOW.date(), NOW))
    try:
        by_number = system.ask(READ, number=named["number"])
        by_name = answers.find({"name": named["name"], "born": people["born"][6]}, 50)
        owned = answers.served().subjects([keys[1]])
    finally:
        review.undo(pair.pk, Act("three", NOW.date(), NOW))
        pair.delete(using="population")

    assert (200, str(keys[1])) == (by_number[0], by_number[1]["content"]["id"])
    assert [keys[1]] == by_name
    assert {keys[1]: frozenset({people["number"][6]})} == owned
    assert str(keys[0]) == system.ask(READ, number=named["number"])[1]["content"]["id"]


def test_one_value_is_read_by_its_key(system: System, people: pl.DataFrame) -> None:
    """A granted field of a person is given; another is refused, and an unknown person absent."""
    _, answer = system.ask(READ, number=people["number"][0])
    at = f"/data/population/1.0/{answer['content']['id']}/read-value"

    assert system.ask(f"{at}/born.json") == (200, people["born"][0])
    assert system.ask(f"{at}/religion.json")[0] == 403
    assert system.ask("/data/population/1.0/999999999/read-value/born.json")[0] == 404


@pytest.mark.parametrize(
    "path", ["create", "update", "update-entries", "update-or-create", "1/delete"]
)
def test_nothing_is_written_by_the_api(system: System, path: str) -> None:
    """A register changes by intake and events, never by another agency's call."""
    send = Browser(headers={"host": "localhost"})
    method = send.delete if path.endswith("delete") else send.post
    if path.startswith("update") and path != "update-or-create":
        method = send.put

    answer = method(
        f"/data/population/1.0/{path}",
        json.dumps({"query": {"content": {"number": "1"}}, "write": {"content": {"born": "x"}}}),
        content_type="application/json",
        headers={"authorization": f"Bearer {system.token}"},
    )

    assert answer.status_code == 403


def test_a_token_that_ended_reads_nothing(system: System, people: pl.DataFrame) -> None:
    """A suspended system is refused at once, with the scheme it should use."""
    system.client.tokens.all().delete()

    status, answer = system.ask(READ, number=people["number"][0])

    assert (status, list(answer)) == (401, ["detail"])


@pytest.mark.postgres
def test_kept_plans_answer_as_new_ones(empty_postgres: str, tmp_path: Path) -> None:
    """On PostgreSQL each of many readings is right and logged; a right that ended reads nothing.

    A connection that the server ended is not used again.
    """
    env = {**os.environ, "SAOLA_HOME": str(tmp_path), "SAOLA_DATABASE_URL": empty_postgres}
    script = Path(__file__).parent / "asked_on_postgresql.py"
    done = subprocess.run(
        [sys.executable, script], env=env, check=False, capture_output=True, text=True
    )

    assert 0 == done.returncode, done.stderr
    found = json.loads(done.stdout)
    assert 12 == found["right"]
    assert found["after"]
    assert ["id", "numbers"] == found["narrowed"]
    assert [403, 401] == found["refused"]
    assert found["read"] == found["logged"]
    assert 7_000 == found["many"]


def test_programs_get_the_same_headers_and_no_cookie(system: System, people: pl.DataFrame) -> None:
    """The short way keeps the house's headers and the length, and needs no session."""
    browser = Browser(headers={"host": "localhost", "accept-language": "fr"})
    headers = {"authorization": f"Bearer {system.token}"}
    body = json.dumps({"query": {"content": {"born": "1990-01-01"}}})

    answer = browser.post(READ, body, content_type="application/json", headers=headers)

    assert 400 == answer.status_code
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert "nosniff" == answer["X-Content-Type-Options"]
    assert "fr" == answer["Content-Language"]
    assert "trop" in answer.json()["detail"]
    assert "Accept-Language" in answer["Vary"]
    assert str(len(answer.content)) == answer["Content-Length"]
    assert not answer.cookies


def test_a_body_too_large_is_refused_in_the_asker_s_language(system: System) -> None:
    """Errors that Django itself tells leave the short way as others do."""
    headers = {"authorization": f"Bearer {system.token}", "accept": "application/json"}
    browser = Browser(headers={"host": "localhost", "accept-language": "fr"})
    answer = browser.post(READ, b" " * 6_000_000, content_type="application/json", headers=headers)

    assert (400, "fr") == (answer.status_code, answer["Content-Language"])


def test_programs_reach_only_the_server_s_own_names_and_addresses(system: System) -> None:
    """A strange name of the server is refused; addresses of people's pages go the long way."""
    headers = {"authorization": f"Bearer {system.token}"}
    strange = Browser(headers={"host": "elsewhere.example"}).get("/data/population/1.0")
    page = Browser(headers={"host": "localhost"}).get("/data/", headers=headers)
    nowhere = Browser(headers={"host": "localhost"}).get("/data/a/b/c", headers=headers)

    assert [400, 302, 404] == [answer.status_code for answer in (strange, page, nowhere)]


def test_a_person_s_token_reads_no_register(system: System, people: pl.DataFrame) -> None:
    """A token that a person's sign-in gave a system is refused, whatever its permit."""
    account = Account.objects.create_user(f"{uuid.uuid4().hex[:10]}@example.org")
    now = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    given = Authorisation.objects.create(
        client=system.client, account=account, subject="x", level=2, auth_time=now
    )
    system.client.tokens.update(authorisation=given)

    status, answer = system.ask(READ, number=people["number"][0])
    account.delete()

    assert 403 == status
    assert "not a person's" in answer["detail"]


@pytest.mark.parametrize(
    ("code", "fields", "ground", "fault"),
    [
        ("nowhere", {"born"}, "Decree 20", "choice-unknown"),
        ("population", {"shoe"}, "Decree 20", "choice-unknown"),
        ("population", set(), "Decree 20", "grant-incomplete"),
        ("population", {"born"}, " ", "grant-incomplete"),
    ],
)
def test_a_permit_says_what_why_and_on_what_ground(
    home: Any, code: str, fields: set[str], ground: str, fault: str
) -> None:
    """A permit without register, field or ground is refused."""
    with pytest.raises(InputError) as caught:
        served.grant("x", code, purpose="p", ground=ground, fields=frozenset(fields), agency="")

    assert caught.value.code == fault


def test_a_permit_that_rests_on_consent_reaches_who_agreed(
    system: System, people: pl.DataFrame
) -> None:
    """Only persons who agreed are found, and no more from the moment they withdraw it."""
    now = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    made = consent.publish(AGREEMENT, now=now)
    served.grant(
        system.client.identifier, "population", purpose="Reminders", ground="Consent",
        fields=frozenset({"numbers", "born"}), agency="Home affairs", agreement=made.pk,
    )  # fmt: skip
    one, two = people["number"][3], people["number"][4]
    consent.say(one, made.pk, given=True, now=now)

    agreed, other = system.ask(READ, number=one), system.ask(READ, number=two)
    key = agreed[1]["content"]["id"]
    consent.say(one, made.pk, given=False, now=now)
    withdrawn = system.ask(READ, number=one)
    value = system.ask(f"/data/population/1.0/{key}/read-value/born.json")

    assert [agreed[0], other[0], withdrawn[0], value[0]] == [200, 404, 404, 404]


def test_permits_are_given_listed_and_ended_at_the_terminal(
    system: System, capsys: pytest.CaptureFixture[str]
) -> None:
    """`saola registry` permits, lists and withdraws; what cannot be is refused by name."""
    client = system.client.identifier
    why = ["--client", client, "--agency", "Home affairs", "--purpose", "Care", "--ground", "Law 1"]

    def run(*words: str) -> str:
        with pytest.raises(SystemExit):
            main(["--home", str(settings.HOME), "registry", *words])
        return "".join(capsys.readouterr())

    run("permit", "population", *why, "--field", "sex")
    listed = [row for row in json.loads(run("list", "--json")) if row["client"] == client]
    writes = run("permit", "population", *why, "--field", "sex", "--writes")
    strange = run("permit", "population", *why, "--field", "shoe")
    run("withdraw", "population", "--client", client)
    again = run("withdraw", "population", "--client", client)

    assert [(row["registry"], row["fields"]) for row in listed] == [("population", ["sex"])]
    assert "[register-written]" in writes
    assert "[choice-unknown]" in strange
    assert "[system-absent]" in again
