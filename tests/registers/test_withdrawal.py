# ruff: noqa: ARG001  (fixtures make the tables)
"""An event that was recorded wrongly is withdrawn, and both stay in the history."""

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.test import Client

from saola.errors import InputError, SaolaError
from saola.server.population import events, models, record, withdrawal
from saola.server.registries.act import Act
from saola.server.registries.grants import Grant, Reader

sys.path.insert(0, str(Path(__file__).parent))
from register_visitors import account_with, signed_in

FIELDS = frozenset({"marital", "died", "absence", "relatives", "residences", "names", "events"})
GRANT = Grant("Keep the register", "Law 26/2023/QH15", FIELDS)
READER = Reader("clerk", "", (GRANT,))
DAY = dt.date(2026, 10, 1)


def at(hour: int) -> dt.datetime:
    """A moment of the tests' day."""
    return dt.datetime(2026, 12, 2, hour, tzinfo=dt.UTC)


def act(hour: int) -> Act:
    """An act of a clerk."""
    return Act("clerk", DAY, at(hour))


def seen(key: int, hour: int, known: int | None = None) -> dict[str, Any]:
    """A record as it is, or as it was known at an hour."""
    when = record.When(at(hour), known=at(known) if known else None)
    return record.read(key, reader=READER, purpose=GRANT.purpose, fields=FIELDS, when=when)


def latest(key: int) -> int:
    """The event of a person that was recorded last."""
    found = models.Event.objects.using("population").filter(person=key).order_by("-id")
    return found.values_list("pk", flat=True)[0]


def homes(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Where a person lives or lived, without when that was recorded."""
    columns = ("kind", "commune", "address", "start", "end")
    return [tuple(row[name] for name in columns) for row in found["residences"]]


def single(people: pl.DataFrame) -> list[int]:
    """Persons who are not married."""
    rows = models.Person.objects.using("population").filter(marital="single", died=None)
    return list(rows.order_by("id").values_list("pk", flat=True))


def test_a_marriage_is_withdrawn_in_both_records(people: pl.DataFrame) -> None:
    """Neither is married nor has a spouse; what was known before can still be asked for."""
    one, other = single(people)[:2]
    before = [seen(key, 8) for key in (one, other)]
    events.marry(one, act(9), spouse=other)
    event = latest(one)
    assert "married" == seen(other, 10)["marital"]
    withdrawal.withdraw(one, act(11), event=event)

    for key, was in zip((one, other), before, strict=True):
        now = seen(key, 12)
        assert (was["marital"], was["relatives"]) == (now["marital"], now["relatives"])
        kinds = [row["kind"] for row in now["events"]]
        assert ["marriage", "withdrawal"] == kinds[-2:]
        then = seen(key, 12, known=10)
        assert "married" == then["marital"]
        assert "spouse" in {row["kind"] for row in then["relatives"]}
    events.marry(one, act(13), spouse=other)
    assert "married" == seen(one, 14)["marital"]


def test_a_move_is_withdrawn_with_where_names_are_found(people: pl.DataFrame) -> None:
    """The former residence holds as it did; the same event is withdrawn once."""
    key = single(people)[3]
    before, home = seen(key, 8), record.homes([key])[key]
    events.move(key, act(9), commune="XSA.C.00077")
    event = latest(key)
    assert "XSA.C.00077" == record.homes([key])[key]
    withdrawal.withdraw(key, act(10), event=event)
    names = models.Name.objects.using("population").filter(person=key)

    assert home == record.homes([key])[key]
    assert homes(before) == homes(seen(key, 11))
    assert {home} == set(names.values_list("home", flat=True))
    with pytest.raises(InputError) as refused:
        withdrawal.withdraw(key, act(12), event=event)
    assert "choice-unknown" == refused.value.code


def test_what_a_later_event_stands_on_is_not_withdrawn(people: pl.DataFrame) -> None:
    """A death after which the item was set otherwise stays; so does an event of another person."""
    key, other = single(people)[4:6]
    events.die(key, act(9))
    event = latest(key)
    person = models.Person.objects.using("population")
    person.filter(pk=key).update(died=dt.date(2026, 10, 2))
    for whose, code in ((key, "event-later"), (other, "choice-unknown")):
        with pytest.raises(SaolaError) as refused:
            withdrawal.withdraw(whose, act(10), event=event)
        assert code == refused.value.code
    person.filter(pk=key).update(died=DAY)
    withdrawal.withdraw(key, act(11), event=event)

    assert seen(key, 12)["died"] is None


def test_a_clerk_withdraws_an_event_on_a_page(people: pl.DataFrame) -> None:
    """The person's page leads to the choice; the reason is kept; without an event there is none."""
    clerk: Client = signed_in(account_with("clerk"))
    key = single(people)[6]
    address = f"/en/population/{key}/withdraw/"
    assert 302 == clerk.get(address).status_code
    assert address not in clerk.get(f"/en/population/{key}/").content.decode()
    events.absent(key, act(9), until=dt.date(2026, 12, 1), place="XSA.C.00002")
    assert address in clerk.get(f"/en/population/{key}/").content.decode()
    page = clerk.get(address).content.decode()
    assert "Declared absence, October 1, 2026" in page
    facts = {"event": latest(key), "reason": "wrong person"}
    assert 302 == clerk.post(address, facts).status_code

    found = seen(key, 12)
    assert not found["absence"]
    assert ("withdrawal", "wrong person") == (
        found["events"][-1]["kind"], found["events"][-1]["reason"],
    )  # fmt: skip
