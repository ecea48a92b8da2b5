"""Invented parcels that tile a commune, with known faults."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from saola.cadastre.shapes import Floats, Shapes
from saola.errors import InputError

SIDE_M = 12.0
JITTER_M = 1.5
EPSG = 5897
ORIGIN = (560_000.0, 2_310_000.0)
REACH_M = 3.0
LAND_TYPES = ("ONT", "LUC", "CLN", "BHK", "NTS", "ODT")


@dataclass(frozen=True)
class Faults:
    """How many of each fault are planted, as shares of the parcels.

    Attributes:
        overlap: A vertex reaches into the neighbour.
        gap: A vertex draws back from the neighbour.
        crossed: Two vertices are swapped, so the ring crosses itself.
        area: The documented area is a fifth too large.
    """

    overlap: float = 0.001
    gap: float = 0.001
    crossed: float = 0.0005
    area: float = 0.002


def parcels(
    count: int,
    *,
    seed: int,
    faults: Faults | None = None,
    epsg: int = EPSG,
    origin: tuple[float, float] = ORIGIN,
) -> tuple[Shapes, pl.DataFrame]:
    """Invent parcels of eight vertices that share their edges exactly, but for planted faults.

    Args:
        count: How many, at least 9; rounded up to a rectangle of parcels.
        seed: The same seed gives the same parcels.
        faults: What goes wrong, and how often.
        epsg: The zone they are in.
        origin: Their south-western corner, in metres of the zone.

    Returns:
        The shapes, and a row each: sheet, number, land type, documented area in m², `epsg`, and the
        truth: `fault` (empty, overlap, gap, crossed, area).

    Raises:
        InputError: If `count` is below 9.
    """
    if count < 9:
        raise InputError("parcels-too-few", found=count)
    random = np.random.default_rng(seed)
    columns = int(np.ceil(np.sqrt(count)))
    lines = int(np.ceil(count / columns))
    xy = _tiles(lines, columns, random, origin)
    kinds = _plant(xy, lines, columns, random, faults or Faults())
    closed = np.concatenate([xy, xy[:, :1]], axis=1)
    size = len(closed)
    shapes = Shapes(
        closed.reshape(-1, 2), np.arange(size + 1) * 9, np.arange(size + 1, dtype=np.int64)
    )
    documented = _area(xy) * np.where(kinds == "area", 1.2, 1.0)
    row = np.arange(size)
    frame = pl.DataFrame(
        {
            "sheet": row // 1000 + 1,
            "number": row % 1000 + 1,
            "land_type": random.choice(LAND_TYPES, size),
            "area": np.round(np.abs(documented), 1),
            "epsg": np.full(size, epsg),
            "fault": kinds,
        }
    )
    return shapes, frame


def _tiles(
    lines: int, columns: int, random: np.random.Generator, origin: tuple[float, float]
) -> Floats:
    """Lay out corners and middles of edges, each shared by the parcels that meet there."""

    def points(high: int, wide: int, dx: float, dy: float) -> Floats:
        y, x = np.mgrid[0:high, 0:wide].astype(float)
        grid = np.stack([(x + dx) * SIDE_M + origin[0], (y + dy) * SIDE_M + origin[1]], axis=-1)
        return grid + random.uniform(-JITTER_M, JITTER_M, grid.shape)

    corner = points(lines + 1, columns + 1, 0, 0)
    flat = points(lines + 1, columns, 0.5, 0)
    upright = points(lines, columns + 1, 0, 0.5)
    ring = [
        corner[:-1, :-1],
        flat[:-1],
        corner[:-1, 1:],
        upright[:, 1:],
        corner[1:, 1:],
        flat[1:],
        corner[1:, :-1],
        upright[:, :-1],
    ]
    tiles: Floats = np.stack(ring, axis=2).reshape(-1, 8, 2)
    return tiles


def _plant(
    xy: Floats, lines: int, columns: int, random: np.random.Generator, faults: Faults
) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    """Spoil parcels that do not touch one another: every third of every third line."""
    row = np.arange(len(xy))
    line, column = row // columns, row % columns
    inner = (line % 3 == 1) & (column % 3 == 1) & (line < lines - 1) & (column < columns - 1)
    free = random.permutation(row[inner])
    kinds = np.full(len(xy), "", dtype="U8")
    start = 0
    for kind in ("overlap", "gap", "crossed", "area"):
        wanted = round(getattr(faults, kind) * len(xy))
        chosen = free[start : start + wanted]
        start += wanted
        kinds[chosen] = kind
        if kind in ("overlap", "gap"):
            xy[chosen, 3, 0] += REACH_M if kind == "overlap" else -REACH_M
        elif kind == "crossed":
            xy[chosen, 1], xy[chosen, 5] = xy[chosen, 5].copy(), xy[chosen, 1].copy()
    return kinds


def _area(xy: Floats) -> Floats:
    after = np.roll(xy, -1, axis=1)
    shift = xy[:, :1]
    one, two = xy - shift, after - shift
    area: Floats = (one[..., 0] * two[..., 1] - two[..., 0] * one[..., 1]).sum(axis=1) / 2
    return area
