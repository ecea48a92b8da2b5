"""The land register for other agencies and for holders: found by code, key or number, and read."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from saola import language
from saola.errors import InputError
from saola.language import text
from saola.server.land import land_types, record
from saola.server.land.models import Access, Party, Right, Version
from saola.server.registries import access, scans
from saola.server.registries.grants import Grant, Reader
from saola.server.registries.known import Own
from saola.server.registries.places import with_parent
from saola.server.registries.served import Served
from saola.server.registries.when import When

DATABASE = "land"
PARCEL = "parcel"
LIVING: dict[str, None] = {"superseded": None, "end": None}
UNNUMBERED = ""  # a holder without a number, who can have agreed to nothing
_FACTS = ("key", "commune", "sheet", "number", "land_type", "documented", "area", "epsg")


def served() -> Served:
    """Give the register as the API serves it."""
    return Served(
        code="land",
        title="Land register",
        fields=record.FIELDS - {scans.FIELD} | {PARCEL},
        keys={"code": PARCEL, "key": PARCEL, "number": "numbers"},
        find=find,
        read=_read,
        subjects=_holders,
    )


def find(wanted: Mapping[str, str], most: int) -> list[int]:
    """Give the living parcels that bear a code or older key, or that a number's bearer holds.

    Raises:
        InputError: If none of them is given.
    """
    rows = Version.objects.using(DATABASE).filter(**LIVING).order_by("id")
    if code := wanted.get("code"):
        rows = rows.filter(parcel__code=code.strip().lower())
    if key := wanted.get("key"):
        rows = rows.filter(key=key.strip())
    if number := wanted.get("number"):
        rows = rows.filter(unit__in=_held(number.strip()).values("unit"))
    if not wanted:
        raise InputError("search-too-wide", found="")
    return list(dict.fromkeys(rows.values_list("parcel_id", flat=True)[:most]))


def _held(number: str) -> Any:
    return Right.objects.using(DATABASE).filter(kind="right", party__number=number, **LIVING)


def _holders(keys: list[int]) -> dict[int, frozenset[str]]:
    """Give the numbers of all who hold each parcel."""
    versions = Version.objects.using(DATABASE).filter(parcel__in=keys, **LIVING)
    units = dict(versions.values_list("parcel_id", "unit_id"))
    rights = Right.objects.using(DATABASE).filter(
        unit__in=set(units.values()), kind="right", **LIVING
    )
    listed = list(rights.values_list("unit_id", "party__number"))
    return {
        key: frozenset(number or UNNUMBERED for held, number in listed if held == unit)
        for key, unit in units.items()
    }


def _read(
    keys: list[int], reader: Reader, purpose: str, fields: frozenset[str]
) -> dict[int, dict[str, Any]]:
    when = When(now=timezone.now())
    return {
        key: _told(
            record.read(key, reader=reader, purpose=purpose, fields=fields, when=when), fields
        )
        for key in keys
    }


def _told(found: dict[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    """Write what was read of a parcel as plain values, the granted fields alone."""
    version = found["version"]
    holders = found.get("holders", [])
    told = {
        PARCEL: {"code": version.parcel.code, "living": found["living"]}
        | {name: getattr(version, name) for name in _FACTS},
        "holders": [_holder(each) for each in holders],
        "numbers": found.get("numbers", []),
        "burdens": [_columns(each, _BURDEN) for each in found.get("burdens", [])],
        "certificates": [_columns(each, _PAPER) for each in found.get("certificates", [])],
        "transactions": [_columns(each, _ENTRY) for each in found.get("transactions", [])],
    }
    return {name: value for name, value in told.items() if name in fields}


_BURDEN = ("kind", "type", "amount", "currency", "start", "until")
_PAPER = ("serial", "generation", "start")
_ENTRY = ("kind", "effective", "recorded", "reason")


def _columns(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _holder(row: dict[str, Any]) -> dict[str, Any]:
    party, right = row["party"], row["right"]
    return {
        "name": party.name,
        "kind": party.kind,
        "share": str(row["share"]),
        "start": right.start,
        "until": right.until,
    }


def own(number: str, who: str, grant: Grant) -> Own:
    """Give a person what they hold and who read it; that they looked is logged.

    Args:
        number: The person's number.
        who: Their account.
        grant: Under which they see their own data.
    """
    now = timezone.now()
    rights = list(_held(number).order_by("id"))
    shares = {right.unit_id: Fraction(right.share_n, right.share_d) for right in rights}
    log = Access.objects.using(DATABASE)
    parties = Party.objects.using(DATABASE).filter(number=number).values_list("pk", flat=True)
    with transaction.atomic(using=DATABASE):
        rows = access.readings(log, parties)
        keys = sorted({right.party_id for right in rights if right.party_id is not None})
        reader = Reader(who, "", (grant,))
        access.read(log, keys, reader=reader, grant=grant, fields={"holders"}, now=now)
    versions = Version.objects.using(DATABASE).filter(unit__in=list(shares), **LIVING)
    listed = [_line(each, shares[each.unit_id]) for each in versions.order_by("key")]
    return Own("Land that I hold", listed, rows)


def _line(version: Version, share: Fraction) -> str:
    land_type = land_types.said(version.land_type, version.land_list, settings.HOME)
    place = f"{with_parent(version.commune)}, {version.sheet or language.DASH}/{version.number}"
    parts = [place, land_type, f"{language.number(version.area, decimals=0)} m²"]
    if share != 1:
        parts.append(f"{text('Share')} {share}")
    return " · ".join(parts)
