"""One person's record: as it was on a day, as it was known at a moment, read under a grant."""

import datetime as dt
from typing import Any

from django.db import transaction

from saola.errors import InputError
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
from saola.server.registries import history
from saola.server.registries.grants import Reader

DATABASE = "population"
PERSON_FIELDS = frozenset(
    {
        "born", "sex", "birth_place", "birth_registration", "native_place", "ethnicity",
        "religion", "nationality", "blood", "card", "absence", "marital", "died", "phone", "email",
        "other",
    }
)  # fmt: skip
DATED = {"numbers": Number, "names": Name, "residences": Residence, "relatives": Relative}
FIELDS = PERSON_FIELDS | set(DATED) | {"household", "events"}


def read(
    key: int,
    *,
    reader: Reader,
    purpose: str,
    fields: frozenset[str],
    now: dt.datetime,
    on: dt.date | None = None,
    known: dt.datetime | None = None,
) -> dict[str, Any]:
    """Read some fields of a person, under a grant, and log it.

    Args:
        key: The person.
        reader: Who reads.
        purpose: Why; one of the reader's grants has to allow it for every field.
        fields: Which fields, of `FIELDS`.
        now: The moment.
        on: As it was on this day; by default today.
        known: As the register knew it then; by default now.

    Raises:
        InputError: If there is no such person.
        StateError: If no grant covers the purpose and fields.
    """
    grant = reader.grant(purpose, fields)
    with transaction.atomic(using=DATABASE):
        person = Person.objects.using(DATABASE).filter(pk=key).first()
        if person is None:
            raise InputError("person-absent", found=key)
        Access.objects.using(DATABASE).create(
            first=key,
            last=key,
            at=now,
            kind="read",
            who=reader.who,
            agency=reader.agency,
            purpose=purpose,
            ground=grant.ground,
            fields=" ".join(sorted(fields)),
        )
    found: dict[str, Any] = {name: getattr(person, name) for name in sorted(fields & PERSON_FIELDS)}
    holds = history.holds(on or now.date(), known or now)
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
        events = Event.objects.using(DATABASE).filter(person=key, recorded__lte=known or now)
        found["events"] = list(
            events.order_by("id").values("kind", "effective", "recorded", "reason")
        )
    return found


_INNER = {"id", "person_id", "folded", "tokens"}


def _plain(row: Any) -> dict[str, Any]:
    return {key: value for key, value in vars(row).items() if key[0] != "_" and key not in _INNER}


def readers(key: int) -> list[dict[str, Any]]:
    """List who read or wrote a person's record, the latest first: what the person may see."""
    rows = (
        Access.objects.using(DATABASE).filter(first__lte=key, last__gte=key).order_by("-at", "-id")
    )
    return [
        dict(row)
        for row in rows.values("at", "kind", "who", "agency", "purpose", "ground", "fields")
    ]
