"""Which polygons reach into each other: compiled, a pair at a time, without an object each.

Compiled functions stand in one file: Numba's cache does not see when another file changes.
"""

import numpy as np
from numba import njit

from saola.cadastre.shapes import Floats, Ints

Grid = tuple[float, float, float, int]  # cells a metre, left, low, cells a line


@njit(cache=True, nogil=True)
def cells(boxes: Floats, grid: Grid) -> tuple[Ints, Ints]:
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
    keys, rows = np.empty(total, np.int64), np.empty(total, np.int64)
    place = 0
    for row in range(len(boxes)):
        for cy in range(spans[row, 1], spans[row, 3] + 1):
            for cx in range(spans[row, 0], spans[row, 2] + 1):
                keys[place], rows[place] = cy * columns + cx, row
                place += 1
    return keys, rows


@njit(cache=True, nogil=True)
def _touching(
    xy: Floats, rings: Ints, first: int, last: int, box: Floats, least: float, edges: Ints
) -> int:
    """List the edges of a polygon that come as near as `least` to a box: only they can matter."""
    left, low, right, high = box[0] - least, box[1] - least, box[2] + least, box[3] + least
    count = 0
    for ring in range(first, last):
        for place in range(rings[ring], rings[ring + 1] - 1):
            ax, ay, bx, by = xy[place, 0], xy[place, 1], xy[place + 1, 0], xy[place + 1, 1]
            if max(ax, bx) < left or min(ax, bx) > right or max(ay, by) < low or min(ay, by) > high:
                continue
            edges[count] = place
            count += 1
    return count


@njit(cache=True, nogil=True)
def _near(x: float, y: float, xy: Floats, edges: Ints, count: int, least: float) -> bool:
    """Tell whether a point is as near as `least` to one of some edges."""
    for which in range(count):
        place = edges[which]
        dx, dy = xy[place + 1, 0] - xy[place, 0], xy[place + 1, 1] - xy[place, 1]
        px, py = x - xy[place, 0], y - xy[place, 1]
        length2, cross = dx * dx + dy * dy, px * dy - dx * py
        if cross * cross > least * least * length2:
            continue
        share = min(max((px * dx + py * dy) / length2, 0.0), 1.0) if length2 > 0.0 else 0.0
        ex, ey = px - share * dx, py - share * dy
        if ex * ex + ey * ey <= least * least:
            return True
    return False


@njit(cache=True, nogil=True)
def _inside(x: float, y: float, xy: Floats, rings: Ints, first: int, last: int) -> bool:
    """Tell whether a point is inside a polygon."""
    inside = False
    for ring in range(first, last):
        for place in range(rings[ring], rings[ring + 1] - 1):
            y0, dx = xy[place, 1], xy[place + 1, 0] - xy[place, 0]
            dy = xy[place + 1, 1] - y0
            cross = (x - xy[place, 0]) * dy - dx * (y - y0)
            inside ^= ((y0 > y) != (xy[place + 1, 1] > y)) & ((cross < 0.0) == (dy > 0.0))
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
def _vertex_inside(  # noqa: PLR0913, PLR0917  (Numba wants plain arrays)
    xy: Floats,
    rings: Ints,
    parcels: Ints,
    left: int,
    right: int,
    own: Ints,
    others: Ints,
    counts: tuple[int, int],
    box: Floats,
    least: float,
) -> bool:
    """Tell whether a vertex of one polygon, or its middle, is well inside the other.

    `own` and `others` are the edges of each that touch the shared box.
    """
    first, last = parcels[right], parcels[right + 1]
    begin, end = rings[parcels[left]], rings[parcels[left] + 1]
    shared = 0
    for which in range(counts[0]):
        place = own[which]
        if place >= end:
            break  # the rings of holes
        x, y = xy[place, 0], xy[place, 1]
        # An edge that cuts through from side to side has its ends on the other's boundary.
        hx, hy = (x + xy[place + 1, 0]) / 2, (y + xy[place + 1, 1]) / 2
        if box[0] <= hx <= box[2] and box[1] <= hy <= box[3]:
            deep = not _near(hx, hy, xy, others, counts[1], least)
            if deep and _inside(hx, hy, xy, rings, first, last):
                return True
        if x < box[0] or x > box[2] or y < box[1] or y > box[3]:
            continue
        shared += 1
        deep = not _near(x, y, xy, others, counts[1], least)
        if deep and _inside(x, y, xy, rings, first, last):
            return True
    size = end - 1 - begin
    if size == 0 or shared < size:
        return False
    # Two parcels on the same corners have no vertex inside each other: their middle is.
    mx, my = xy[begin : end - 1, 0].mean(), xy[begin : end - 1, 1].mean()
    if _near(mx, my, xy, own, counts[0], least) or _near(mx, my, xy, others, counts[1], least):
        return False
    within = _inside(mx, my, xy, rings, parcels[left], parcels[left + 1])
    return bool(within and _inside(mx, my, xy, rings, first, last))


