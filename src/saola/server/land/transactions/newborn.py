"""A parcel that comes of others: its key, its code, its first version and its rights."""

from typing import Any

import polars as pl
import shapely
from django.db import IntegrityError, connections, transaction

from saola.cadastre import zones
from saola.errors import StateError
from saola.server.land import geometry
from saola.server.land.models import Counter, Parcel, Unit, Version
from saola.server.land.transactions.standing import DATABASE, KNOWN, Standing, hold, whole
from saola.server.registries import bulk
from saola.server.registries.act import Act


def make(shape: Any, like: Standing, act: Act, *, number: str = "") -> int:
    """Make a parcel with a unit of its own; commune, sheet, type and rights as another's.

    Args:
        shape: Its polygon, metres of the other's zone.
        like: The parcel whose holders hold it.
        act: Who, when and why.
        number: Its number on the sheet; by default the next free one.

    Returns:
        The new parcel's key.
    """
    connection = connections[DATABASE]
    old = like.version
    number = number or next_number(old.commune, old.sheet)
    refuse_taken(f"{old.commune}/{old.sheet}/{number}")
    wkb = pl.Series([shapely.to_wkb(shape)], dtype=pl.Binary)
    code = geometry.minted(wkb, pl.Series([old.epsg]))[0]
    key = bulk.keys(connection, Counter, "parcel", 1)
    unit = bulk.keys(connection, Counter, "unit", 1)
    Unit.objects.using(DATABASE).create(id=unit)
    Parcel.objects.using(DATABASE).create(id=key, code=code)
    version = Version(
        parcel_id=key,
        unit_id=unit,
        commune=old.commune,
        sheet=old.sheet,
        number=number,
        key=f"{old.commune}/{old.sheet}/{number}",
        land_type=old.land_type,
        land_list=old.land_list,
        start=act.day,
        recorded=act.now,
        **drawn(shape, old.epsg),
    )
    enter(version)
    for right in like.rights:
        if right.party_id is not None:
            hold(unit, act, right, right.party_id, like.shares[right.party_id])
    if like.rights:
        whole(unit)
    return key


def enter(version: Version) -> None:
    """Enter a version whose key was free when it was looked up.

    Raises:
        StateError: If another transaction took the key meanwhile.
    """
    try:
        with transaction.atomic(using=DATABASE):
            version.save(using=DATABASE, force_insert=True)
    except IntegrityError as error:
        raise StateError("key-taken", found=version.key) from error


def drawn(shape: Any, epsg: int) -> dict[str, Any]:
    """Give the columns of a version that follow from its shape."""
    west, south, east, north = zones.box_to_wgs84(shapely.bounds([shape]), epsg=epsg)[0].tolist()
    return {
        "area": shape.area,
        "epsg": epsg,
        "geometry": shapely.to_wkb(shape),
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }


def next_number(commune: str, sheet: str) -> str:
    """Give the number after the highest that any parcel of a sheet has or had."""
    rows = Version.objects.using(DATABASE).filter(commune=commune, sheet=sheet)
    taken = [int(number) for number in rows.values_list("number", flat=True) if number.isdigit()]
    return str(max(taken, default=0) + 1)


def refuse_taken(key: str) -> None:
    """Refuse an older key that a living parcel bears.

    Raises:
        StateError: If one does.
    """
    if Version.objects.using(DATABASE).filter(key=key, **KNOWN).exists():
        raise StateError("key-taken", found=key)
