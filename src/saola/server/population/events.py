"""What happens to persons: birth, marriage, moves, new names and numbers, corrections, death.

Nothing is overwritten: what held ends, and each event keeps what it set, old and new.
"""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import polars as pl
from django.db import connections, transaction

from saola.errors import InputError, StateError
from saola.linkage import names
from saola.server.population import fit, load, parents, record
from saola.server.population.models import Access, Event, Name, Number, Person, Relative, Residence
from saola.server.registries import access, communes, history, rules
from saola.server.registries.act import Act
from saola.server.registries.register import Origin
from saola.server.registries.rules import REASONS, REVIEW, ROW, Field

DATABASE = "population"
CORRECTED = ("name", *sorted(load.PERSON))


def move(key: int, act: Act, *, commune: str, address: str = "") -> None:
    """Let a person live elsewhere from a day on.

    Raises:
        InputError: If there is no such commune.
    """
    with transaction.atomic(using=DATABASE):
        _living(key, act)
        facts = checked({"commune": commune, "address": address})
        commune, address = fit.commune(facts["commune"], act.day), facts["address"] or ""
        _end(Residence, key, act, kind="permanent")
        Residence.objects.using(DATABASE).create(
            person_id=key,
            kind="permanent",
            commune=commune,
            address=address,
            start=act.day,
            recorded=act.now,
        )
        Name.objects.using(DATABASE).filter(person=key).update(home=commune)
        note("move", key, act, {"commune": commune})


def rename(key: int, act: Act, *, name: str) -> None:
    """Give a person another name from a day on; the former stays searchable in history.

    Raises:
        InputError: If it is not written as a name.
    """
    with transaction.atomic(using=DATABASE):
        _living(key, act)
        name = checked({"name": name})["name"]
        _end(Name, key, act, kind="birth")
        _name(key, act, name, act.day)
        note("rename", key, act, {"name": name})


def _name(key: int, act: Act, name: str, start: dt.date | None) -> None:
    folded = names.folded(name)
    Name.objects.using(DATABASE).create(
        person_id=key,
        kind="birth",
        text=name,
        folded=folded,
        tokens=" ".join(sorted(folded.split())),
        home=record.homes([key])[key],
        start=start,
        recorded=act.now,
    )


def renumber(key: int, act: Act, *, number: str) -> None:
    """Give a person another personal number; the former is superseded and stays indexed.

    Raises:
        InputError: If the number does not fit the person.
        StateError: If another person bears or bore it.
    """
    with transaction.atomic(using=DATABASE):
        person = _living(key, act)
        number = _number(number)
        fit.items(person, act.today, {"number": number})
        _bears(key, act, number)
        note("renumber", key, act, {"number": number})


def _number(written: str) -> str:
    """Read a new number.

    Raises:
        InputError: If it is none.
        StateError: If another person bears or bore it.
    """
    number = str(checked({"number": written})["number"])
    if Number.objects.using(DATABASE).filter(value=number).exists():
        raise StateError("number-borne", found=number)
    return number


def _bears(key: int, act: Act, number: str) -> None:
    _end(Number, key, act, kind="personal")
    Number.objects.using(DATABASE).create(
        person_id=key, kind="personal", value=number, start=act.day, recorded=act.now
    )


def die(key: int, act: Act) -> None:
    """Record a death.

    Raises:
        StateError: If the person is dead already, or was born later.
    """
    with transaction.atomic(using=DATABASE):
        put(_living(key, act), act, "death", {"died": act.day})


def marry(key: int, act: Act, *, spouse: int) -> None:
    """Record a marriage in both persons' records.

    Raises:
        InputError: If there is no such spouse, or it is the same person.
        StateError: If one of them does not live, or is married.
    """
    if key == spouse:
        raise InputError("person-absent", found=spouse)
    with transaction.atomic(using=DATABASE):
        both = [_living(each, act) for each in (key, spouse)]
        for person, other in (both, both[::-1]):
            if person.marital == "married":
                raise StateError("person-married", found=person.pk)
            _relative(person, other, act)
            put(person, act, "marriage", {"marital": "married"}, spouse=other.pk)


def _relative(person: Person, other: Person, act: Act) -> None:
    held = {"superseded": None, "end": None, "person": other.pk}
    name = Name.objects.using(DATABASE).filter(kind="birth", **held).first()
    number = Number.objects.using(DATABASE).filter(kind="personal", **held).first()
    Relative.objects.using(DATABASE).create(
        person=person,
        kind="spouse",
        name=name.text if name else "",
        number=number.value if number else None,
        start=act.day,
        recorded=act.now,
    )


def absent(key: int, act: Act, *, until: dt.date, place: str) -> None:
    """Record that a person declared to be away for a time.

    Raises:
        InputError: If the time ends before it begins.
    """
    if until < act.day:
        raise InputError("day-order", found=until.isoformat())
    said = f"{act.day.isoformat()}/{until.isoformat()} {place}"[:200]
    with transaction.atomic(using=DATABASE):
        put(_living(key, act), act, "absence", {"absence": said})


def correct(key: int, act: Act, *, field: str, value: str, number: str = "") -> None:
    """Put right what was recorded wrongly, as if it had always been so.

    Args:
        key: The person.
        act: Who, when and why.
        field: An item of the person, or `name`.
        value: As it is written in a file; checked by the register's rules.
        number: A new personal number, where the present one tells of what was wrong; it holds from
            the day of the act.

    Raises:
        InputError: If the value breaks a rule of the field, or does not go with the others.
        StateError: If another person bears or bore the number.
    """
    if field not in CORRECTED:
        raise InputError("choice-unknown", found=field, choices=", ".join(CORRECTED))
    with transaction.atomic(using=DATABASE):
        person = known(key)
        fields = {field: checked({field: value})[field]}
        news = {"number": _number(number)} if number.strip() else {}
        fit.items(person, act.today, fields | news)
        if news:
            _bears(key, act, news["number"])
        if field == "name":
            _renamed(key, act, fields["name"], **news)
        else:
            put(person, act, "correction", fields, **news)


