"""The pole of inaccessibility: the inner point farthest from the boundary.

A best-first search over square cells, as Mapbox's polylabel, started at the centroid and sharpened
by Newton steps to the point as far from the three nearest boundary points. A plain search visits
every cell of a ridge between parallel sides; here a convex combination of the distances, chosen so
that their slopes cancel, bounds such cells at once.

Source: Garcia-Castellanos and Lombardo 2007; Agafonkin 2016, polylabel.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from saola.cadastre.shapes import Shapes

TOLERANCE = 0.001
NEWTON_STEPS = 8
START = 3.0  # cells along the shorter side of the box to begin with
LONGEST = 8  # boxes longer than this many times their width begin with cells as wide as they
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True, nogil=True)
def _edges(xy: Floats, rings: Ints, first: int, last: int, edges: Floats) -> int:
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
def _measure(x: float, y: float, edges: Floats, count: int, sites: Floats) -> float:
    """Give the signed distance from the boundary, and the three nearest places of it.

    `sites` takes, nearest first: squared distance, vector from the boundary, and how far along the
    edge its nearer end is. Rows 5–9 of `edges` are scratch.
    """
    crossings = 0
    for place in range(count):
        px, py = x - edges[0, place], y - edges[1, place]
        dx, dy = edges[2, place], edges[3, place]
        along = (px * dx + py * dy) * edges[4, place]
        share = min(max(along, 0.0), 1.0)
        ex, ey = px - share * dx, py - share * dy
        edges[5, place], edges[6, place], edges[7, place] = ex * ex + ey * ey, ex, ey
        edges[8, place] = min(along, 1.0 - along)
        up = (py >= 0.0) != (py >= dy)
        crossings += up & ((px * dy < py * dx) == (dy > 0.0))
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
    near: float = np.sqrt(sites[0, 0])
    return near if crossings % 2 == 1 else -near


@njit(cache=True, nogil=True, fastmath={"contract", "nsz", "arcp"})
def _near(x: float, y: float, edges: Floats, count: int) -> float:
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


@njit(cache=True, nogil=True)
def _slopes(reach: float, edges: Floats, count: int) -> int:
    """Turn each edge's place into a distance, with what its bend may add, and the slope from it.

    The distance to a fixed boundary point grows from a centre by at most its slope plus
    reach² / (2 distance); the distance to a straight edge by its slope alone.

    Returns:
        The edge of the least distance.
    """
    least, first = np.inf, 0
    for place in range(count):
        distance = max(np.sqrt(edges[5, place]), 1e-9)
        edges[6, place] /= distance
        edges[7, place] /= distance
        if edges[8, place] < reach * edges[9, place]:
            distance += reach * reach / (2.0 * distance)
        edges[5, place] = distance
        if distance < least:
            least, first = distance, place
    return first


@njit(cache=True, nogil=True)
def _most(near: float, half: float, edges: Floats, count: int, enough: float) -> float:
    """Bound the distance from the boundary over a cell whose centre `_near` has measured.

    Any convex combination of distances bounds the least of them: of one, of two, and of three whose
    slopes cancel.
    """
    reach = half * 1.4142135623730951
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
        if whole != 0.0 and first / whole >= 0.0 and second / whole >= 0.0 and third / whole >= 0.0:
            most = min(most, (first * d0 + second * d1 + third * edges[5, place]) / whole)
    return most


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
    x, y = cell[0, 1], cell[0, 2]
    near = _near(x, y, edges, count)
    if near > best[2]:
        _climb(best, x, y, edges, count, sites)
        near = _near(x, y, edges, count)
    cell[0, 0] = _most(near, cell[0, 3], edges, count, best[2] + tolerance)


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
    heap, sites, best = np.empty((1024, 4)), np.empty((3, 4)), np.empty(3)
    item, cell = np.empty((1, 4)), np.empty((1, 4))
    most = 0
    for row in range(len(parcels) - 1):
        most = max(most, rings[parcels[row + 1]] - rings[parcels[row]])
    edges = np.empty((10, most))
    for row in range(len(parcels) - 1):
        first, last = parcels[row], parcels[row + 1]
        left, low, width, height = _box(xy, rings[first], rings[first + 1])
        side = min(width, height)
        best[0], best[1], best[2] = left, low, 0.0
        count = _edges(xy, rings, first, last, edges)
        columns, lines = 0, 0
        if side > 0.0:
            cx, cy = _centroid(xy, rings[first], rings[first + 1])
            _climb(best, cx, cy, edges, count, sites)
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
