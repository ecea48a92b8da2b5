"""The border: nothing is built beyond it, and no hop crosses it."""

from pathlib import Path
from typing import Any

import numpy as np

from saola.connect.distances import Flags, Floats
from saola.connect.intake.columns import existing
from saola.errors import InputError
from saola.units import shapes


def read_border(path: Path) -> Any:
    """Read the area a plan may build in: the union of all areas of a layer, as shapely gives it.

    Raises:
        InputError: If the file holds no area, or its coordinates are not degrees.
    """
    import shapely  # noqa: PLC0415  (an extra)

    found = [one.geometry for one in shapes.read(existing(path)) if one.geometry is not None]
    areas = [shapely.make_valid(one) for one in found if one.area > 0]
    if not areas:
        raise InputError("connect-no-area", where=path.name, found=len(found))
    whole = shapely.union_all(areas)
    west, south, east, north = whole.bounds
    if max(abs(west), abs(east)) > 360 or max(abs(south), abs(north)) > 90:
        raise InputError("connect-projection", where=path.name, found=[west, south])
    shapely.prepare(whole)
    return whole


def inside(border: Any, lat: Floats, lon: Floats) -> Flags:
    """Tell which points a border holds; None holds all."""
    if border is None:
        return np.ones(len(lat), dtype=bool)
    import shapely  # noqa: PLC0415  (an extra)

    flags: Flags = shapely.contains_xy(border, lon, lat)
    return flags


def crossing(border: Any, start: Floats, end: Floats) -> Flags:
    """Tell which straight lines leave a border.

    Args:
        border: A shapely area, or None.
        start: (latitude, longitude) where each line begins, shape (lines, 2).
        end: The same where it ends.
    """
    if border is None or not len(start):
        return np.zeros(len(start), dtype=bool)
    import shapely  # noqa: PLC0415  (an extra)

    lines = shapely.linestrings(np.stack((start[:, ::-1], end[:, ::-1]), axis=1))
    flags: Flags = ~shapely.covers(border, lines)
    return flags
