"""One person's record: as it was on a day, as it was known at a moment, read under a grant."""

import json
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from saola.errors import InputError, StateError
from saola.server.identity.provider.prepared import Prepared
from saola.server.population import items, merged
from saola.server.population.models import (
    Access,
    Event,
    Member,
    Name,
    Number,
    Person,
    Relative,
    Residence,
    Scan,
)
from saola.server.registries import access, history, scans
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
    "reached",
    "read",
    "read_all",
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
MARK = -9_182_736_455  # no key
FIELDS = PERSON_FIELDS | set(DATED) | {"household", "events", scans.FIELD}


_OF = dict.fromkeys(("commune", "temporary", "current"), "residences")  # under which they are read
_PERSON: Prepared[Person] = Prepared(
    lambda mark: Person.objects.using(DATABASE).filter(pk=mark), MARK
)
_ROWS: dict[str, Prepared[Any]] = {
    name: Prepared(
        lambda mark, model=model: model._base_manager.using(DATABASE).filter(person=mark),  # noqa: SLF001  (Django's documented door)
        MARK,
    )
    for name, model in DATED.items()
}


def read(
    key: int, *, reader: Reader, purpose: str, fields: frozenset[str], when: When
) -> dict[str, Any]:
    """Read some fields of a person, under a grant, and log it: `read_all` of one."""
    return read_all([key], reader=reader, purpose=purpose, fields=fields, when=when)[key]


def read_all(
    keys: list[int], *, reader: Reader, purpose: str, fields: frozenset[str], when: When
) -> dict[int, dict[str, Any]]:
    """Read some fields of some persons, under a grant, and log each.

    Args:
        keys: The persons.
        reader: Who reads.
        purpose: Why; one of the reader's grants has to allow it for every field.
        fields: Which fields, of `FIELDS`, or `READERS`: who read the record.
        when: Which state of the records.

    Raises:
        InputError: If there is no such person.
        StateError: If no grant covers the purpose and fields, or reaches where a person lives.
    """
    grant = reader.grant(purpose, fields)
    persons = _persons(keys)
    within(grant, keys)
    # One statement, committed before anything of the records is given away.
    rows = Access.objects.using(DATABASE)
    access.read(rows, keys, reader=reader, grant=grant, fields=fields, now=when.now)
    found = {key: _items(persons[key], fields & PERSON_FIELDS, when) for key in keys}
    for name in DATED:
        if name in fields:
            for key, held in _held(name, keys, when).items():
                found[key][name] = [_plain(row) for row in held]
    if "household" in fields:
        _add_households(found, when)
    if "events" in fields:
        _add_events(found, when, fields)
    if scans.FIELD in fields:
        for key in keys:
            found[key][scans.FIELD] = _scans(key, when)
    if READERS in fields:
        for key in keys:
            found[key][READERS] = readers(key)
    return found


def _scans(key: int, when: When) -> list[dict[str, Any]]:
    """List the scans of a record and of those merged into it; `of` names the latter."""
    same = merged.into(key, when.moment)
    held = scans.held(Scan, DATABASE, [key, *same], when.moment)
    own = [each | {"of": None} for each in held[key]]
    return own + [each | {"of": other} for other in same for each in held[other]]


def _persons(keys: list[int]) -> dict[int, Person]:
    one = _PERSON.first(keys[0]) if len(keys) == 1 else None
    found = {one.pk: one} if one else Person.objects.using(DATABASE).in_bulk(keys)
    for key in keys:
        if key not in found:
            raise InputError("person-absent", found=key)
    return found


def _held(name: str, keys: list[int], when: When) -> dict[int, list[Any]]:
    """Give by person the rows of a table that held; a person has few, so all of them are read."""
    every = DATED[name]._base_manager.using(DATABASE)  # noqa: SLF001
    rows = _ROWS[name].every(keys[0]) if len(keys) == 1 else every.filter(person__in=keys)
    found: dict[int, list[Any]] = {key: [] for key in keys}
    for row in sorted(rows, key=_id):
        if history.held(row, when.day, when.moment):
            found[row.person_id].append(row)
    return found


def _id(row: Any) -> int:
    return int(row.pk)


def _add_households(found: dict[int, dict[str, Any]], when: When) -> None:
    holds = history.holds(when.day, when.moment)
    members = Member.objects.using(DATABASE).filter(holds, person__in=list(found))
    for record in found.values():
        record["household"] = []
    for row in members.select_related("household").order_by("id"):
        said = {"file": row.household.file, "relation": row.relation}
        found[row.person_id]["household"].append(said)


def _add_events(found: dict[int, dict[str, Any]], when: When, fields: frozenset[str]) -> None:
    for record in found.values():
        record["events"] = []
    events = Event.objects.using(DATABASE).filter(person__in=list(found), recorded__lte=when.moment)
    names = ("kind", "effective", "recorded", "reason", "changes")
    for row in events.order_by("id").values("person_id", *names):
        told = json.loads(row.pop("changes")).get("written", {})
        seen = {name: said for name, said in told.items() if _OF.get(name, name) in fields}
        found[row.pop("person_id")]["events"].append(row | ({"written": seen} if seen else {}))


def within(grant: Grant, keys: list[int]) -> None:
    """Refuse a grant that does not reach where some persons live.

    Raises:
        StateError: If a person lives elsewhere.
    """
    if grant.units == EVERYWHERE:
        return
    if not all(grant.reaches(unit) for unit in homes(keys).values()):
        raise StateError("not-granted", where=grant.purpose, found=", ".join(map(str, keys)))


def reached(rows: QuerySet[Any], grant: Grant, *columns: str) -> QuerySet[Any]:
    """Select the rows all of whose persons a grant reaches.

    Args:
        rows: Of any table of the register.
        grant: What may be read.
        columns: Those that hold persons' keys.
    """
    if grant.units == EVERYWHERE:
        return rows
    for column in columns:
        living = Residence.objects.using(DATABASE).filter(
            person=OuterRef(column), commune__in=grant.units, **_HOME
        )
        rows = rows.filter(Exists(living))
    return rows


_HOME: dict[str, Any] = {"kind": "permanent", "superseded": None, "end": None}


def homes(keys: list[int]) -> dict[int, str | None]:
    """Give where persons live permanently now."""
    rows = Residence.objects.using(DATABASE).filter(person__in=keys, **_HOME)
    return dict.fromkeys(keys) | dict(rows.values_list("person_id", "commune"))


def _items(person: Person, fields: frozenset[str], when: When) -> dict[str, Any]:
    values = {name: getattr(person, name) for name in sorted(fields)}
    if not values or (when.on is None and when.known is None):
        return values  # no event is recorded before its day, so the row is how things are
    events = Event.objects.using(DATABASE).filter(person=person.pk).order_by("id")
    return items.played(values, events, on=when.day, known=when.moment)


_INNER = {"id", "person_id", "folded", "tokens", "home"}


def _plain(row: Any) -> dict[str, Any]:
    return {key: value for key, value in vars(row).items() if key[0] != "_" and key not in _INNER}


def readers(key: int) -> list[dict[str, Any]]:
    """List who read or wrote a person's record, the latest first: what the person may see.

    Uses of records that were merged into it are among them.
    """
    same = [key, *merged.into(key, timezone.now())]
    return access.readings(Access.objects.using(DATABASE), same)
