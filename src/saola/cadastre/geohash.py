"""GeoHash of twelve characters: a cell of 3.5 × 1.9 cm at 21° N.

Source: Niemeyer 2008, geohash.org; Circular 19/2026 (parcel identification code).
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

LENGTH = 12
_ALPHABET = np.frombuffer(b"0123456789bcdefghjkmnpqrstuvwxyz", dtype=np.uint8)
BITS = 5 * LENGTH // 2


@njit(cache=True, nogil=True)
def _encode(
    lon: NDArray[np.float64], lat: NDArray[np.float64], table: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    out = np.empty((len(lon), LENGTH), dtype=np.uint8)
    top = (1 << BITS) - 1
    for row in range(len(lon)):
        x = min(max(int(np.floor((lon[row] + 180.0) / 360.0 * (1 << BITS))), 0), top)
        y = min(max(int(np.floor((lat[row] + 90.0) / 180.0 * (1 << BITS))), 0), top)
        for place in range(LENGTH):
            value = 0
            for step in range(5):
                bit = place * 5 + step
                source = x if bit % 2 == 0 else y
                value = value * 2 + ((source >> (BITS - 1 - bit // 2)) & 1)
            out[row, place] = table[value]
    return out


def encode(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.str_]:
    """Give the GeoHash of points.

    Args:
        lon: Degrees east in WGS 84, shape (n,).
        lat: Degrees north, shape (n,).

    Returns:
        Twelve characters each, shape (n,).
    """
    signs = _encode(np.asarray(lon, float), np.asarray(lat, float), _ALPHABET)
    return signs.view(f"S{LENGTH}").ravel().astype(f"U{LENGTH}")


def decode(code: str) -> tuple[float, float, float, float]:
    """Give the cell of a GeoHash: west, south, east, north in degrees."""
    west, south, east, north = -180.0, -90.0, 180.0, 90.0
    even = True
    for sign in code.encode():
        value = int(np.flatnonzero(sign == _ALPHABET)[0])
        for shift in range(4, -1, -1):
            high = value >> shift & 1
            if even:
                middle = (west + east) / 2
                west, east = (middle, east) if high else (west, middle)
            else:
                middle = (south + north) / 2
                south, north = (middle, north) if high else (south, middle)
            even = not even
    return west, south, east, north
