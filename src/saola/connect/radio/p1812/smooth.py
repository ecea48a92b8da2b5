"""Maxima over a profile whose heights are all zero, found without walking it.

With zero heights the slope from an end and the parameter ν each rise to one maximum and fall again
along the path (for antennas above the surface), so the best point of the grid is found by halving.
"""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from saola.connect.compiled import compiled

Line = NDArray[np.float64]


@compiled
def _slope(x: float, total: float, height: float, bulge: float) -> float:
    return bulge * (total - x) - height / x


@compiled
def _edge(x: float, total: float, heights: tuple[float, float], bulge: float) -> float:
    across = x * (total - x)
    over = bulge * across - (heights[0] * (total - x) + heights[1] * x) / total
    return over * sqrt(total / across)


@compiled
def smooth_steepest(x: Line, height: float, bulge: float) -> float:
    """Give the steepest slope from the end at distance 0 over a smooth Earth, m/km.

    Args:
        x: Distance from that end, km, (n,).
        height: Antenna above the surface, m.
        bulge: 500/a, m/km².
    """
    total = x[x.size - 1]
    low, high = 1, x.size - 2
    while low < high:
        middle = (low + high) // 2
        here = _slope(x[middle], total, height, bulge)
        if here < _slope(x[middle + 1], total, height, bulge):
            low = middle + 1
        else:
            high = middle
    return _slope(x[low], total, height, bulge)


@compiled
def smooth_steepest_back(x: Line, height: float, bulge: float) -> float:
    """Give the steepest slope from the far end over a smooth Earth, m/km."""
    total = x[x.size - 1]
    low, high = 1, x.size - 2
    while low < high:
        middle = (low + high) // 2
        here = _slope(total - x[middle], total, height, bulge)
        if here < _slope(total - x[middle + 1], total, height, bulge):
            low = middle + 1
        else:
            high = middle
    return _slope(total - x[low], total, height, bulge)


@compiled
def smooth_worst_edge(x: Line, heights: tuple[float, float], bulge: float) -> float:
    """Give the greatest ν·√(λ/0.002) over a smooth Earth; see `horizon.worst_edge`.

    Args:
        x: Distance from the transmitter, km, (n,).
        heights: Transmitter and receiver above the surface, m.
        bulge: 500/a, m/km².
    """
    total = x[x.size - 1]
    low, high = 1, x.size - 2
    while low < high:
        middle = (low + high) // 2
        here = _edge(x[middle], total, heights, bulge)
        if here < _edge(x[middle + 1], total, heights, bulge):
            low = middle + 1
        else:
            high = middle
    return _edge(x[low], total, heights, bulge)
