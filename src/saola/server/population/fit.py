"""Whether what an event sets fits the person and the units: the rules of an intake, in words."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import polars as pl

from saola.errors import InputError
from saola.server.population import load
from saola.server.population.models import Number, Person
from saola.server.registries import communes, known, words
from saola.server.registries.rules import REASONS

DATABASE = "population"
_TYPES = {"number": pl.String, "born": pl.Date, "sex": pl.String, "died": pl.Date}
_OF_NUMBER = "number-"


def said(codes: Iterable[str]) -> str:
    """Say codes of the rules in words of the language in use."""
    register = known.get(DATABASE)
    return "; ".join(words.reason(register, code) for code in codes)


def number_of(person: Person) -> str | None:
    """Give the personal number that a person bears now."""
    held = Number.objects.using(DATABASE).filter(
        person=person.pk, kind="personal", superseded=None, end=None
    )
    return held.values_list("value", flat=True).first()


def items(person: Person, today: dt.date, changed: dict[str, Any]) -> None:
    """Refuse new values that do not go with the person's others.

    A fault that the record had before is no reason: who mends one item need not mend all.

    Args:
        person: As the register knows them.
        today: No birth or death is later.
        changed: Items, and `number` where there is a new one.

    Raises:
        InputError: If they break a rule that needs several fields.
    """
    if not _TYPES.keys() & changed.keys():
        return
    was = {name: getattr(person, name, None) for name in _TYPES} | {"number": number_of(person)}
    before, after = (
        load.check(pl.DataFrame([row], schema=_TYPES), today)[REASONS][0].to_list()
        for row in (was, {name: changed.get(name, old) for name, old in was.items()})
    )
    new = [code for code in after if "number" in changed or code not in before]
    if new and all(code.startswith(_OF_NUMBER) for code in new):
        code = "number-unfit" if "number" in changed else "item-against-number"
        number = changed.get("number", was["number"])
        raise InputError(code, found=number, faults=said(new))
    if new:
        raise InputError("values-unfit", found=said(new))


def asks_number(person: Person, today: dt.date, changed: dict[str, Any]) -> bool:
    """Tell whether new values go with the person's others, but for the personal number."""
    try:
        items(person, today, changed)
    except InputError as error:
        return error.code == "item-against-number"
    return False


def commune(written: str, day: dt.date) -> str:
    """Give the code of the commune that is meant; where the workspace knows none, what is written.

    Args:
        written: A code, an official number, or a name, after which may stand the units it lies in.
        day: When somebody lives there; a commune of today will do, too.

    Raises:
        InputError: If there is no such commune, or there are several.
    """
    units = communes.known()
    if not units:
        return written
    found = [unit for unit in units.commune(written) if unit.exists(day) or unit.exists()]
    if len(found) != 1:
        near = communes.named(found or units.near(written, day)) or "–"
        raise InputError("commune-unknown", found=written, near=near)
    return found[0].code
