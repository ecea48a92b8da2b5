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
from numpy.typing import NDArray

from saola.cadastre import collision
from saola.cadastre.shapes import Ints, Shapes

TOLERANCE_M = 0.01
TYPICAL = 100_000  # so many parcels tell how large one is
LEAST_AREA_M2 = 0.05
SCHEMA = pl.Schema(
    {"left": pl.Int64, "right": pl.Int64, "area": pl.Float64, "x": pl.Float64, "y": pl.Float64}
)


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
    cells, rows = collision.cells(boxes, grid)
    order = np.argsort(cells, kind="stable")
    cells, rows = cells[order], rows[order]

    def search(part: slice) -> Ints:
        polygons = (shapes.xy, shapes.rings, shapes.parcels)
        found: Ints = collision.pairs(cells[part], rows[part], boxes, *polygons, grid, tolerance)
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
