"""Polygons out of WKB columns, as Parquet files keep them, without an object each."""

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import polars as pl
import shapely
from numba import njit
from numpy.typing import NDArray

from saola.cadastre.shapes import Shapes

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
_HEAD = np.frombuffer(b"\x01\x03\x00\x00\x00", dtype=np.uint8)


@njit(cache=True, nogil=True)
def _u32(data: Bytes, place: int) -> int:
    value = 0
    for shift in range(4):
        value += int(data[place + shift]) << (8 * shift)
    return value


@njit(cache=True, nogil=True)
def _count(data: Bytes, starts: Ints, head: Bytes) -> tuple[int, int]:
    """Count rings and points; -1 rings where a row is no little-endian plane polygon."""
    rings, points = 0, 0
    for row in range(len(starts) - 1):
        place = starts[row]
        if starts[row + 1] - place < 9:
            return -1, row
        for step in range(5):
            if data[place + step] != head[step]:
                return -1, row
        size = _u32(data, place + 5)
        place += 9
        for _ in range(size):
            inside = _u32(data, place)
            points += inside
            place += 4 + 16 * inside
        rings += size
        if size == 0 or place != starts[row + 1]:
            return -1, row
    return rings, points


@njit(cache=True, nogil=True)
def _offsets(
    data: Bytes, starts: Ints, before: Ints, rings: Ints, parcels: Ints, raw: Bytes
) -> None:
    """Copy the points of some rows after the rings and points that stand before them."""
    ring, point = before
    for row in range(len(starts) - 1):
        parcels[row] = ring
        size = _u32(data, starts[row] + 5)
        place = starts[row] + 9
        for _ in range(size):
            inside = _u32(data, place)
            rings[ring] = point
            raw[16 * point : 16 * (point + inside)] = data[place + 4 : place + 4 + 16 * inside]
            ring, point, place = ring + 1, point + inside, place + 4 + 16 * inside


def read(column: pl.Series) -> Shapes:
    """Read a column of WKB polygons.

    Args:
        column: `Binary`, no nulls.

    Raises:
        TypeError: If a row is no polygon (a multipolygon of one part is taken for one).
    """
    if column.is_empty():
        return Shapes(np.empty((0, 2)), np.zeros(1, np.int64), np.zeros(1, np.int64))
    array = column.rechunk().to_arrow().cast("large_binary")
    _, offsets, data = array.buffers()
    starts = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    signs = np.frombuffer(data, dtype=np.uint8)
    workers = os.cpu_count() or 1
    cuts = [len(column) * part // workers for part in range(workers + 1)]
    parts = [starts[begin : end + 1] for begin, end in pairwise(cuts)]
    with ThreadPoolExecutor(workers) as threads:  # compiled, and without Python's lock
        counts = np.array(list(threads.map(lambda part: _count(signs, part, _HEAD), parts)))
        if counts.min() < 0:
            return _by_shapely(column)
        before = np.vstack([[0, 0], counts.cumsum(axis=0)])
        xy = np.empty((before[-1, 1], 2))
        ring, parcel = np.empty(before[-1, 0] + 1, np.int64), np.empty(len(column) + 1, np.int64)
        ring[-1], parcel[-1] = before[-1, 1], before[-1, 0]

        def fill(which: int) -> None:
            rows, raw = parcel[cuts[which] :], xy.view(np.uint8).reshape(-1)
            _offsets(signs, parts[which], before[which], ring, rows, raw)

        list(threads.map(fill, range(workers)))
    return Shapes(xy, ring, parcel)


def _by_shapely(column: pl.Series) -> Shapes:
    shapes = shapely.force_2d(shapely.from_wkb(column.to_list()))
    many = shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOLYGON
    single = many & (shapely.get_num_geometries(shapes) == 1)
    return Shapes.of(np.where(single, shapely.get_geometry(shapes, 0), shapes))


def write(shapes: Shapes) -> pl.Series:
    """Write polygons as a column of WKB."""
    return pl.Series("geometry", shapely.to_wkb(shapes.polygons()).tolist(), dtype=pl.Binary)
