"""Heights on a grid of longitudes and latitudes."""

from dataclasses import dataclass, replace
from math import ceil, cos, isfinite, radians

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from saola.errors import InputError, IntegrityError, SaolaError, raise_all

METRES_A_DEGREE = 111_194.9266  # of a great circle on a sphere of 6,371 km
EVEREST_M = 9000.0
DEEPEST_LAND_M = -500.0
LEAST_CELLS = 2


def _faults(terrain: "Terrain") -> list[SaolaError]:
    name, heights = terrain.name, terrain.heights_m
    if heights.ndim != LEAST_CELLS or min(heights.shape) < LEAST_CELLS:
        return [InputError("terrain-too-small", where=name, found=heights.shape)]
    faults: list[SaolaError] = []
    south = terrain.north - terrain.step_lat * (heights.shape[0] - 1)
    east = terrain.west + terrain.step_lon * (heights.shape[1] - 1)
    corners = (terrain.north, south, terrain.west, east)
    sound = (
        all(isfinite(corner) for corner in corners) and min(terrain.step_lat, terrain.step_lon) > 0
    )
    if not sound or terrain.north > 90.5 or south < -90.5 or east - terrain.west > 360.5:
        faults.append(InputError("terrain-not-geographic", where=name, found=corners))
    known = heights[np.isfinite(heights)]
    if known.size == 0:
        faults.append(InputError("terrain-empty", where=name))
    elif known.max() > EVEREST_M or known.min() < DEEPEST_LAND_M:
        found = f"{known.min():g}–{known.max():g} m"
        faults.append(InputError("terrain-heights", where=name, found=found))
    return faults


@dataclass(frozen=True)
class Terrain:
    """Heights above sea level at the points of a grid in WGS 84, the first row northernmost.

    Attributes:
        heights_m: (rows, columns); NaN where nothing is known.
        west: Longitude of the first column's points, degrees.
        north: Latitude of the first row's points, degrees.
        step_lon: Degrees between columns.
        step_lat: Degrees between rows.
        name: What an error calls it.

    Raises:
        InputError: If the grid is empty, not in degrees, or its heights are not metres of land.
    """

    heights_m: NDArray[np.float32]
    west: float
    north: float
    step_lon: float
    step_lat: float
    name: str = "terrain"

    def __post_init__(self) -> None:
        raise_all(_faults(self))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of the outermost points, degrees."""
        rows, columns = self.heights_m.shape
        south = self.north - self.step_lat * (rows - 1)
        return self.west, south, self.west + self.step_lon * (columns - 1), self.north

    @property
    def holes(self) -> int:
        """How many points have no height."""
        return int(np.count_nonzero(~np.isfinite(self.heights_m)))

    @property
    def step_m(self) -> float:
        """The distance between rows, metres."""
        return self.step_lat * METRES_A_DEGREE

    def filled(self, *, reach_m: float = 2000.0) -> "Terrain":
        """Give every hole the height of the nearest known point.

        Args:
            reach_m: How far a hole may be from the nearest known point.

        Raises:
            IntegrityError: If a hole lies farther in: its terrain would be invented.
        """
        missing = ~np.isfinite(self.heights_m)
        if not missing.any():
            return self
        middle = self.north - 0.5 * self.step_lat * self.heights_m.shape[0]
        cell = (self.step_m, self.step_lon * METRES_A_DEGREE * max(cos(radians(middle)), 0.01))
        away, nearest = ndimage.distance_transform_edt(missing, sampling=cell, return_indices=True)
        if away.max() > reach_m:
            found = ceil(float(away.max()))
            raise IntegrityError("terrain-hole", where=self.name, found=found, reach=reach_m)
        return replace(self, heights_m=self.heights_m[tuple(nearest)])

    def require_whole(self) -> None:
        """Refuse terrain with holes.

        Raises:
            InputError: If there is one.
        """
        if self.holes:
            raise InputError("terrain-has-holes", where=self.name, found=self.holes)

    def require_inside(self, latitude: NDArray[np.float64], longitude: NDArray[np.float64]) -> None:
        """Refuse points that lie outside.

        Raises:
            InputError: Naming the first and how many there are.
        """
        west, south, east, north = self.bounds
        along = np.mod(longitude - west, 360.0)
        inside = (latitude >= south) & (latitude <= north) & (along <= east - west)
        if not inside.all():
            out = np.flatnonzero(~inside)
            place = f"{latitude.flat[out[0]]:.5f}, {longitude.flat[out[0]]:.5f}"
            raise InputError(
                "terrain-outside", where=self.name, found=place, count=out.size,
                bounds=f"{south:.4f} … {north:.4f} N, {west:.4f} … {east:.4f} E",
            )  # fmt: skip
