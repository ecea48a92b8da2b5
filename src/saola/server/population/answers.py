"""The population register for other agencies: found by number or name, read under a permit."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from saola.errors import InputError
from saola.server.population import merged, record, search
from saola.server.population.models import Number, Person
from saola.server.registries import scans
from saola.server.registries.grants import Reader
from saola.server.registries.served import Served

DATABASE = "population"


def served() -> Served:
    """Give the register as the API serves it."""
    return Served(
        code="population",
        title="Population register",
        fields=frozenset(record.FIELDS - {scans.FIELD}),
        keys={"number": "numbers", "name": "names", "born": "born"},
        find=find,
        read=_read,
        subjects=_numbers,
    )


def find(wanted: Mapping[str, str], most: int) -> list[int]:
    """Give the persons of a number, or of a name, whom a date of birth may narrow.

    Of merged records it is the one kept, whatever number or name was asked for.

    Raises:
        InputError: If neither number nor name is given.
    """
    if number := wanted.get("number"):
        hits = search.by_number(number)
    elif name := wanted.get("name"):
        hits = search.by_name(name, most=search.MOST if "born" in wanted else most)
    else:
        raise InputError("search-too-wide", found=", ".join(sorted(wanted)))
    keys = list(dict.fromkeys(hit.person for hit in hits))
    if any(hit.merged for hit in hits):
        keys = merged.kept(keys)
    if (born := wanted.get("born")) is not None:
        persons = Person.objects.using(DATABASE).filter(pk__in=keys)
        days = dict(persons.values_list("pk", "born"))
        keys = [key for key in keys if str(days.get(key)) == born]
    return keys[:most]


def _numbers(keys: list[int]) -> dict[int, frozenset[str]]:
    """Give the number of each person; where only a record merged into it has one, that."""
    own = _borne(keys)
    now = timezone.now()
    for key in keys:
        if key not in own and (same := merged.into(key, now)):
            own[key] = frozenset().union(*_borne(same).values())
    return own


def _borne(keys: list[int]) -> dict[int, frozenset[str]]:
    held = Number.objects.using(DATABASE).filter(
        person__in=keys, kind="personal", superseded=None, end=None
    )
    return {person: frozenset({value}) for person, value in held.values_list("person_id", "value")}


def _read(
    keys: list[int], reader: Reader, purpose: str, fields: frozenset[str]
) -> dict[int, dict[str, Any]]:
    when = record.When(now=timezone.now())
    return record.read_all(keys, reader=reader, purpose=purpose, fields=fields, when=when)
