"""Parcels that lie on one another.

Candidates share a box; Numba then looks for a vertex well inside the other parcel or two edges that
properly cross, and only what it finds is cut by GEOS, which gives the area. Neighbours that share
an edge, even one with a vertex more on one side, are neither.

Source: ISO 19152-1, spatial units of one level do not overlap.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import polars as pl
import shapely
from numba import njit
from numpy.typing import NDArray

from saola.cadastre.shapes import Floats, Ints, Shapes

Grid = tuple[float, float, float, int]  # cells a metre, left, low, cells a line

TOLERANCE_M = 0.01
TYPICAL = 100_000  # so many parcels tell how large one is
LEAST_AREA_M2 = 0.05
SCHEMA = pl.Schema(
    {"left": pl.Int64, "right": pl.Int64, "area": pl.Float64, "x": pl.Float64, "y": pl.Float64}
)


@njit(cache=True, nogil=True)
def _cells(boxes: Floats, grid: Grid) -> tuple[Ints, Ints]:
    """List (cell, row) of every box over a grid; boxes that hold nothing lie nowhere."""
    scale, left, low, columns = grid
    total = 0
    spans = np.zeros((len(boxes), 4), np.int64)
    for row in range(len(boxes)):
        if boxes[row, 0] > boxes[row, 2]:
            spans[row, 2] = -1
            continue
        spans[row, 0], spans[row, 1] = (boxes[row, 0] - left) * scale, (boxes[row, 1] - low) * scale
        spans[row, 2], spans[row, 3] = (boxes[row, 2] - left) * scale, (boxes[row, 3] - low) * scale
        total += (spans[row, 2] - spans[row, 0] + 1) * (spans[row, 3] - spans[row, 1] + 1)
    cells, rows = np.empty(total, np.int64), np.empty(total, np.int64)
    place = 0
    for row in range(len(boxes)):
        for cy in range(spans[row, 1], spans[row, 3] + 1):
            for cx in range(spans[row, 0], spans[row, 2] + 1):
                cells[place], rows[place] = cy * columns + cx, row
                place += 1
    return cells, rows


@njit(cache=True, nogil=True)
def _deep(x: float, y: float, xy: Floats, rings: Ints, first: int, last: int, least: float) -> bool:
    """Tell whether a point is inside a polygon, farther than `least` from its boundary."""
    inside = False
    for ring in range(first, last):
        for place in range(rings[ring], rings[ring + 1] - 1):
            x0, y0, x1, y1 = xy[place, 0], xy[place, 1], xy[place + 1, 0], xy[place + 1, 1]
            dx, dy, px, py = x1 - x0, y1 - y0, x - x0, y - y0
            length2, cross = dx * dx + dy * dy, px * dy - dx * py
            inside ^= ((y0 > y) != (y1 > y)) & ((cross < 0.0) == (dy > 0.0))
            if cross * cross > least * least * length2:
                continue
            share = min(max((px * dx + py * dy) / length2, 0.0), 1.0) if length2 > 0.0 else 0.0
            ex, ey = px - share * dx, py - share * dy
            if ex * ex + ey * ey <= least * least:
                return False
    return inside


@njit(cache=True, nogil=True)
def _side(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> float:
    """Give the signed distance of a point from the line through a and b."""
    dx, dy = bx - ax, by - ay
    length = np.sqrt(dx * dx + dy * dy)
    return (dx * (py - ay) - dy * (px - ax)) / length if length > 0.0 else 0.0


@njit(cache=True, nogil=True)
def _cross(xy: Floats, one: int, other: int, least: float) -> bool:
    """Tell whether two edges cross, each end farther than `least` from the other's line."""
    ax, ay, bx, by = xy[one, 0], xy[one, 1], xy[one + 1, 0], xy[one + 1, 1]
    cx, cy, dx, dy = xy[other, 0], xy[other, 1], xy[other + 1, 0], xy[other + 1, 1]
    if max(cx, dx) < min(ax, bx) or max(ax, bx) < min(cx, dx):
        return False
    if max(cy, dy) < min(ay, by) or max(ay, by) < min(cy, dy):
        return False
    c, d = _side(ax, ay, bx, by, cx, cy), _side(ax, ay, bx, by, dx, dy)
    if min(abs(c), abs(d)) <= least or (c > 0) == (d > 0):
        return False
    a, b = _side(cx, cy, dx, dy, ax, ay), _side(cx, cy, dx, dy, bx, by)
    return min(abs(a), abs(b)) > least and (a > 0) != (b > 0)


