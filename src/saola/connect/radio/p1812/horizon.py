"""Maxima over a profile: horizons seen from both ends, the worst edge, the greatest obstruction.

All angles come as slopes. Over an Earth of effective radius a (km) a point at distance d (km) of a
path of length D stands `500/a · d·(D − d)` metres above the chord, so the slope from an end is a
height difference over a distance plus a term linear in distance, and one pass serves the horizon
angle (Attachment 1) and Bullington's edge (section 4.3.1): they differ by the constant 500·D/a.
"""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from saola.connect.compiled import compiled, compiled_loop

Line = NDArray[np.float64]
LOWEST = -1e30


@compiled_loop
def steepest(x: Line, g: Line, height: float, bulge: float) -> float:
    """Give the steepest slope from the end at distance 0 to the points between the ends.

    Args:
        x: Distance from that end, km, (n,); both ends are left out.
        g: Height of terrain with clutter, m, (n,).
        height: Of the antenna at that end, m above sea level.
        bulge: 500/a, m/km².

    Returns:
        The maximum of (g + bulge·x·(D−x) − height)/x, m/km.
    """
    total = x[x.size - 1]
    best = LOWEST
    for i in range(1, x.size - 1):
        slope = (g[i] - height) / x[i] + bulge * (total - x[i])
        best = max(best, slope)
    return best


@compiled_loop
def steepest_back(x: Line, g: Line, height: float, bulge: float) -> float:
    """Give the steepest slope from the end at the greatest distance, m/km; see `steepest`."""
    total = x[x.size - 1]
    best = LOWEST
    for i in range(1, x.size - 1):
        slope = (g[i] - height) / (total - x[i]) + bulge * x[i]
        best = max(best, slope)
    return best


@compiled
def where_steepest(x: Line, g: Line, height: float, bulge: float) -> int:
    """Give the index of the first point that has the steepest slope; see `steepest`."""
    total = x[x.size - 1]
    best, where = LOWEST, 1
    for i in range(1, x.size - 1):
        slope = (g[i] - height) / x[i] + bulge * (total - x[i])
        if slope > best:
            best, where = slope, i
    return where


@compiled
def where_steepest_back(x: Line, g: Line, height: float, bulge: float) -> int:
    """Give the index of the first point with the steepest slope from the far end."""
    total = x[x.size - 1]
    best, where = LOWEST, 1
    for i in range(1, x.size - 1):
        slope = (g[i] - height) / (total - x[i]) + bulge * x[i]
        if slope > best:
            best, where = slope, i
    return where


@compiled_loop
def worst_edge(x: Line, g: Line, hts: float, hrs: float, bulge: float) -> float:
    """Give the greatest ν·√(λ/0.002) of a line-of-sight path, Eq (16).

    Args:
        x: Distance from the transmitter, km, (n,).
        g: Height of terrain with clutter, m, (n,).
        hts: Transmitter, m above sea level.
        hrs: Receiver, m above sea level.
        bulge: 500/a, m/km².
    """
    total = x[x.size - 1]
    slope = (hrs - hts) / total
    best = LOWEST
    for i in range(1, x.size - 1):
        across = x[i] * (total - x[i])
        over = g[i] + bulge * across - hts - slope * x[i]
        best = max(best, over * sqrt(total / across))
    return best


@compiled
def where_worst_edge(x: Line, g: Line, hts: float, hrs: float, bulge: float) -> int:
    """Give the index of the first point with the greatest ν; see `worst_edge`."""
    total = x[x.size - 1]
    slope = (hrs - hts) / total
    best, where = LOWEST, 1
    for i in range(1, x.size - 1):
        across = x[i] * (total - x[i])
        over = g[i] + bulge * across - hts - slope * x[i]
        edge = over * sqrt(total / across)
        if edge > best:
            best, where = edge, i
    return where


@compiled_loop
def highest_obstruction(x: Line, g: Line, hts: float, hrs: float) -> float:
    """Give the greatest height of the profile above the straight line between the antennas, m."""
    slope = (hrs - hts) / x[x.size - 1]
    best = LOWEST
    for i in range(1, x.size - 1):
        best = max(best, g[i] - hts - slope * x[i])
    return best


@compiled_loop
def highest_above_line(x: Line, h: Line, level: float, slope: float) -> float:
    """Give the greatest height of terrain above a sloping line, m, Eq (93)."""
    best = LOWEST
    for i in range(x.size):
        best = max(best, h[i] - level - slope * x[i])
    return best


@compiled_loop
def fitted_ends(x: Line, h: Line) -> tuple[float, float]:
    """Fit a straight line to the terrain by least squares; give its heights at both ends, m.

    Source: ITU-R P.1812-8, Attachment 1, Eqs (83) to (86).
    """
    v1 = v2 = 0.0
    for i in range(1, x.size):
        step = x[i] - x[i - 1]
        v1 += step * (h[i] + h[i - 1])
        v2 += step * (h[i] * (2.0 * x[i] + x[i - 1]) + h[i - 1] * (x[i] + 2.0 * x[i - 1]))
    d = x[x.size - 1]
    return (2.0 * v1 * d - v2) / d**2, (v2 - v1 * d) / d**2
