"""Section 4.3.1: the Bullington construction, for the profile itself and for the smooth one."""

from math import exp, log10, sqrt

import numpy as np
from numpy.typing import NDArray

from saola.connect.compiled import compiled
from saola.connect.radio.p1812 import smooth
from saola.connect.radio.p1812.horizon import Chord, worst_edge

Line = NDArray[np.float64]
KNIFE_EDGE_FROM = -0.78


@compiled
def knife_edge(v: float) -> float:
    """Give the loss J(ν) of a single knife edge, dB, Eq (12)."""
    if v <= KNIFE_EDGE_FROM:
        return 0.0
    return 6.9 + 20.0 * log10(sqrt((v - 0.1) ** 2 + 1.0) + v - 0.1)


@compiled
def bullington(luc: float, d: float) -> float:
    """Add to the knife edge's loss what further edges cost, dB, Eq (21)."""
    return luc + (1.0 - exp(-luc / 6.0)) * (10.0 + 0.02 * d)


@compiled
def edge_of_horizons(
    stim: float, srim: float, heights: tuple[float, float], d: float, wavelength: float
) -> float:
    """Give J(ν) of the point where both horizon rays cross, dB, Eqs (18) to (20).

    Args:
        stim: Slope of the transmitter's horizon ray, m/km.
        srim: Slope of the receiver's horizon ray, m/km.
        heights: Transmitter and receiver, m.
        d: Path length, km.
        wavelength: m.
    """
    hts, hrs = heights
    db = (hrs - hts + srim * d) / (stim + srim)
    over = hts + stim * db - (hts * (d - db) + hrs * db) / d
    return knife_edge(over * sqrt(0.002 * d / (wavelength * db * (d - db))))


@compiled
def profile_loss(
    x: Line, g: Line, c: Chord, slopes: tuple[float, float], scale: tuple[float, float]
) -> float:
    """Give the Bullington loss of a profile, dB.

    Args:
        x: Distance from the transmitter, km, (n,).
        g: Terrain with clutter, m, (n,).
        c: The line between the antennas.
        slopes: Steepest slopes from the transmitter and from the receiver, m/km.
        scale: 500/a for the effective Earth radius a, m/km², and the wavelength, m.

    Source: ITU-R P.1812-8, Eqs (13) to (21).
    """
    if slopes[0] < (c.hrs - c.hts) / c.d:
        edge = worst_edge(x, g, c, scale[0])
        return bullington(knife_edge(edge * sqrt(0.002 / scale[1])), c.d)
    loss = edge_of_horizons(slopes[0], slopes[1], (c.hts, c.hrs), c.d, scale[1])
    return bullington(loss, c.d)


@compiled
def smooth_loss(x: Line, heights: tuple[float, float], scale: tuple[float, float]) -> float:
    """Give the Bullington loss of the same path with all heights zero, dB; see `profile_loss`."""
    d = x[x.size - 1]
    stim = smooth.smooth_steepest(x, heights[0], scale[0])
    if stim < (heights[1] - heights[0]) / d:
        edge = smooth.smooth_worst_edge(x, heights, scale[0])
        return bullington(knife_edge(edge * sqrt(0.002 / scale[1])), d)
    srim = smooth.smooth_steepest_back(x, heights[1], scale[0])
    return bullington(edge_of_horizons(stim, srim, heights, d, scale[1]), d)