@njit(cache=True, nogil=True)
def _vertex_inside(
    xy: Floats, rings: Ints, parcels: Ints, left: int, right: int, box: Floats, least: float
) -> bool:
    """Tell whether a vertex of one polygon, or its middle, is well inside the other."""
    first, last = parcels[right], parcels[right + 1]
    begin, end = rings[parcels[left]], rings[parcels[left] + 1]
    mx, my, shared = 0.0, 0.0, 0
    for place in range(begin, end - 1):
        x, y = xy[place, 0], xy[place, 1]
        mx, my = mx + x, my + y
        # An edge that cuts through from side to side has its ends on the other's boundary.
        hx, hy = (x + xy[place + 1, 0]) / 2, (y + xy[place + 1, 1]) / 2
        within = box[0] <= hx <= box[2] and box[1] <= hy <= box[3]
        if within and _deep(hx, hy, xy, rings, first, last, least):
            return True
        if x < box[0] or x > box[2] or y < box[1] or y > box[3]:
            continue
        shared += 1
        if _deep(x, y, xy, rings, first, last, least):
            return True
    size = end - 1 - begin
    if size == 0 or shared < size:
        return False
    # Two parcels on the same corners have no vertex inside each other: their middle is.
    mx, my = mx / size, my / size
    own = _deep(mx, my, xy, rings, parcels[left], parcels[left + 1], least)
    return bool(own and _deep(mx, my, xy, rings, first, last, least))


@njit(cache=True, nogil=True)
def _outside(xy: Floats, place: int, box: Floats) -> bool:
    """Tell whether an edge lies wholly on one side of a box."""
    ax, ay, bx, by = xy[place, 0], xy[place, 1], xy[place + 1, 0], xy[place + 1, 1]
    wide = max(ax, bx) < box[0] or min(ax, bx) > box[2]
    return bool(wide or max(ay, by) < box[1] or min(ay, by) > box[3])


@njit(cache=True, nogil=True)
def _collide(
    xy: Floats, rings: Ints, parcels: Ints, one: int, other: int, box: Floats, least: float
) -> bool:
    if _vertex_inside(xy, rings, parcels, one, other, box, least):
        return True
    if _vertex_inside(xy, rings, parcels, other, one, box, least):
        return True
    for ring in range(parcels[one], parcels[one + 1]):
        for place in range(rings[ring], rings[ring + 1] - 1):
            if _outside(xy, place, box):
                continue
            for second in range(parcels[other], parcels[other + 1]):
                for at in range(rings[second], rings[second + 1] - 1):
                    if _cross(xy, place, at, least):
                        return True
    return False


@njit(cache=True, nogil=True)
def _shared_box(boxes: Floats, one: int, other: int, box: Floats) -> None:
    box[0], box[1] = max(boxes[one, 0], boxes[other, 0]), max(boxes[one, 1], boxes[other, 1])
    box[2], box[3] = min(boxes[one, 2], boxes[other, 2]), min(boxes[one, 3], boxes[other, 3])


@njit(cache=True, nogil=True)
def _pairs(  # noqa: PLR0913, PLR0917  (Numba wants plain arrays)
    cells: Ints,
    rows: Ints,
    boxes: Floats,
    xy: Floats,
    rings: Ints,
    parcels: Ints,
    grid: Grid,
    least: float,
) -> Ints:
    scale, left, low, columns = grid
    found, box = np.empty((1024, 2), np.int64), np.empty(4)
    size, begin = 0, 0
    while begin < len(cells):
        end = begin + 1
        while end < len(cells) and cells[end] == cells[begin]:
            end += 1
        for i in range(begin, end):
            for j in range(i + 1, end):
                _shared_box(boxes, rows[i], rows[j], box)
                if box[2] - box[0] <= least or box[3] - box[1] <= least:
                    continue
                home = int((box[1] - low) * scale) * columns + int((box[0] - left) * scale)
                if home != cells[begin]:
                    continue  # the pair shares several cells, and is looked at in one
                if not _collide(xy, rings, parcels, rows[i], rows[j], box, least):
                    continue
                if size == len(found):
                    wider = np.empty((2 * size, 2), np.int64)
                    wider[:size] = found
                    found = wider
                found[size, 0], found[size, 1] = min(rows[i], rows[j]), max(rows[i], rows[j])
                size += 1
        begin = end
    return found[:size]


