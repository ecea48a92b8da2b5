"""Persons' records as scans and marks reach them."""

from collections.abc import Iterable

from saola.server.identity.models import Account
from saola.server.population import record, source
from saola.server.population.models import Access, Number, Person, Scan
from saola.server.registries.records import Records

DATABASE = record.DATABASE
GROUND = "Law 26/2023/QH15, Art. 9"


def records() -> Records:
    """Give them."""
    return Records(
        name=DATABASE,
        scan=Scan,
        log=Access,
        read=record.read,
        page="person",
        ground=GROUND,
        homes=homes,
        subjects=list,
        find=find,
        own=_own,
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
    for number, key, merged in rows.values_list("value", "person_id", "person__merged"):
        kept = key if merged is None else source.key_of(number)
        if kept is not None:
            found.setdefault(number, set()).add(kept)
    return {number: sorted(keys) for number, keys in found.items()}


def _own(account: Account) -> list[int]:
    key = source.person_of(account)
    return [] if key is None else [key]
