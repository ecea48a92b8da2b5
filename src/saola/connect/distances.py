"""Distances on the mean sphere and who stands within reach of whom."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

EARTH_RADIUS = 6_371_008.8  # metres, the mean radius R1 of GRS 80

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def haversine(lat_a: Floats, lon_a: Floats, lat_b: Floats, lon_b: Floats) -> Floats:
    """Measure great-circle distances in metres.

    Args:
        lat_a: Latitudes in degrees, any shape that broadcasts with the others.
        lon_a: Longitudes in degrees.
        lat_b: Latitudes of the other ends.
        lon_b: Longitudes of the other ends.

    Source: the haversine formula on a sphere of `EARTH_RADIUS`.
    """
    lat_a, lon_a, lat_b, lon_b = (np.radians(value) for value in (lat_a, lon_a, lat_b, lon_b))
    half = (
        np.sin((lat_b - lat_a) / 2) ** 2
        + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    )
    distance: Floats = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return distance


def unit_vectors(lat: Floats, lon: Floats) -> Floats:
    """Place points on the unit sphere: shape (points, 3)."""
    lat, lon = np.radians(lat), np.radians(lon)
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))


def pairs_within(
    lat_a: Floats, lon_a: Floats, lat_b: Floats, lon_b: Floats, radius: float
) -> tuple[Ints, Ints, Floats]:
    """List every pair (a, b) no farther apart than a radius, the radius included.

    Args:
        lat_a: Latitudes of the first points, degrees, shape (a,).
        lon_a: Longitudes of the first points.
        lat_b: Latitudes of the second points, shape (b,).
        lon_b: Longitudes of the second points.
        radius: The reach in metres.

    Returns:
        Places in the first list, places in the second, distances in metres; ordered by the
        first, then the second place.
    """
    chord = 2 * np.sin(min(radius / EARTH_RADIUS, np.pi) / 2) * (1 + 1e-9)
    first = cKDTree(unit_vectors(lat_a, lon_a))
    second = cKDTree(unit_vectors(lat_b, lon_b))
    near = first.sparse_distance_matrix(second, chord, output_type="coo_matrix")
    a, b = near.row.astype(np.int64), near.col.astype(np.int64)
    order = np.lexsort((b, a))
    a, b = a[order], b[order]
    distance = haversine(lat_a[a], lon_a[a], lat_b[b], lon_b[b])
    kept = distance <= radius
    return a[kept], b[kept], distance[kept]
