"""The way a hop takes over land, as a column of a table holds it: well-known text."""

from collections.abc import Iterable

import numpy as np

from saola.connect.distances import Floats

HEAD, TAIL = "LINESTRING (", ")"
Points = list[tuple[float, float]]


def written(points: Floats) -> str:
    """Write a line of (longitude, latitude), shape (points, 2), as well-known text.

    Source: OGC 06-103r4, simple features.
    """
    return HEAD + ", ".join(f"{lon:.6f} {lat:.6f}" for lon, lat in points.tolist()) + TAIL


def straight(ends: Iterable[tuple[float, float, float, float]]) -> list[str]:
    """Write lines straight from one end to the other: longitude, latitude of both."""
    return [written(np.array(one).reshape(2, 2)) for one in ends]


def points_of(route: str) -> Points:
    """Read the (longitude, latitude) of a line back."""
    inner = route.removeprefix(HEAD).removesuffix(TAIL)
    pairs = (point.split() for point in inner.split(", "))
    return [(float(lon), float(lat)) for lon, lat in pairs]
