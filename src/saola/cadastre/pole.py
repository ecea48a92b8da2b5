"""The pole of inaccessibility: the inner point farthest from the boundary.

A best-first search over square cells, as Mapbox's polylabel, started at the centroid and sharpened
by Newton steps to the point as far from the three nearest boundary points. A plain search visits
every cell of a ridge between parallel sides; here a convex combination of the distances, chosen so
that their slopes cancel, bounds such cells at once. Columns of `edges` are edges: rows 0–4 and 9
say where one is (start, vector, 1 / length², 1 / length), rows 5–8 are scratch for one point.

Compiled functions stand in one file: Numba's cache does not see when another file changes.

Source: Garcia-Castellanos and Lombardo 2007; Agafonkin 2016, polylabel.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from saola.cadastre.shapes import Shapes

TOLERANCE = 0.001
ROOT2 = 2.0**0.5
NEWTON_STEPS = 8
START = 3.0  # cells along the shorter side of the box to begin with
LONGEST = 8  # boxes longer than this many times their width begin with cells as wide as they
MOST_NEAREST = 24  # boundary points as near as the nearest that are tried by threes
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True, nogil=True)
def _lay_out(xy: Floats, rings: Ints, first: int, last: int, edges: Floats) -> int:
    """Lay out the edges of one polygon, as a loop without branches wants them."""
    count = 0
    for ring in range(first, last):
        for place in range(rings[ring], rings[ring + 1] - 1):
            dx, dy = xy[place + 1, 0] - xy[place, 0], xy[place + 1, 1] - xy[place, 1]
            length2 = dx * dx + dy * dy
            if length2 == 0.0:
                continue
            edges[0, count], edges[1, count] = xy[place, 0], xy[place, 1]
            edges[2, count], edges[3, count] = dx, dy
            edges[4, count] = 1.0 / length2
            edges[9, count] = 1.0 / np.sqrt(length2)
            count += 1
    return count


@njit(cache=True, nogil=True, fastmath={"contract", "nsz", "arcp"})
def _depth(x: float, y: float, edges: Floats, count: int) -> float:
    """Give the signed distance from the boundary; rows 5–8 of `edges` take each edge's place.

    They are: squared distance, vector from the edge, and how far along it is from its nearer end.
    """
    crossings, least = 0, np.inf
    for place in range(count):
        px, py = x - edges[0, place], y - edges[1, place]
        dx, dy = edges[2, place], edges[3, place]
        along = (px * dx + py * dy) * edges[4, place]
        share = min(max(along, 0.0), 1.0)
        ex, ey = px - share * dx, py - share * dy
        distance2 = ex * ex + ey * ey
        edges[5, place], edges[6, place], edges[7, place] = distance2, ex, ey
        edges[8, place] = min(along, 1.0 - along)
        least = min(least, distance2)
        up = (py >= 0.0) != (py >= dy)
        crossings += up & ((px * dy < py * dx) == (dy > 0.0))
    near: float = np.sqrt(least)
    return near if crossings % 2 == 1 else -near


@njit(cache=True, nogil=True, fastmath={"contract", "nsz", "arcp"})
def _close(x: float, y: float, edges: Floats, count: int, limit: float) -> bool:
    """Tell whether an edge is no farther than a limit: then no look at the others is needed."""
    for place in range(count):
        px, py = x - edges[0, place], y - edges[1, place]
        dx, dy = edges[2, place], edges[3, place]
        share = min(max((px * dx + py * dy) * edges[4, place], 0.0), 1.0)
        ex, ey = px - share * dx, py - share * dy
        if ex * ex + ey * ey <= limit * limit:
            return True
    return False


@njit(cache=True, nogil=True)
def _slopes(reach: float, edges: Floats, count: int) -> int:
    """Turn each edge's place into a distance, with what its bend may add, and the slope from it.

    The distance to a fixed boundary point grows from a centre by at most its slope plus
    reach² / (2 distance); the distance to a straight edge by its slope alone.

    Returns:
        The edge of the least distance.
    """
    least, first, bend = np.inf, 0, 0.5 * reach * reach
    for place in range(count):
        distance = max(np.sqrt(edges[5, place]), 1e-9)
        over = 1.0 / distance
        edges[6, place] *= over
        edges[7, place] *= over
        bent = edges[8, place] < reach * edges[9, place]
        distance += bent * bend * over
        edges[5, place] = distance
        if distance < least:
            least, first = distance, place
    return first


@njit(cache=True, nogil=True)
def _most_in(near: float, half: float, edges: Floats, count: int, enough: float) -> float:
    """Bound the distance from the boundary over a cell whose centre `_depth` has measured.

    Any convex combination of distances bounds the least of them: of one, of two, and of three whose
    slopes cancel.
    """
    reach = half * ROOT2
    most: float = near + reach
    if near <= reach or most <= enough:
        return most
    one = _slopes(reach, edges, count)
    d0, x0, y0 = edges[5, one], edges[6, one], edges[7, one]
    most = min(most, d0 + half * (abs(x0) + abs(y0)))
    pair, two = np.inf, one
    for place in range(count):
        x, y = x0 + edges[6, place], y0 + edges[7, place]
        bound = (d0 + edges[5, place] + half * (abs(x) + abs(y))) / 2
        if bound < pair and place != one:
            pair, two = bound, place
    most = min(most, pair)
    if most <= enough:
        return most
    d1, x1, y1 = edges[5, two], edges[6, two], edges[7, two]
    third = x0 * y1 - x1 * y0
    for place in range(count):
        x2, y2 = edges[6, place], edges[7, place]
        first, second = x1 * y2 - x2 * y1, x2 * y0 - x0 * y2
        whole = first + second + third
        within = (first * whole >= 0.0) & (second * whole >= 0.0) & (third * whole >= 0.0)
        if within & (abs(whole) > 1e-9):
            most = min(most, (first * d0 + second * d1 + third * edges[5, place]) / whole)
    return most


@njit(cache=True, nogil=True)
def _inside(x0: float, y0: float, x1: float, y1: float, x2: float, y2: float) -> float:
    """Give how far the origin is inside a triangle of unit vectors; 0 where it is outside."""
    first, second, third = x1 * y2 - x2 * y1, x2 * y0 - x0 * y2, x0 * y1 - x1 * y0
    whole = first + second + third
    if abs(whole) < 1e-9 or first * whole < 0.0 or second * whole < 0.0 or third * whole < 0.0:
        return 0.0
    a = (x0 + x1) * (x0 + x1) + (y0 + y1) * (y0 + y1)
    b = (x1 + x2) * (x1 + x2) + (y1 + y2) * (y1 + y2)
    c = (x2 + x0) * (x2 + x0) + (y2 + y0) * (y2 + y0)
    share: float = 0.5 * np.sqrt(min(a, b, c))
    return share


@njit(cache=True, nogil=True)
def _settle(best: Floats, edges: Floats, count: int, tolerance: float) -> None:
    """Find the square of how far around the best point none is better by the tolerance.

    `best` is the point, its distance from the boundary, and takes that square.

    Three boundary points as near as the nearest, with the point inside the triangle of their
    directions: a step away comes nearer to one of them by at least a share of its length, less
    step² / (2 distance).
    """
    best[3] = 0.0
    if best[2] <= 0.0:  # no inner point is known yet
        return
    near = best[2] + 0.5 * tolerance
    _depth(best[0], best[1], edges, count)
    within, kept = 0, 0
    for place in range(count):
        within += edges[5, place] <= near * near
    each = within // MOST_NEAREST + 1  # a round parcel has too many to try all; any three will do
    for place in range(count):
        if edges[5, place] <= near * near:
            within -= 1
            if within % each == 0:
                distance = np.sqrt(edges[5, place])
                edges[6, kept] = edges[6, place] / distance
                edges[7, kept] = edges[7, place] / distance
                kept += 1
    share = 0.0
    for one in range(kept):
        x0, y0 = edges[6, one], edges[7, one]
        for two in range(one):
            x1, y1 = edges[6, two], edges[7, two]
            for three in range(two):
                inner = _inside(x0, y0, x1, y1, edges[6, three], edges[7, three])
                share = max(share, inner)
    if share > 0.0:
        radius = best[2] * (share + np.sqrt(share * share + tolerance / best[2]))
        best[3] = radius * radius


@njit(cache=True, nogil=True, fastmath={"contract", "nsz", "arcp"})
def _measure(x: float, y: float, edges: Floats, count: int, sites: Floats) -> float:
    """Give the signed distance from the boundary, and the three nearest places of it.

    `sites` takes, nearest first: squared distance, vector from the boundary, and how far along the
    edge its nearer end is. Rows 5–9 of `edges` are scratch.
    """
    near: float = _depth(x, y, edges, count)
    for rank in range(3):
        least, chosen = np.inf, -1
        for place in range(count):
            if edges[5, place] < least:
                least, chosen = edges[5, place], place
        sites[rank, 0] = least
        if chosen >= 0:
            sites[rank, 1], sites[rank, 2] = edges[6, chosen], edges[7, chosen]
            sites[rank, 3] = edges[8, chosen] / np.sqrt(edges[4, chosen])
            edges[5, chosen] = np.inf
            if sites[rank, 3] <= 0.0:
                # Two edges meet in this nearest corner: one place, not two.
                for place in range(count):
                    if abs(edges[5, place] - least) <= 1e-9 * least:
                        edges[5, place] = np.inf
    return near


@njit(cache=True, nogil=True)
def _step(sites: Floats) -> tuple[float, float]:
    """Give the step to the point equally far from the three nearest places, straight as edges."""
    if sites[2, 0] == np.inf or sites[0, 0] == 0.0:
        return 0.0, 0.0
    d0, d1, d2 = np.sqrt(sites[0, 0]), np.sqrt(sites[1, 0]), np.sqrt(sites[2, 0])
    ax, ay = sites[0, 1] / d0 - sites[1, 1] / d1, sites[0, 2] / d0 - sites[1, 2] / d1
    bx, by = sites[0, 1] / d0 - sites[2, 1] / d2, sites[0, 2] / d0 - sites[2, 2] / d2
    cross = ax * by - ay * bx
    if abs(cross) < 1e-9:
        return 0.0, 0.0
    p, q = d1 - d0, d2 - d0
    return (p * by - q * ay) / cross, (ax * q - bx * p) / cross


@njit(cache=True, nogil=True)
def _put(heap: Floats, place: int, source: Floats, other: int) -> None:
    for part in range(4):
        heap[place, part] = source[other, part]


@njit(cache=True, nogil=True)
def _push(heap: Floats, size: int, item: Floats) -> int:
    place = size
    while place > 0:
        parent = (place - 1) // 2
        if heap[parent, 0] >= item[0, 0]:
            break
        _put(heap, place, heap, parent)
        place = parent
    _put(heap, place, item, 0)
    return size + 1


@njit(cache=True, nogil=True)
def _pop(heap: Floats, size: int, top: Floats) -> int:
    _put(top, 0, heap, 0)
    size -= 1
    place = 0
    while 2 * place + 1 < size:
        child = 2 * place + 1
        if child + 1 < size and heap[child + 1, 0] > heap[child, 0]:
            child += 1
        if heap[child, 0] <= heap[size, 0]:
            break
        _put(heap, place, heap, child)
        place = child
    _put(heap, place, heap, size)
    return size


@njit(cache=True, nogil=True)
def _centroid(xy: Floats, begin: int, end: int) -> tuple[float, float]:
    area, x, y = 0.0, 0.0, 0.0
    ox, oy = xy[begin, 0], xy[begin, 1]
    for place in range(begin, end - 1):
        x0, y0 = xy[place, 0] - ox, xy[place, 1] - oy
        x1, y1 = xy[place + 1, 0] - ox, xy[place + 1, 1] - oy
        cross = x0 * y1 - x1 * y0
        area += cross
        x += (x0 + x1) * cross
        y += (y0 + y1) * cross
    if area == 0.0:
        return ox, oy
    return ox + x / (3.0 * area), oy + y / (3.0 * area)


@njit(cache=True, nogil=True)
def _climb(best: Floats, x: float, y: float, edges: Floats, count: int, sites: Floats) -> None:
    """Sharpen the best point from a start, as long as steps help."""
    for _ in range(NEWTON_STEPS):
        near = _measure(x, y, edges, count, sites)
        if near <= best[2]:
            return
        best[0], best[1], best[2] = x, y, near
        dx, dy = _step(sites)
        if dx * dx + dy * dy < 1e-12:
            return
        x, y = x + dx, y + dy


@njit(cache=True, nogil=True)
def _try(
    cell: Floats, best: Floats, edges: Floats, count: int, sites: Floats, tolerance: float
) -> None:
    """Measure a cell (bound, x, y, half side): fill in its bound, and climb where it is better."""
    x, y, half = cell[0, 1], cell[0, 2], cell[0, 3]
    across, along = abs(x - best[0]) + half, abs(y - best[1]) + half
    settled = across * across + along * along <= best[3]
    limit = best[2] + tolerance - ROOT2 * half
    if settled or (0.0 < limit <= best[2] and _close(x, y, edges, count, limit)):
        cell[0, 0] = best[2]
        return
    near = _depth(x, y, edges, count)
    if near > best[2]:
        _climb(best, x, y, edges, count, sites)
        _settle(best, edges, count, tolerance)
        near = _depth(x, y, edges, count)
    cell[0, 0] = _most_in(near, half, edges, count, best[2] + tolerance)


@njit(cache=True, nogil=True)
def _finer(width: float, height: float) -> float:
    """Say into how many cells the shorter side of a box is cut to begin with."""
    return START if max(width, height) <= LONGEST * min(width, height) else 1.0


@njit(cache=True, nogil=True)
def _room(heap: Floats, size: int) -> Floats:
    if size < len(heap):
        return heap
    wider = np.empty((2 * len(heap), 4))
    wider[:size] = heap
    return wider


@njit(cache=True, nogil=True)
def _poles(xy: Floats, rings: Ints, parcels: Ints, tolerance: float) -> Floats:
    out = np.empty((len(parcels) - 1, 3))
    heap, sites, best = np.empty((1024, 4)), np.empty((3, 4)), np.empty(4)
    item, cell = np.empty((1, 4)), np.empty((1, 4))
    most = 0
    for row in range(len(parcels) - 1):
        most = max(most, rings[parcels[row + 1]] - rings[parcels[row]])
    edges = np.empty((10, most))
    for row in range(len(parcels) - 1):
        first, last = parcels[row], parcels[row + 1]
        left, low, width, height = _box(xy, rings[first], rings[first + 1])
        side = min(width, height)
        best[0], best[1], best[2], best[3] = left, low, 0.0, 0.0
        count = _lay_out(xy, rings, first, last, edges)
        columns, lines = 0, 0
        if side > 0.0:
            cx, cy = _centroid(xy, rings[first], rings[first + 1])
            _climb(best, cx, cy, edges, count, sites)
            _settle(best, edges, count, tolerance)
            side /= _finer(width, height)
            columns, lines = int(np.ceil(width / side)), int(np.ceil(height / side))
        size = 0
        for step in range(columns * lines):
            item[0, 1] = left + (step % columns + 0.5) * side
            item[0, 2] = low + (step // columns + 0.5) * side
            item[0, 3] = side / 2
            _try(item, best, edges, count, sites, tolerance)
            if item[0, 0] > best[2] + tolerance:
                heap = _room(heap, size)
                size = _push(heap, size, item)
        while size:
            size = _pop(heap, size, cell)
            if cell[0, 0] <= best[2] + tolerance:
                break
            half = cell[0, 3] / 2
            for corner in range(4):
                item[0, 1] = cell[0, 1] + (half if corner % 2 else -half)
                item[0, 2] = cell[0, 2] + (half if corner // 2 else -half)
                item[0, 3] = half
                _try(item, best, edges, count, sites, tolerance)
                if item[0, 0] > best[2] + tolerance:
                    heap = _room(heap, size)
                    size = _push(heap, size, item)
        out[row, 0], out[row, 1], out[row, 2] = best[0], best[1], best[2]
    return out


@njit(cache=True, nogil=True)
def _box(xy: Floats, begin: int, end: int) -> tuple[float, float, float, float]:
    left, right, low, high = np.inf, -np.inf, np.inf, -np.inf
    for place in range(begin, end):
        left, right = min(left, xy[place, 0]), max(right, xy[place, 0])
        low, high = min(low, xy[place, 1]), max(high, xy[place, 1])
    return left, low, right - left, high - low


def poles(shapes: Shapes, *, tolerance: float = TOLERANCE) -> Floats:
    """Find the pole of inaccessibility of each polygon.

    Args:
        shapes: The polygons, coordinates in metres.
        tolerance: How much less than the greatest distance is good enough, in metres.

    Returns:
        x, y and distance from the boundary in metres, shape (n, 3); a polygon without area has its
        lower left corner and 0.
    """
    if not len(shapes):
        return np.empty((0, 3))
    found: Floats = _poles(shapes.xy, shapes.rings, shapes.parcels, tolerance)
    return found
