"""Parcels' records as scans and marks reach them."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Max

from saola.server.identity.models import Account, PersonNumber
from saola.server.land import digitised, record
from saola.server.land.models import Access, Mark, Right, Scan, Transaction, Version
from saola.server.registries.records import Records

DATABASE = record.DATABASE
GROUND = "Land Law 31/2024/QH15, Art. 165"
LIVING: dict[str, None] = {"superseded": None, "end": None}


def records() -> Records:
    """Give them."""
    return Records(
        name=DATABASE,
        scan=Scan,
        mark=Mark,
        log=Access,
        read=record.read,
        page="parcel",
        ground=GROUND,
        homes=homes,
        subjects=holders,
        find=find,
        changed=changed,
        counts=digitised.counts,
        own=_own,
        standing=int,
        example="VNM.C.20194_12_17_p2.tif",
    )


def homes(keys: list[int]) -> dict[int, str | None]:
    """Give the communes of some living parcels; others are left out."""
    rows = Version.objects.using(DATABASE).filter(parcel__in=keys, **LIVING)
    return dict(rows.values_list("parcel_id", "commune"))


def holders(keys: list[int]) -> list[int]:
    """Give the parties that hold some parcels."""
    units = Version.objects.using(DATABASE).filter(parcel__in=keys, **LIVING).values("unit")
    rows = Right.objects.using(DATABASE).filter(
        unit__in=units, kind="right", party__isnull=False, **LIVING
    )
    return sorted(set(rows.values_list("party_id", flat=True)))


def find(texts: Iterable[str]) -> dict[str, list[int]]:
    """Give the living parcels of some codes or older keys.

    Args:
        texts: Codes, or commune, sheet and number joined by `_` (a file's name has no `/`).
    """
    wanted = {text.replace("_", "/"): text for text in texts}
    codes = {text.lower(): text for text in wanted.values()}
    rows = Version.objects.using(DATABASE).filter(**LIVING)
    by_code = rows.filter(parcel__code__in=list(codes)).values_list("parcel__code", "parcel_id")
    by_key = rows.filter(key__in=list(wanted)).values_list("key", "parcel_id")
    found: dict[str, set[int]] = {}
    for code, key in by_code:
        found.setdefault(codes[code], set()).add(key)
    for older, key in by_key:
        found.setdefault(wanted[older], set()).add(key)
    return {text: sorted(keys) for text, keys in found.items()}


def changed(key: int) -> dt.datetime | None:
    """Give when something last happened to a parcel's unit."""
    units = Version.objects.using(DATABASE).filter(parcel=key, **LIVING).values("unit")
    rows = Transaction.objects.using(DATABASE).filter(unit__in=units)
    last: dt.datetime | None = rows.aggregate(last=Max("recorded"))["last"]
    return last


def _own(account: Account) -> list[int]:
    """Give the parcels that an officer holds."""
    number = PersonNumber.objects.filter(account=account, end=None).first()
    if number is None:
        return []
    held = Right.objects.using(DATABASE).filter(kind="right", party__number=number.number, **LIVING)
    rows = Version.objects.using(DATABASE).filter(unit__in=held.values("unit"), **LIVING)
    return list(rows.values_list("parcel_id", flat=True))
