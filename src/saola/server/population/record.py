"""One person's record: as it was on a day, as it was known at a moment, read under a grant."""

from typing import Any

from django.db import transaction

from saola.errors import InputError, StateError
from saola.server.population import items
from saola.server.population.models import (
    Access,
    Event,
    Member,
    Name,
    Number,
    Person,
    Relative,
    Residence,
)
from saola.server.registries import access, history
from saola.server.registries.grants import EVERYWHERE, Grant, Reader
from saola.server.registries.when import When

__all__ = [
    "DATABASE",
    "DATED",
    "FIELDS",
    "PERSON_FIELDS",
    "READERS",
    "When",
    "homes",
    "read",
    "readers",
    "within",
]

DATABASE = "population"
PERSON_FIELDS = frozenset(
    {
        "born", "sex", "birth_place", "birth_registration", "native_place", "ethnicity",
        "religion", "nationality", "blood", "card", "absence", "marital", "died", "phone", "email",
        "other",
    }
)  # fmt: skip
DATED = {"numbers": Number, "names": Name, "residences": Residence, "relatives": Relative}
READERS = "readers"
FIELDS = PERSON_FIELDS | set(DATED) | {"household", "events"}


def read(
    key: int, *, reader: Reader, purpose: str, fields: frozenset[str], when: When
) -> dict[str, Any]:
    """Read some fields of a person, under a grant, and log it.

    Args:
        key: The person.
        reader: Who reads.
        purpose: Why; one of the reader's grants has to allow it for every field.
        fields: Which fields, of `FIELDS`, or `READERS`: who read the record.
        when: Which state of the record.

    Raises:
        InputError: If there is no such person.
        StateError: If no grant covers the purpose and fields, or reaches where the person lives.
    """
    grant = reader.grant(purpose, fields)
    with transaction.atomic(using=DATABASE):
        person = Person.objects.using(DATABASE).filter(pk=key).first()
        if person is None:
            raise InputError("person-absent", found=key)
        within(grant, [key])
        rows = Access.objects.using(DATABASE)
        access.read(rows, [key], reader=reader, grant=grant, fields=fields, now=when.now)
    found = _items(person, fields & PERSON_FIELDS, when)
    holds = history.holds(when.day, when.moment)
    for name, model in DATED.items():
        if name in fields:
            rows = model.objects.using(DATABASE).filter(holds, person=key).order_by("id")  # type: ignore[attr-defined]  # models have managers
            found[name] = [_plain(row) for row in rows]
    if "household" in fields:
        members = Member.objects.using(DATABASE).filter(holds, person=key)
        found["household"] = [
            {"file": row.household.file, "relation": row.relation}
            for row in members.select_related("household")
        ]
    if "events" in fields:
        events = Event.objects.using(DATABASE).filter(person=key, recorded__lte=when.moment)
        found["events"] = list(
            events.order_by("id").values("kind", "effective", "recorded", "reason")
        )
    if READERS in fields:
        found[READERS] = readers(key)
    return found


def within(grant: Grant, keys: list[int]) -> None:
    """Refuse a grant that does not reach where some persons live.

    Raises:
        StateError: If a person lives elsewhere.
    """
    if grant.units == EVERYWHERE:
        return
    if not all(grant.reaches(unit) for unit in homes(keys).values()):
        raise StateError("not-granted", where=grant.purpose, found=", ".join(map(str, keys)))


def homes(keys: list[int]) -> dict[int, str | None]:
    """Give where persons live permanently now."""
    rows = Residence.objects.using(DATABASE).filter(
        person__in=keys, kind="permanent", superseded=None, end=None
    )
    return dict.fromkeys(keys) | dict(rows.values_list("person_id", "commune"))


def _items(person: Person, fields: frozenset[str], when: When) -> dict[str, Any]:
    values = {name: getattr(person, name) for name in sorted(fields)}
    if not values or (when.on is None and when.known is None):
        return values  # no event is recorded before its day, so the row is how things are
    events = Event.objects.using(DATABASE).filter(person=person.pk).order_by("id")
    return items.played(values, events, on=when.day, known=when.moment)


_INNER = {"id", "person_id", "folded", "tokens"}


def _plain(row: Any) -> dict[str, Any]:
    return {key: value for key, value in vars(row).items() if key[0] != "_" and key not in _INNER}


def readers(key: int) -> list[dict[str, Any]]:
    """List who read or wrote a person's record, the latest first: what the person may see."""
    return access.readings(Access.objects.using(DATABASE), [key])