def suspects(shapes: Shapes, *, tolerance: float = TOLERANCE_M) -> NDArray[np.int64]:
    """List pairs of polygons that reach into each other by more than a tolerance.

    Args:
        shapes: The polygons, metres.
        tolerance: Metres.

    Returns:
        Rows, the lower first, shape (pairs, 2).
    """
    boxes = shapes.boxes()
    filled = boxes[boxes[:, 0] <= boxes[:, 2]]
    if len(filled) < 2:
        return np.empty((0, 2), np.int64)
    some = filled[:: -(-len(filled) // TYPICAL)]
    scale = 0.5 / max(float(np.median(some[:, 2:] - some[:, :2])), 1e-6)
    left, low = float(boxes[:, 0].min()), float(boxes[:, 1].min())
    grid = (scale, left, low, int((boxes[:, 2].max() - left) * scale) + 2)
    cells, rows = _cells(boxes, grid)
    order = np.argsort(cells, kind="stable")
    cells, rows = cells[order], rows[order]

    def search(part: slice) -> Ints:
        polygons = (shapes.xy, shapes.rings, shapes.parcels)
        found: Ints = _pairs(cells[part], rows[part], boxes, *polygons, grid, tolerance)
        return found

    with ThreadPoolExecutor(os.cpu_count()) as threads:  # compiled, and without Python's lock
        pairs = np.concatenate(list(threads.map(search, _parts(cells))))
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def _parts(cells: Ints) -> list[slice]:
    """Cut sorted cells into a part for each processor, none in the middle of a cell."""
    count = os.cpu_count() or 1
    wanted = [len(cells) * part // count for part in range(1, count)]
    cuts = [int(np.searchsorted(cells, cells[place])) for place in wanted]
    return [slice(*ends) for ends in pairwise([0, *cuts, len(cells)])]


def overlaps(
    shapes: Shapes, *, tolerance: float = TOLERANCE_M, least: float = LEAST_AREA_M2
) -> pl.DataFrame:
    """Find the overlaps of parcels, with their areas.

    Args:
        shapes: The parcels, metres.
        tolerance: How far one may reach into another, in metres.
        least: The least area that counts, in m².

    Returns:
        `SCHEMA`: two rows, the area in m² and a point inside the overlap.
    """
    pairs = suspects(shapes, tolerance=tolerance)
    chosen = np.unique(pairs)
    polygons = dict(zip(chosen.tolist(), pick(shapes, chosen), strict=True))
    left = shapely.make_valid([polygons[row] for row in pairs[:, 0].tolist()])
    right = shapely.make_valid([polygons[row] for row in pairs[:, 1].tolist()])
    both = shapely.intersection(left, right)
    area = shapely.area(both)
    point = shapely.point_on_surface(both)
    return pl.DataFrame(
        {
            "left": pairs[:, 0],
            "right": pairs[:, 1],
            "area": area,
            "x": shapely.get_x(point),
            "y": shapely.get_y(point),
        },
        schema=SCHEMA,
    ).filter(pl.col("area") > least)


def pick(shapes: Shapes, rows: NDArray[np.int64]) -> NDArray[np.object_]:
    """Put together the polygons of some rows only."""
    found = np.empty(len(rows), dtype=object)
    for place, row in enumerate(rows.tolist()):
        ends = shapes.rings[shapes.parcels[row] : shapes.parcels[row + 1] + 1]
        parts = [shapes.xy[a:b] for a, b in pairwise(ends)]
        found[place] = shapely.Polygon(parts[0], parts[1:])
    return found
