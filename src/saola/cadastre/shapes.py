"""Many polygons as flat arrays: what Numba walks over instead of a geometry object each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
POLYGON = 3


@dataclass(frozen=True)
class Shapes:
    """Polygons with their holes; no multipolygons.

    Attributes:
        xy: Coordinates of all rings in metres, one after another, closed: shape (points, 2).
        rings: First point of each ring, and the end: shape (rings + 1,).
        parcels: First ring of each polygon, and the end: shape (polygons + 1,).
    """

    xy: Floats
    rings: Ints
    parcels: Ints

    def __len__(self) -> int:
        return len(self.parcels) - 1

    @classmethod
    def of(cls, polygons: Sequence[Any] | NDArray[np.object_]) -> "Shapes":
        """Take shapely polygons apart."""
        parts = np.asarray(polygons, dtype=object)
        kind, xy, offsets = shapely.to_ragged_array(parts)
        if kind != shapely.GeometryType.POLYGON:
            message = f"polygons only, not {kind.name}"
            raise TypeError(message)
        rings, parcels = offsets
        return cls(np.ascontiguousarray(xy), rings.astype(np.int64), parcels.astype(np.int64))

    def polygons(self) -> NDArray[np.object_]:
        """Put shapely polygons together."""
        found: NDArray[np.object_] = shapely.from_ragged_array(
            shapely.GeometryType.POLYGON, self.xy, (self.rings, self.parcels)
        )
        return found

    def boxes(self) -> Floats:
        """Give the bounds of each polygon: min x, min y, max x, max y; shape (n, 4).

        An empty polygon has bounds that hold nothing: its min is +∞, its max −∞.
        """
        found: Floats = _boxes(self.xy, self.rings, self.parcels)
        return found


@njit(cache=True, nogil=True)
def _boxes(xy: Floats, rings: Ints, parcels: Ints) -> Floats:
    boxes = np.empty((len(parcels) - 1, 4))
    boxes[:, :2], boxes[:, 2:] = np.inf, -np.inf
    for row in range(len(boxes)):
        for place in range(rings[parcels[row]], rings[parcels[row + 1]]):
            x, y = xy[place, 0], xy[place, 1]
            boxes[row, 0], boxes[row, 1] = min(boxes[row, 0], x), min(boxes[row, 1], y)
            boxes[row, 2], boxes[row, 3] = max(boxes[row, 2], x), max(boxes[row, 3], y)
    return boxes
