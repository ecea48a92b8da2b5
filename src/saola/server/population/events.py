"""What happens to persons: moves, new names and numbers, death. Nothing is overwritten."""

import datetime as dt
import json
from typing import Any

from django.db import transaction

from saola.errors import InputError, StateError
from saola.linkage import names, personal_numbers
from saola.server.population.models import Access, Event, Name, Number, Person, Residence
from saola.server.registries import history

DATABASE = "population"


def move(
    key: int, *, commune: str, address: str = "", day: dt.date, who: str, now: dt.datetime
) -> None:
    """Let a person live elsewhere from a day on."""
    with transaction.atomic(using=DATABASE):
        _living(key, day)
        _end(Residence, key, day, now, kind="permanent")
        Residence.objects.using(DATABASE).create(
            person_id=key,
            kind="permanent",
            commune=commune,
            address=address,
            start=day,
            recorded=now,
        )
        _note("move", key, day, who, now, {"commune": commune})


def rename(key: int, *, name: str, day: dt.date, who: str, now: dt.datetime, reason: str) -> None:
    """Give a person another name from a day on; the former stays searchable in history."""
    with transaction.atomic(using=DATABASE):
        _living(key, day)
        _end(Name, key, day, now, kind="birth")
        folded = names.folded(name)
        Name.objects.using(DATABASE).create(
            person_id=key,
            kind="birth",
            text=name,
            folded=folded,
            tokens=" ".join(sorted(folded.split())),
            start=day,
            recorded=now,
        )
        _note("rename", key, day, who, now, {"name": name}, reason)


def renumber(
    key: int, *, number: str, day: dt.date, who: str, now: dt.datetime, reason: str
) -> None:
    """Give a person another personal number; the former is superseded and stays indexed.

    Raises:
        InputError: If the number does not fit the person.
        StateError: If another person bears or bore it.
    """
    with transaction.atomic(using=DATABASE):
        person = _living(key, day)
        year = person.born.year if person.born else None
        wrong = personal_numbers.faults(number, sex=person.sex, year=year)
        if wrong:
            raise InputError("number-unfit", found=number, faults=", ".join(wrong))
        if Number.objects.using(DATABASE).filter(value=number).exists():
            raise StateError("number-borne", found=number)
        _end(Number, key, day, now, kind="personal")
        Number.objects.using(DATABASE).create(
            person_id=key, kind="personal", value=number, start=day, recorded=now
        )
        _note("renumber", key, day, who, now, {"number": number}, reason)


def die(key: int, *, day: dt.date, who: str, now: dt.datetime) -> None:
    """Record a death.

    Raises:
        StateError: If the person is dead already, or was born later.
    """
    with transaction.atomic(using=DATABASE):
        person = _living(key, day)
        person.died = day
        person.save(using=DATABASE)
        _note("death", key, day, who, now, {"died": day.isoformat()})


def _living(key: int, day: dt.date) -> Person:
    person = Person.objects.using(DATABASE).select_for_update().filter(pk=key).first()
    if person is None:
        raise InputError("person-absent", found=key)
    if person.died is not None or (person.born is not None and day < person.born):
        raise StateError("person-not-living", found=key, day=day.isoformat())
    return person


def _end(model: Any, key: int, day: dt.date, now: dt.datetime, **which: str) -> None:
    rows = model.objects.using(DATABASE).filter(person=key, superseded=None, end=None, **which)
    history.end(rows, day, now)


def _note(
    kind: str,
    key: int,
    day: dt.date,
    who: str,
    now: dt.datetime,
    changes: dict[str, str],
    reason: str = "",
) -> None:
    Event.objects.using(DATABASE).create(
        person_id=key,
        kind=kind,
        effective=day,
        recorded=now,
        who=who,
        reason=reason,
        changes=json.dumps(changes, ensure_ascii=False),
    )
    Access.objects.using(DATABASE).create(
        first=key, last=key, at=now, kind="write", who=who, agency="", purpose=kind, ground=reason
    )
