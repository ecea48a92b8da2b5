# ruff: noqa: ARG001  (fixtures make the tables)
"""The land register for other agencies and for the people who hold land."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.urls import reverse

sys.path.insert(0, str(Path(__file__).parent))
import land_room as room
from agency_system import System, allow
from register_visitors import account_with, carry, signed_in

from saola.server.land import models, record
from saola.server.registries import consent
from saola.server.registries.models import Permit
from saola.server.registries.words import OWN

READ = "/data/land/1.0/read"


@pytest.fixture(scope="module")
def couple(people: pl.DataFrame, home: Path, tmp_path_factory: Any) -> list[str]:
    """Three parcels: two people of the register hold the first together, one of them the second."""
    room.empty()
    one, two = people["number"][:2]
    frame = room.rows(
        3, holder=["An;Binh", "An", "Cuc"], holder_number=[f"{one};{two}", one, "079085000009"]
    )
    file = tmp_path_factory.mktemp("land") / "parcels.csv"
    frame.write_csv(file)
    assert 3 == room.take(file, home).accepted
    return [one, two]


@pytest.fixture
def system(couple: list[str]) -> Iterator[System]:
    """A system that may read parcels and who holds them."""
    made = System()
    allow(made, "parcel", "holders", "numbers", register="land")
    yield made
    Permit.objects.filter(client=made.client.identifier).delete()


def logged(system: System) -> int:
    """Count what the system's readings left in the log."""
    return int(models.Access.objects.using("land").filter(who=system.client.identifier).count())


def test_a_parcel_is_read_by_code_key_or_number(system: System, couple: list[str]) -> None:
    """The same parcel is found by its code, its older key, and its holder's number."""
    status, by_key = system.ask(READ, key="XSA.C.00001/1/1")
    found = by_key["content"]
    _, by_code = system.ask(READ, code=found["parcel"]["code"])
    listed = system.ask(f"/data/land/1.0?filter=number&search={couple[0]}")[1]

    assert 200 == status
    assert found == by_code["content"]
    assert ["1/2", "1/2"] == [row["share"] for row in found["holders"]]
    assert couple == found["numbers"]
    assert ["1", "2"] == [row["parcel"]["number"] for row in listed["results"]]
    assert {"id", "parcel", "holders", "numbers"} == set(found)


def test_each_reading_of_a_parcel_is_logged_for_each_holder(system: System) -> None:
    """Who holds what is personal: each holder finds the reading in the log."""
    before = logged(system)

    system.ask(READ, key="XSA.C.00001/1/1")

    assert before + 2 == logged(system)


def test_what_is_not_granted_is_neither_read_nor_asked_by(couple: list[str]) -> None:
    """Without the field of numbers, nobody is looked for by a number; an empty question is none."""
    system = System()
    allow(system, "parcel", register="land")

    found = system.ask(READ, key="XSA.C.00001/1/1")
    asked = system.ask(READ, number=couple[0])
    absent = system.ask(READ, key="XSA.C.00001/1/99")
    key = found[1]["content"]["id"]
    value = system.ask(f"/data/land/1.0/{key}/read-value/holders.json")

    assert {"id", "parcel"} == set(found[1]["content"])
    assert [403, 404, 403] == [asked[0], absent[0], value[0]]


def test_a_permit_on_consent_needs_every_holder(system: System, couple: list[str]) -> None:
    """A parcel is read under consent only once all who hold it have agreed."""
    policy = {"name": "Land", "version": "1", "url": "https://land.example/policy/1"}
    told = {"policy": policy, "version": "1", "controller": "Bank", "purpose": "Loan"}
    made = consent.publish(told | {"fields": ["holders"]}, now=room.NOW)
    Permit.objects.filter(client=system.client.identifier).update(agreement=made.pk)
    statuses = []
    for number in (*couple, ""):
        statuses.append(system.ask(READ, key="XSA.C.00001/1/1")[0])
        if number:
            consent.say(number, made.pk, given=True, now=room.NOW)

    assert [404, 404, 200] == statuses


def test_people_see_their_land_and_who_read_it(system: System, couple: list[str]) -> None:
    """The person's page lists the land they hold and who read that, and logs that they looked."""
    system.ask(READ, key="XSA.C.00001/1/2")
    citizen = account_with()
    carry(citizen, couple[0])
    browser = signed_in(citizen)

    page = browser.get(reverse("my_data")).content.decode()

    assert re.search(r"XSA.C.00001, 1/1 · [^<]* · Share 1/2<", page)
    assert "XSA.C.00001/1/3" not in page
    assert "Decree 20" in page
    assert OWN in {row["purpose"] for row in record.readers(couple[0])}
    assert OWN not in {row["purpose"] for row in record.readers("079085000009")}
