"""Holes between parcels.

Only parcels with an edge that no neighbour shares can border a hole; the others, nearly all where
neighbours were drawn on the same points, are left out of the union, which takes most of the time.

Source: ISO 19152-1, spatial units of one level leave no gaps.
"""

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from saola.cadastre.shapes import Shapes

LEAST_GAP_M2 = 0.05
WIDEST_GAP_M2 = 50.0
GRID_M = 0.001

Polygons = NDArray[np.object_]


def holes(polygons: Polygons, *, widest: float = WIDEST_GAP_M2) -> Polygons:
    """Find holes between parcels: enclosed on all sides, and too small to be a place of its own.

    Args:
        polygons: The parcels of one sheet or commune, metres.
        widest: The area in m² from which a hole is taken for a road, a pond or another owner.

    Returns:
        The holes as polygons.
    """
    sound = shapely.make_valid(polygons)
    plain = shapely.get_type_id(sound) == shapely.GeometryType.POLYGON
    bordering = ~plain
    bordering[plain] = _bordering(sound[plain])
    parts = shapely.get_parts(shapely.union_all(sound[bordering], grid_size=GRID_M))
    # A ring with a spike is made valid as an area and a line, and what holds a line has no border.
    cover = shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    # Faces and not rings: neighbours that meet in a corner alone close a hole, too.
    faces = shapely.get_parts(shapely.polygonize([shapely.node(shapely.boundary(cover))]))
    area = shapely.area(faces)
    found: Polygons = faces[(area <= widest) & (area > LEAST_GAP_M2)]
    inside = shapely.point_on_surface(found)
    taken = shapely.STRtree(sound).query(inside, predicate="intersects")[0]
    return np.delete(found, np.unique(taken))


def _bordering(polygons: Polygons) -> NDArray[np.bool_]:
    """Tell which polygons have an edge that is not the edge of just one other, on its far side."""
    found = np.zeros(len(polygons), dtype=bool)
    shapes = Shapes.of(shapely.orient_polygons(polygons)) if len(polygons) else None
    if shapes is None or not len(shapes.xy):
        return found
    mm = np.round((shapes.xy - shapes.xy.min(axis=0)) / GRID_M).astype(np.int64)
    corner = (mm[:, 0] << 32) + mm[:, 1]  # a zone is less than 2,000 km wide and 4,000 km high
    begin = np.delete(np.arange(len(corner)), shapes.rings[1:] - 1)
    one, other = corner[begin], corner[begin + 1]
    owner = np.repeat(np.arange(len(polygons)), np.diff(shapes.rings[shapes.parcels]))
    edges = pl.DataFrame(
        {
            "low": np.minimum(one, other),
            "high": np.maximum(one, other),
            "way": np.sign(other - one),
            "owner": owner[begin],
        }
    ).filter(pl.col("way") != 0)
    ends = ["low", "high"]
    alone = edges.filter((pl.len().over(ends) != 2) | (pl.sum("way").over(ends) != 0))
    found[alone["owner"].to_numpy()] = True
    return found
