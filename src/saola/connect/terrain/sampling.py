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
    """A `Ground` as the kernel takes it, its grids row after row; see `Terrain` and `Ground`."""

    heights: NDArray[np.float32]
    clutter: NDArray[np.float32]
    zone: NDArray[np.int8]
    rows: int
    columns: int
    west: float
    north: float
    step_lon: float
    step_lat: float


class Arc(NamedTuple):
    """A great circle between two places.

    Attributes:
        start: The unit vector of its start.
        end: The unit vector of its end.
        angle: Between both, radians.
    """

    start: tuple[float, float, float]
    end: tuple[float, float, float]
    angle: float


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
        np.ascontiguousarray(t.heights_m, np.float32).ravel(),
        np.ascontiguousarray(ground.clutter_m, np.float32).ravel(),
        np.ascontiguousarray(ground.zone, np.int8).ravel(),
        t.heights_m.shape[0],
        t.heights_m.shape[1],
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
def arc_of(a: Place, b: Place, d: float) -> Arc:
    """Give the great circle from `a` to `b`, `d` km long."""
    ca, cb = cos(a[0] * RAD), cos(b[0] * RAD)
    start = (ca * cos(a[1] * RAD), ca * sin(a[1] * RAD), sin(a[0] * RAD))
    end = (cb * cos(b[1] * RAD), cb * sin(b[1] * RAD), sin(b[0] * RAD))
    return Arc(start, end, max(d / EARTH_KM, 1e-12))


@compiled
def on_arc(arc: Arc, share: float) -> Place:
    """Give the place at a share of a great circle, counted from its start."""
    one = 1.0 / sin(arc.angle)
    wa, wb = sin((1.0 - share) * arc.angle) * one, sin(share * arc.angle) * one
    x = wa * arc.start[0] + wb * arc.end[0]
    y = wa * arc.start[1] + wb * arc.end[1]
    z = wa * arc.start[2] + wb * arc.end[2]
    return atan2(z, sqrt(x * x + y * y)) / RAD, atan2(y, x) / RAD


@compiled
def along(a: Place, b: Place, d: float, share: float) -> Place:
    """Give the place at a share of the great circle from `a` to `b`, `d` km long."""
    return on_arc(arc_of(a, b, d), share)


@compiled
def _row_column(c: Cells, place: Place) -> Place:
    """Give a place in rows and columns of the grid, as fractions."""
    east = (place[1] - c.west) % 360.0
    if east > 359.999999:
        east = 0.0
    return (c.north - place[0]) / c.step_lat, east / c.step_lon


@compiled_loop
def _fill_heights(c: Cells, start: Place, step: Place, span: tuple[int, int], out: Lines) -> None:
    """Fill the heights of points `span[0]` to `span[1]`, straight in rows and columns."""
    one, next_row = np.uint64(1), np.uint64(c.columns)  # unsigned: no index counts from the end
    for i in range(span[0], span[1]):
        row = start[0] + step[0] * (i - span[0])
        column = start[1] + step[1] * (i - span[0])
        r = min(max(int(row), 0), c.rows - 2)
        k = min(max(int(column), 0), c.columns - 2)
        down, right = row - r, column - k
        corner = np.uint64(r * c.columns + k)
        below = corner + next_row
        top = c.heights[corner] + right * (c.heights[corner + one] - c.heights[corner])
        low = c.heights[below] + right * (c.heights[below + one] - c.heights[below])
        out.ground[i] = top + down * (low - top)


@compiled_loop
def _fill_cover(c: Cells, start: Place, step: Place, span: tuple[int, int], out: Lines) -> None:
    """Fill surface and zone from the nearest grid points, as `_fill_heights` does heights."""
    for i in range(span[0], span[1]):
        r = int(start[0] + step[0] * (i - span[0]) + 0.5)
        k = int(start[1] + step[1] * (i - span[0]) + 0.5)
        r, k = min(max(r, 0), c.rows - 1), min(max(k, 0), c.columns - 1)
        nearest = np.uint64(r * c.columns + k)
        out.surface[i] = out.ground[i] + c.clutter[nearest]
        out.zone[i] = c.zone[nearest]


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
    here, arc = _row_column(c, a), arc_of(a, b, d)
    for first in range(0, points - 1, size):
        last = min(first + size, points - 1)
        there = _row_column(c, on_arc(arc, last / (points - 1)))
        count = last - first
        slope = (there[0] - here[0]) / count, (there[1] - here[1]) / count
        span = (first, last + 1 if last == points - 1 else last)
        _fill_heights(c, here, slope, span, out)
        _fill_cover(c, here, slope, span, out)
        here = there
