"""Neighbouring parcels of the same holders become one."""

import json
from collections.abc import Sequence
from typing import Any

import shapely
from django.db import transaction

from saola.errors import InputError, StateError
from saola.server.land.transactions import newborn
from saola.server.land.transactions.standing import (
    DATABASE,
    Standing,
    close,
    descend,
    note,
    standing,
)
from saola.server.land.transactions.transfer import log
from saola.server.registries.act import Act

GRID_M = 0.001


def merge(parcels: Sequence[int], act: Act) -> int:
    """Merge parcels that touch, of one sheet, land type, zone and the same holders and shares.

    Returns:
        The key of the new parcel, which has a code of its own.

    Raises:
        InputError: If they are fewer than two, or named twice.
        StateError: If they do not touch, differ in what they must share, or are burdened.
    """
    if len(set(parcels)) < 2 or len(set(parcels)) != len(parcels):
        raise InputError("merge-few", found=", ".join(map(str, parcels)))
    with transaction.atomic(using=DATABASE):
        found = [standing(parcel, act) for parcel in sorted(parcels)]
        for each in found:
            each.free()
        _alike(found)
        made = newborn.make(_joined(found), found[0], act)
        for each in found:
            close(each, act)
        for unit in sorted({each.unit for each in found}):
            changes = json.dumps({"parcels": sorted(parcels), "into": made})
            entry = note("merge", unit, act, changes)
        descend(sorted(parcels), [made], entry)
        log(list(found[0].shares), act, "merge")
    return made


def _alike(found: Sequence[Standing]) -> None:
    first = found[0]
    for each in found[1:]:
        for name in ("commune", "sheet", "land_type", "epsg"):
            one, other = getattr(first.version, name), getattr(each.version, name)
            if one != other:
                raise StateError("merge-differ", found=f"{one}, {other}", what=name)
        if first.shares != each.shares:
            raise StateError("merge-differ", found=each.version.key, what="holders")


def _joined(found: Sequence[Standing]) -> Any:
    shapes = [each.shape for each in found]
    if not all(shape.is_valid for shape in shapes):
        raise InputError("shape-unsound", found=found[0].version.key)
    joined = shapely.union_all(shapes, grid_size=GRID_M)
    if joined.geom_type != "Polygon":
        raise StateError("merge-apart", found=", ".join(each.version.key for each in found))
    return joined
