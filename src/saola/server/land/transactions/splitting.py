"""A parcel becomes several, which tile it."""

import json
from collections.abc import Sequence
from typing import Any

import shapely
import shapely.ops
from django.db import transaction

from saola.errors import InputError
from saola.server.land.transactions import newborn
from saola.server.land.transactions.standing import DATABASE, close, descend, note, standing
from saola.server.land.transactions.transfer import log
from saola.server.registries.act import Act

SLACK_M2 = 0.05
LEAST_M2 = 1.0


def cut(shape: Any, line: Any) -> list[Any]:
    """Cut a polygon along a line that crosses it.

    Raises:
        InputError: If the line leaves it in one piece.
    """
    parts = list(shapely.ops.split(shape, line).geoms)
    if len(parts) < 2:
        raise InputError("split-line", found=line.wkt[:80])
    return parts


def split(parcel: int, act: Act, *, parts: Sequence[Any]) -> list[int]:
    """Split a parcel; each part is a parcel with a code of its own and the same holders.

    Args:
        parcel: The parcel.
        act: Who, when and why.
        parts: Polygons in metres of its zone.

    Returns:
        The keys of the new parcels, in the order of the parts.

    Raises:
        InputError: If the parts do not tile the parcel.
        StateError: If a mortgage or block lies on the unit.
    """
    with transaction.atomic(using=DATABASE):
        found = standing(parcel, act)
        found.free()
        _tile(found.shape, parts)
        made = [newborn.make(part, found, act) for part in parts]
        close(found, act)
        entry = note("split", found.unit, act, json.dumps({"parcel": parcel, "into": made}))
        descend([parcel], made, entry)
        log(list(found.shares), act, "split")
    return made


def _tile(shape: Any, parts: Sequence[Any]) -> None:
    if not shape.is_valid:
        raise InputError("shape-unsound", found=shape.wkt[:80])
    if len(parts) < 2:
        raise InputError("split-parts", found=len(parts))
    for part in parts:
        if part.geom_type != "Polygon" or not part.is_valid or part.area < LEAST_M2:
            raise InputError("shape-unsound", found=part.wkt[:80])
    lacking = shape.symmetric_difference(shapely.union_all(parts)).area
    twice = sum(part.area for part in parts) - shapely.union_all(parts).area
    if lacking > SLACK_M2 or twice > SLACK_M2:
        raise InputError("split-tiling", found=f"{max(lacking, twice):.2f}")
