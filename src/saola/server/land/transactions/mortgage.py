"""Burdens on a unit: mortgages and restrictions, laid on and lifted."""

import datetime as dt
import json
from decimal import Decimal

from django.db import transaction

from saola.errors import InputError, StateError
from saola.server.land.models import Party, Right
from saola.server.land.transactions.standing import (
    BLOCKED,
    DATABASE,
    KNOWN,
    Standing,
    note,
    standing,
)
from saola.server.land.transactions.transfer import log
from saola.server.registries import history
from saola.server.registries.act import Act

RESTRICTIONS = (BLOCKED, "planning", "road", "water", "heritage", "other")


def mortgage(
    parcel: int, act: Act, *, lender: int, amount: Decimal | None = None, currency: str = "VND"
) -> int:
    """Mortgage a parcel's unit, and give the key of the mortgage.

    Raises:
        InputError: If there is no such lender, or the amount is not above zero.
        StateError: If the unit has no holder, is blocked, or is mortgaged to this lender already.
    """
    if amount is not None and not (amount.is_finite() and amount > 0):
        raise InputError("amount-range", found=amount)
    with transaction.atomic(using=DATABASE):
        found = standing(parcel, act)
        if not Party.objects.using(DATABASE).filter(pk=lender).exists():
            raise InputError("party-absent", found=lender)
        _refuse(found, lender)
        made = _lay(found, act, "mortgage", "mortgage", party=lender, amount=amount)
        if amount is not None:
            made.currency = currency
            made.save(using=DATABASE)
        note("mortgage", found.unit, act, json.dumps({"lender": lender}))
        log([lender, *found.shares], act, "mortgage")
    return int(made.pk)


def _refuse(found: Standing, lender: int) -> None:
    if not found.rights:
        raise StateError("holder-none", found=found.version.key)
    for burden in found.burdens:
        if burden.type == BLOCKED:
            raise StateError("parcel-blocked", found=found.version.key)
        if burden.kind == "mortgage" and burden.party_id == lender:
            raise StateError("parcel-mortgaged", found=found.version.key)


def discharge(parcel: int, act: Act, *, mortgage: int) -> None:
    """End a mortgage.

    Raises:
        StateError: If no such mortgage lies on the unit.
    """
    _end(parcel, act, "mortgage", mortgage, "discharge")


def restrict(parcel: int, act: Act, *, type: str, until: dt.date | None = None) -> int:  # noqa: A002  (the column's name)
    """Lay a restriction on a parcel's unit, and give its key; `blocked` bars every transaction.

    Raises:
        InputError: If the type is not one of `RESTRICTIONS`.
    """
    if type not in RESTRICTIONS:
        raise InputError("choice-unknown", found=type, choices=", ".join(RESTRICTIONS))
    with transaction.atomic(using=DATABASE):
        found = standing(parcel, act)
        made = _lay(found, act, "restriction", type, until=until)
        note("restrict", found.unit, act, json.dumps({"type": type}))
        log(list(found.shares), act, "restrict")
    return int(made.pk)


def lift(parcel: int, act: Act, *, restriction: int) -> None:
    """End a restriction.

    Raises:
        StateError: If no such restriction lies on the unit.
    """
    _end(parcel, act, "restriction", restriction, "lift")


def _lay(  # each is a column
    found: Standing,
    act: Act,
    kind: str,
    type_: str,
    *,
    party: int | None = None,
    amount: Decimal | None = None,
    until: dt.date | None = None,
) -> Right:
    return Right.objects.using(DATABASE).create(
        unit_id=found.unit,
        party_id=party,
        kind=kind,
        type=type_,
        amount=amount,
        until=until,
        start=act.day,
        recorded=act.now,
    )


def _end(parcel: int, act: Act, kind: str, key: int, name: str) -> None:
    with transaction.atomic(using=DATABASE):
        found = standing(parcel, act)
        rows = Right.objects.using(DATABASE).filter(unit=found.unit, kind=kind, pk=key, **KNOWN)
        row = rows.first()
        if row is None:
            raise StateError("burden-absent", found=key)
        if row.start is not None and act.day < row.start:
            raise StateError("day-before", found=act.day.isoformat(), start=row.start.isoformat())
        history.end(rows, act.day, act.now)
        note(name, found.unit, act, json.dumps({kind: key}))
        log([*filter(None, [row.party_id]), *found.shares], act, name)
