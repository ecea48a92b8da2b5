"""The register was wrong: what it said is superseded, not ended."""

import json
from typing import Any

import polars as pl
import shapely
from django.conf import settings
from django.db import transaction

from saola.errors import InputError
from saola.server.land import geometry, land_types
from saola.server.land.models import Parcel, Version
from saola.server.land.transactions.newborn import drawn, enter, refuse_taken
from saola.server.land.transactions.standing import DATABASE, Standing, note, standing
from saola.server.land.transactions.transfer import log
from saola.server.registries.act import Act

FIELDS = ("sheet", "number", "land_type", "documented")


def correct(parcel: int, act: Act, *, shape: Any = None, **changes: Any) -> None:
    """Correct a parcel's shape or its columns `FIELDS`; since when it holds stays.

    The code stays; a parcel without one, whose ring is sound now, gets it.

    Raises:
        InputError: If nothing changes, the shape is not sound, or a value makes no sense.
        StateError: If another parcel bears the key.
    """
    with transaction.atomic(using=DATABASE):
        found = standing(parcel, act)
        new = _changed(found, changes)
        if shape is not None:
            new |= _reshaped(found, shape)
        if not new:
            raise InputError("correction-empty", found=parcel)
        told = {
            name: [str(getattr(found.version, name)), str(value)] for name, value in new.items()
        }
        told = {name: both for name, both in told.items() if name != "geometry"}
        _supersede(found.version, new, act)
        note("correction", found.unit, act, json.dumps(told, ensure_ascii=False))
        log(list(found.shares), act, "correction")


def _changed(found: Standing, changes: dict[str, Any]) -> dict[str, Any]:
    old = found.version
    new = {
        name: changes[name]
        for name in FIELDS
        if name in changes and changes[name] != getattr(old, name)
    }
    if "land_type" in new:
        known = land_types.codes(settings.HOME)
        parts = str(new["land_type"]).split("+")
        if not all(part in known for part in parts):
            raise InputError("land-type-unknown", found=new["land_type"])
        new["land_list"] = known[parts[0]]
    if new.get("documented") is not None and not 0 < new["documented"] < 1e12:
        raise InputError("amount-range", found=new["documented"])
    if "sheet" in new or "number" in new:
        sheet, number = new.get("sheet", old.sheet), new.get("number", old.number)
        if not sheet or not number or "/" in sheet + number:
            raise InputError("key-nonsense", found=f"{sheet}/{number}")
        new["key"] = f"{old.commune}/{sheet}/{number}"
        refuse_taken(new["key"])
    return new


def _reshaped(found: Standing, shape: Any) -> dict[str, Any]:
    if shape.geom_type != "Polygon" or not shape.is_valid or shape.area <= 0:
        raise InputError("shape-unsound", found=shape.wkt[:80])
    if shape.equals_exact(found.shape):
        return {}
    if not found.parcel.code:
        wkb = pl.Series([shapely.to_wkb(shape)], dtype=pl.Binary)
        code = geometry.minted(wkb, pl.Series([found.version.epsg]))[0]
        Parcel.objects.using(DATABASE).filter(pk=found.parcel.pk).update(code=code)
    return drawn(shape, found.version.epsg)


def _supersede(old: Version, new: dict[str, Any], act: Act) -> None:
    Version.objects.using(DATABASE).filter(pk=old.pk).update(superseded=act.now)
    old.pk, old.recorded = None, act.now
    for name, value in new.items():
        setattr(old, name, value)
    enter(old)
