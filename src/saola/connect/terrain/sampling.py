"""Profiles cut out of a grid: bilinear heights along great circles.

A path is placed exactly at knots five kilometres apart or less and straight in longitude and
latitude between them, which leaves the great circle by at most 0.5 m · tan(latitude).
"""

from math import asin, atan2, ceil, cos, pi, sin, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from saola.connect.compiled import compiled, compiled_loop
from saola.connect.terrain.ground import Ground

RAD = pi / 180.0
EARTH_KM = 6371.0
KNOT_KM = 5.0
LEAST_POINTS = 3
Place = tuple[float, float]  # latitude and longitude, degrees


class Cells(NamedTuple):
    """A `Ground` as the kernel takes it; see `Terrain` and `Ground`."""

    heights: NDArray[np.float32]
    clutter: NDArray[np.float32]
    zone: NDArray[np.int8]
    west: float
    north: float
    step_lon: float
    step_lat: float


class Lines(NamedTuple):
    """Room for one profile: km, m, m and zone, each (n,)."""

    distance: NDArray[np.float64]
    ground: NDArray[np.float64]
    surface: NDArray[np.float64]
    zone: NDArray[np.int8]


def cells_of(ground: Ground) -> Cells:
    """Give ground in the kernel's form."""
    t = ground.terrain
    return Cells(
        np.ascontiguousarray(t.heights_m, np.float32),
        np.ascontiguousarray(ground.clutter_m, np.float32),
        np.ascontiguousarray(ground.zone, np.int8),
        t.west, t.north, t.step_lon, t.step_lat,
    )  # fmt: skip


def room_for(points: int) -> Lines:
    """Make room for a profile of so many points."""
    return Lines(np.empty(points), np.empty(points), np.empty(points), np.empty(points, np.int8))


@compiled
def distance_km(a: Place, b: Place) -> float:
    """Give the length of the great circle between two places, km (haversine)."""
    north = sin(0.5 * (b[0] - a[0]) * RAD) ** 2
    east = sin(0.5 * (b[1] - a[1]) * RAD) ** 2
    return 2.0 * EARTH_KM * asin(min(sqrt(north + cos(a[0] * RAD) * cos(b[0] * RAD) * east), 1.0))


@compiled
def points_of(d: float, step: float) -> int:
    """Give the number of points of a profile `d` km long with steps of at most `step` km."""
    return max(int(ceil(d / step - 1e-9)) + 1, LEAST_POINTS)  # noqa: RUF046  (Numba's is a float)


@compiled
def along(a: Place, b: Place, d: float, share: float) -> Place:
    """Give the place at a share of the great circle from `a` to `b`, `d` km long."""
    arc = d / EARTH_KM
    if arc < 1e-9:
        return a
    wa, wb = sin((1.0 - share) * arc) / sin(arc), sin(share * arc) / sin(arc)
    ca, cb = cos(a[0] * RAD), cos(b[0] * RAD)
    x = wa * ca * cos(a[1] * RAD) + wb * cb * cos(b[1] * RAD)
    y = wa * ca * sin(a[1] * RAD) + wb * cb * sin(b[1] * RAD)
    z = wa * sin(a[0] * RAD) + wb * sin(b[0] * RAD)
    return atan2(z, sqrt(x * x + y * y)) / RAD, atan2(y, x) / RAD


@compiled
def _row_column(c: Cells, place: Place) -> Place:
    """Give a place in rows and columns of the grid, as fractions."""
    east = (place[1] - c.west) % 360.0
    if east > 359.999999:
        east = 0.0
    return (c.north - place[0]) / c.step_lat, east / c.step_lon


@compiled_loop
def _fill_stretch(c: Cells, start: Place, step: Place, span: tuple[int, int], out: Lines) -> None:
    """Fill points `span[0]` to `span[1]` of a profile, straight in rows and columns."""
    rows, columns = c.heights.shape
    for i in range(span[0], span[1]):
        row = start[0] + step[0] * (i - span[0])
        column = start[1] + step[1] * (i - span[0])
        r = min(max(int(row), 0), rows - 2)
        k = min(max(int(column), 0), columns - 2)
        down, right = row - r, column - k
        top = c.heights[r, k] + right * (c.heights[r, k + 1] - c.heights[r, k])
        low = c.heights[r + 1, k] + right * (c.heights[r + 1, k + 1] - c.heights[r + 1, k])
        height = top + down * (low - top)
        r, k = r + int(down + 0.5), k + int(right + 0.5)
        out.ground[i] = height
        out.surface[i] = height + c.clutter[r, k]
        out.zone[i] = c.zone[r, k]


@compiled
def cut_profile(c: Cells, a: Place, b: Place, shape: tuple[int, float], out: Lines) -> None:
    """Write the profile from `a` to `b` into `out`.

    Args:
        c: The ground.
        a: Latitude and longitude of the transmitter, degrees.
        b: Of the receiver.
        shape: Number of points, and the path's length in km.
        out: Room for that many points at least.
    """
    points, d = shape
    step = d / (points - 1)
    for i in range(points):
        out.distance[i] = step * i
    stretches = max(ceil(d / KNOT_KM), 1)
    size = ceil((points - 1) / stretches)
    here = _row_column(c, a)
    for first in range(0, points - 1, size):
        last = min(first + size, points - 1)
        there = _row_column(c, along(a, b, d, last / (points - 1)))
        count = last - first
        slope = (there[0] - here[0]) / count, (there[1] - here[1]) / count
        _fill_stretch(c, here, slope, (first, last + (1 if last == points - 1 else 0)), out)
        here = there