def _renamed(key: int, act: Act, name: str, **more: object) -> None:
    held = Name.objects.using(DATABASE).filter(person=key, kind="birth", superseded=None)
    start = held.values_list("start", flat=True).first()
    held.update(superseded=act.now)
    _name(key, act, name, start)
    note("correction", key, act, {"name": name, **more})


def home(act: Act, written: str) -> str:
    """Give the commune that a birth is kept under; one abolished since is its heir's today.

    Raises:
        InputError: If there is no such commune, or there are several.
    """
    frame = pl.DataFrame({"commune": [fit.commune(written.strip(), act.day)]})
    kept = communes.apply(rules.apply(frame, load.fields()), load.fields(), act.today)
    return str(kept["commune"][0])


def bear(act: Act, *, values: dict[str, str]) -> int:
    """Record a birth: a new person, checked as a row of a file is.

    Args:
        act: Who, when and why.
        values: Fields of the register, as in a file; a parent may be the number of their record.

    Raises:
        InputError: If a value breaks a rule.
        StateError: If another person bears the number.
    """
    if values.get("commune", "").strip():
        values = values | {"commune": fit.commune(values["commune"].strip(), act.day)}
    values, numbers = parents.named(values)
    frame = pl.DataFrame({name: [text] for name, text in values.items()})
    ruled = communes.apply(rules.apply(frame, load.fields()), load.fields(), act.today)
    judged = load.check(ruled, act.today)
    _refuse(judged)
    connection = connections[DATABASE]
    with transaction.atomic(using=DATABASE):
        whole = judged.with_columns(pl.lit(0, dtype=pl.Int64).alias(ROW))
        doubts = load.clash(connection, whole)[REVIEW][0].to_list()
        if doubts:
            raise StateError("number-borne", found=values.get("number", ""))
        origin = Origin(None, act.who, "birth", act.reason)
        key, _ = load.write(connection, whole, origin, act.now)
        parents.link(key, numbers)
        _log("birth", key, act)
    return key


def checked(values: dict[str, str]) -> dict[str, Any]:
    """Check values of some fields by the register's rules, and give them in their types.

    Raises:
        InputError: If one breaks a rule, or there is no such field.
    """
    known = {field.name: field for field in load.fields()}
    strange = sorted(set(values) - set(known))
    if strange:
        raise InputError("values-unfit", found=", ".join(strange))
    wanted: list[Field] = [known[name] for name in values]
    row = rules.apply(pl.DataFrame({name: [text] for name, text in values.items()}), wanted)
    # Of a field alone only its unit is asked; where somebody lives, of the day on which they do.
    placed = [field for field in wanted if field.unit == rules.PLACE]
    row = communes.apply(row, placed, dt.date.max)
    _refuse(row)
    return {name: row[name][0] for name in values}


def _refuse(row: pl.DataFrame) -> None:
    """Refuse a row with faults, or with what an intake would send to review."""
    lists = [name for name in (REASONS, REVIEW) if name in row.columns]
    codes = [code for name in lists for code in row[name][0].to_list()]
    if codes:
        raise InputError("values-unfit", found=fit.said(codes))


def put(person: Person, act: Act, kind: str, fields: dict[str, Any], **more: object) -> None:
    """Set items of a person by an event that was checked; the caller holds a transaction."""
    changes = {name: [plain(getattr(person, name)), plain(new)] for name, new in fields.items()}
    for name, new in fields.items():
        setattr(person, name, new)
    person.save(using=DATABASE, update_fields=list(fields))
    note(kind, person.pk, act, {"set": changes, **more})


def plain(value: Any) -> Any:
    """Give a value as an event keeps it."""
    return value.isoformat() if isinstance(value, dt.date) else value


def known(key: int) -> Person:
    """Give a person, locked: the caller holds a transaction.

    Raises:
        InputError: If there is no such person.
        StateError: If the record was merged into another.
    """
    person = Person.objects.using(DATABASE).select_for_update().filter(pk=key).first()
    if person is None:
        raise InputError("person-absent", found=key)
    if person.merged is not None:
        raise StateError("person-merged", found=key, kept=person.merged)
    return person


def _living(key: int, act: Act) -> Person:
    person = known(key)
    if person.died is not None or (person.born is not None and act.day < person.born):
        raise StateError("person-not-living", found=key, day=act.day.isoformat())
    if act.day > act.today:
        raise InputError("day-ahead", found=act.day.isoformat())
    return person


def _end(model: Any, key: int, act: Act, **which: str) -> None:
    rows = model.objects.using(DATABASE).filter(person=key, superseded=None, end=None, **which)
    history.end(rows, act.day, act.now)


def note(kind: str, key: int, act: Act, changes: dict[str, Any]) -> None:
    """Keep an event and log the writing; the caller holds a transaction."""
    Event.objects.using(DATABASE).create(
        person_id=key,
        kind=kind,
        effective=act.day,
        recorded=act.now,
        who=act.who,
        reason=act.reason[:200],
        changes=json.dumps(changes, ensure_ascii=False),
    )
    _log(kind, key, act)


def _log(kind: str, key: int, act: Act) -> None:
    access.wrote(Access.objects.using(DATABASE), [key], act, kind)


KINDS: dict[str, Callable[..., Any]] = {
    "move": move,
    "rename": rename,
    "renumber": renumber,
    "death": die,
    "marriage": marry,
    "absence": absent,
    "correction": correct,
}
