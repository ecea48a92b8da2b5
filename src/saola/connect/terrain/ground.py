"""Terrain with what stands on it: clutter and the radio-climatic zone, on one grid."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from saola.connect.terrain.grid import Terrain
from saola.errors import InputError

SEA, COAST, INLAND = 1, 3, 4
SEA_LEVEL_M = 1.0  # terrain models put the sea at 0 or a little above


class ClutterClass(NamedTuple):
    """One row of `data/clutter.csv`.

    Attributes:
        code: The class's number in rasters.
        name: English name.
        height_m: Representative height above ground.
        water: Whether it is water.
        source: Where the height comes from.
    """

    code: int
    name: str
    height_m: float
    water: bool
    source: str


@cache
def clutter_classes(scheme: str = "p1812") -> dict[int, ClutterClass]:
    """Read the classes of ground cover and their heights.

    Args:
        scheme: `p1812` (Table 2 of P.1812) or `worldcover` (ESA WorldCover 2021).

    Raises:
        InputError: If there is no such scheme.
    """
    file = resources.files("saola.connect") / "data" / "clutter.csv"
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    found = [_class(row) for row in rows if row["scheme"] == scheme]
    if not found:
        known = ", ".join(sorted({row["scheme"] for row in rows}))
        raise InputError("clutter-unknown", where="scheme", found=scheme, known=known)
    return {row.code: row for row in found}


def _class(row: dict[str, str]) -> ClutterClass:
    water = row["water"] == "yes"
    return ClutterClass(int(row["code"]), row["name"], float(row["height_m"]), water, row["source"])


@dataclass(frozen=True)
class Ground:
    """Terrain, clutter heights and zones at the same grid points.

    Attributes:
        terrain: Without holes.
        clutter_m: Height of ground cover above the terrain, (rows, columns).
        zone: 1 sea, 3 coastal land, 4 inland, (rows, columns).

    Raises:
        InputError: If the terrain has holes or the grids differ in shape.
    """

    terrain: Terrain
    clutter_m: NDArray[np.float32]
    zone: NDArray[np.int8]

    def __post_init__(self) -> None:
        self.terrain.require_whole()
        shape = self.terrain.heights_m.shape
        for name, grid in (("clutter_m", self.clutter_m), ("zone", self.zone)):
            if grid.shape != shape:
                raise InputError("terrain-grids-differ", where=name, found=grid.shape, shape=shape)

    @classmethod
    def bare(cls, terrain: Terrain) -> "Ground":
        """Give terrain with nothing on it, all inland."""
        shape = terrain.heights_m.shape
        return cls(terrain, np.zeros(shape, np.float32), np.full(shape, INLAND, np.int8))

    @classmethod
    def covered(
        cls, terrain: Terrain, classes: NDArray[np.integer[Any]], *, scheme: str = "p1812"
    ) -> "Ground":
        """Give terrain with ground cover; water at sea level is sea, a lake above it inland.

        Args:
            terrain: Without holes.
            classes: Codes of `data/clutter.csv` on the terrain's grid, (rows, columns).
            scheme: Whose codes they are.

        Raises:
            InputError: If a class is not in the table or the grids differ.
        """
        known = clutter_classes(scheme)
        if classes.shape != terrain.heights_m.shape:
            shape = terrain.heights_m.shape
            raise InputError(
                "terrain-grids-differ", where="classes", found=classes.shape, shape=shape
            )
        low = terrain.heights_m <= SEA_LEVEL_M
        strange = sorted(set(np.unique(classes).tolist()) - set(known))
        if strange:
            raise InputError("clutter-unknown", where="classes", found=strange, known=sorted(known))
        heights = np.zeros(classes.shape, np.float32)
        zone = np.full(classes.shape, INLAND, np.int8)
        for code, row in known.items():
            heights[classes == code] = row.height_m
            if row.water:
                zone[(classes == code) & low] = SEA
        return cls(terrain, heights, zone)