@njit(cache=True, nogil=True)
def _collide(  # noqa: PLR0913, PLR0917  (Numba wants plain arrays)
    xy: Floats,
    rings: Ints,
    parcels: Ints,
    one: int,
    other: int,
    scratch: Ints,
    box: Floats,
    least: float,
) -> bool:
    ones, others = scratch[0], scratch[1]
    count = _touching(xy, rings, parcels[one], parcels[one + 1], box, least, ones)
    size = _touching(xy, rings, parcels[other], parcels[other + 1], box, least, others)
    counts, turned = (count, size), (size, count)
    if _vertex_inside(xy, rings, parcels, one, other, ones, others, counts, box, least):
        return True
    if _vertex_inside(xy, rings, parcels, other, one, others, ones, turned, box, least):
        return True
    for first in range(count):
        for second in range(size):
            if _cross(xy, ones[first], others[second], least):
                return True
    return False


@njit(cache=True, nogil=True)
def _shared_box(boxes: Floats, one: int, other: int, box: Floats) -> None:
    box[0], box[1] = max(boxes[one, 0], boxes[other, 0]), max(boxes[one, 1], boxes[other, 1])
    box[2], box[3] = min(boxes[one, 2], boxes[other, 2]), min(boxes[one, 3], boxes[other, 3])


@njit(cache=True, nogil=True)
def _most_points(rings: Ints, parcels: Ints) -> int:
    most = 0
    for row in range(len(parcels) - 1):
        most = max(most, rings[parcels[row + 1]] - rings[parcels[row]])
    return most


@njit(cache=True, nogil=True)
def pairs(  # noqa: PLR0913, PLR0917  (Numba wants plain arrays)
    keys: Ints,
    rows: Ints,
    boxes: Floats,
    xy: Floats,
    rings: Ints,
    parcels: Ints,
    grid: Grid,
    least: float,
) -> Ints:
    """List the pairs of polygons that share a cell and reach into each other by more than `least`.

    Args:
        keys: Cells in order, as of `cells`.
        rows: The polygon in each.
        boxes: Of all polygons, shape (n, 4).
        xy: Points, as `Shapes` keeps them.
        rings: Likewise.
        parcels: Likewise.
        grid: What the cells are of.
        least: Metres.

    Returns:
        Rows, the lower first, each pair once, shape (pairs, 2).
    """
    scale, left, low, columns = grid
    found, box = np.empty((1024, 2), np.int64), np.empty(4)
    scratch = np.empty((2, _most_points(rings, parcels)), np.int64)
    size, begin = 0, 0
    while begin < len(keys):
        end = begin + 1
        while end < len(keys) and keys[end] == keys[begin]:
            end += 1
        for i in range(begin, end):
            for j in range(i + 1, end):
                _shared_box(boxes, rows[i], rows[j], box)
                if box[2] - box[0] <= least or box[3] - box[1] <= least:
                    continue
                home = int((box[1] - low) * scale) * columns + int((box[0] - left) * scale)
                if home != keys[begin]:
                    continue  # the pair shares several cells, and is looked at in one
                if not _collide(xy, rings, parcels, rows[i], rows[j], scratch, box, least):
                    continue
                if size == len(found):
                    wider = np.empty((2 * size, 2), np.int64)
                    wider[:size] = found
                    found = wider
                found[size, 0], found[size, 1] = min(rows[i], rows[j]), max(rows[i], rows[j])
                size += 1
        begin = end
    return found[:size]
