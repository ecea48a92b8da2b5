"""Persons' records as scans and marks reach them."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Max

from saola.server.identity.models import Account
from saola.server.population import digitised, merged, record, source
from saola.server.population.models import Access, Event, Mark, Number, Person, Scan
from saola.server.registries.records import Records

DATABASE = record.DATABASE
GROUND = "Law 26/2023/QH15, Art. 9"


def records() -> Records:
    """Give them."""
    return Records(
        name=DATABASE,
        scan=Scan,
        mark=Mark,
        log=Access,
        read=record.read,
        page="person",
        ground=GROUND,
        homes=homes,
        subjects=list,
        find=find,
        changed=changed,
        counts=digitised.counts,
        own=_own,
        standing=merged.standing,
        example="001190012345_p3.jpg",
    )


def homes(keys: list[int]) -> dict[int, str | None]:
    """Give where the persons of some records live; records that are not there are left out."""
    standing = Person.objects.using(DATABASE).filter(pk__in=keys, merged=None)
    return record.homes(list(standing.values_list("pk", flat=True)))


def find(texts: Iterable[str]) -> dict[str, list[int]]:
    """Give the records that bear some personal numbers now; of merged ones, the one kept."""
    rows = Number.objects.using(DATABASE).filter(
        kind="personal", value__in=list(texts), superseded=None, end=None
    )
    found: dict[str, set[int]] = {}
    for number, key, into in rows.values_list("value", "person_id", "person__merged"):
        kept = key if into is None else merged.standing(key)
        found.setdefault(number, set()).add(kept)
    return {number: sorted(keys) for number, keys in found.items()}


def changed(key: int) -> dt.datetime | None:
    """Give when something last happened to a person."""
    rows = Event.objects.using(DATABASE).filter(person=key)
    last: dt.datetime | None = rows.aggregate(last=Max("recorded"))["last"]
    return last


def _own(account: Account) -> list[int]:
    key = source.person_of(account)
    return [] if key is None else [key]
