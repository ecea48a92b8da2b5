"""Terrain for a plan: cut to what is needed, its holes treated, ground cover put on it."""

from dataclasses import dataclass, replace
from math import cos, radians
from pathlib import Path

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from saola.connect.distances import Floats
from saola.connect.terrain import Ground, Terrain, Window, read_cover, read_terrain
from saola.connect.terrain.grid import METRES_A_DEGREE
from saola.errors import InputError

FILL_M = 2000.0  # a hole takes the nearest known height so far away
FAR_M = 5000.0  # and anywhere if nobody lives so near
HOLES = ("refuse", "sea")


@dataclass(frozen=True)
class Holes:
    """What was done about points without a height.

    Attributes:
        near: Filled from known ground at most 2 km away.
        far: Filled from farther, where no settlement is within 5 km.
        sea: Taken for the sea because the plan says so.
    """

    near: int = 0
    far: int = 0
    sea: int = 0


def ground_of(
    tiles: list[Path],
    settlements: Floats,
    *,
    holes: str = "refuse",
    window: Window | None = None,
) -> tuple[Terrain, Holes]:
    """Read terrain and treat its holes.

    Args:
        tiles: GeoTIFF or HGT files.
        settlements: (latitude, longitude) of where people live, shape (n, 2).
        holes: What a hole is that lies more than 2 km from known ground and less than 5 km from a
            settlement: `refuse`, or `sea`.
        window: The part to read; None for all.

    Returns:
        Terrain without holes, and what was done.

    Raises:
        InputError: If `holes` is neither, or a hole has to be refused.
    """
    if holes not in HOLES:
        raise InputError("connect-unknown", where="holes", found=holes, known=", ".join(HOLES))
    terrain = read_terrain(tiles, window)
    missing = ~np.isfinite(terrain.heights_m)
    if not missing.any():
        return terrain, Holes()
    away, at = _distance(terrain, missing)
    near = missing & (away <= FILL_M)
    deep = missing & ~near
    heights = np.where(near, terrain.heights_m[at], terrain.heights_m)
    if holes == "sea":
        heights[deep] = 0.0
        done = Holes(near=int(near.sum()), sea=int(deep.sum()))
    else:
        _refuse_near(terrain, deep, settlements)
        heights = np.where(deep, terrain.heights_m[at], heights)
        done = Holes(near=int(near.sum()), far=int(deep.sum()))
    return replace(terrain, heights_m=heights.astype(np.float32)), done


def _distance(
    terrain: Terrain, missing: np.ndarray[tuple[int, int], np.dtype[np.bool_]]
) -> tuple[Floats, tuple[Floats, ...]]:
    """Measure how far each hole is from known ground, and where that ground is."""
    middle = terrain.north - 0.5 * terrain.step_lat * terrain.heights_m.shape[0]
    narrow = max(cos(radians(middle)), 0.01)
    cell = (terrain.step_m, terrain.step_lon * METRES_A_DEGREE * narrow)
    away, at = ndimage.distance_transform_edt(missing, sampling=cell, return_indices=True)
    return away, tuple(at)


def _refuse_near(
    terrain: Terrain, deep: np.ndarray[tuple[int, int], np.dtype[np.bool_]], settlements: Floats
) -> None:
    """Refuse holes that lie within 5 km of a settlement."""
    rows, columns = np.nonzero(deep)
    if not len(rows) or not len(settlements):
        return
    lat = terrain.north - rows * terrain.step_lat
    lon = terrain.west + columns * terrain.step_lon
    narrow = np.cos(np.radians(float(settlements[:, 0].mean())))
    tree = cKDTree(np.column_stack((lat, lon * narrow)))
    known = np.isfinite(settlements).all(axis=1)
    people = settlements[known] * np.array([1.0, narrow])
    away, place = tree.query(people, distance_upper_bound=FAR_M / METRES_A_DEGREE)
    hit = np.flatnonzero(np.isfinite(away))
    if len(hit):
        first = place[hit[0]]
        raise InputError(
            "connect-hole", where=terrain.name, found=f"{lat[first]:.4f}, {lon[first]:.4f}",
            count=len(hit), fill=round(FILL_M / 1000),
        )  # fmt: skip


def covered(terrain: Terrain, cover: Path | None, scheme: str) -> Ground:
    """Put ground cover on terrain; bare ground where there is none.

    Args:
        terrain: Without holes.
        cover: GeoTIFF of classes, or None.
        scheme: Whose classes: `worldcover` or `p1812`.
    """
    if cover is None:
        return Ground.bare(terrain)
    return Ground.covered(terrain, read_cover(cover, terrain), scheme=scheme)
