"""Attachment 1: the parameters that a profile gives the model."""

from math import atan

import numpy as np
from numpy.typing import NDArray

from saola.connect.compiled import compiled
from saola.connect.radio.p1812 import bullington, horizon
from saola.connect.radio.p1812.symbols import Climate, Ends, Geometry

Line = NDArray[np.float64]


@compiled
def _slopes(x: Line, g: Line, heights: tuple[float, float], bulge: float) -> tuple[float, float]:
    """Give the steepest slopes seen from the transmitter and from the receiver, m/km."""
    return horizon.steepest(x, g, heights[0], bulge), horizon.steepest_back(x, g, heights[1], bulge)


@compiled
def _horizons(
    x: Line, h: Line, heights: tuple[float, float], bulge: float, steep: float
) -> tuple[int, int]:
    """Give the indices of the transmitter's and the receiver's horizon; one point if in sight."""
    if steep <= (heights[1] - heights[0]) / x[x.size - 1]:
        where = horizon.where_worst_edge(x, h, heights[0], heights[1], bulge)
        return where, where
    first = horizon.where_steepest(x, h, heights[0], bulge)
    return first, horizon.where_steepest_back(x, h, heights[1], bulge)


@compiled
def _diffraction_ends(
    x: Line, h: Line, heights: tuple[float, float], fit: tuple[float, float]
) -> tuple[float, float]:
    """Lower the smooth surface where obstructions rise over the chord, Eqs (87) and (88)."""
    above = horizon.highest_obstruction(x, h, heights[0], heights[1])
    if above <= 0.0:
        return fit
    slope = (heights[1] - heights[0]) / x[x.size - 1]
    at = horizon.steepest(x, h, heights[0], 0.0) - slope
    ar = horizon.steepest_back(x, h, heights[1], 0.0) + slope
    share = at / (at + ar)
    return fit[0] - above * share, fit[1] - above * (1.0 - share)


@compiled
def _angle(slope: float) -> float:
    """Turn a slope in m/km into an elevation angle in mrad."""
    return 1000.0 * atan(0.001 * slope)


@compiled
def geometry_of(
    x: Line, h: Line, g: Line, ends: Ends, climate: Climate, wavelength: float
) -> Geometry:
    """Derive horizons, smooth Earth, roughness and Bullington losses from one profile.

    Args:
        x: Distance from the transmitter, km, (n,) with n ≥ 3.
        h: Terrain, m above sea level, (n,).
        g: Terrain with clutter, m, (n,); its first and last values are not used.
        ends: Antenna heights.
        climate: Effective Earth radii.
        wavelength: m.

    Source: ITU-R P.1812-8, Attachment 1 and section 4.3.1.
    """
    last = x.size - 1
    d = x[last]
    heights = (h[0] + ends.transmitter, h[last] + ends.receiver)
    direct = (heights[1] - heights[0]) / d
    b50, bb = 500.0 / climate.ae, 500.0 / climate.ab
    up50, upb = _slopes(x, g, heights, b50), _slopes(x, g, heights, bb)
    bare = _slopes(x, h, heights, b50)
    sight = bare[0] <= direct
    i, j = _horizons(x, h, heights, b50, bare[0])
    theta_t = _angle((direct if sight else bare[0]) - b50 * d)
    theta_r = _angle((-direct if sight else bare[1]) - b50 * d)
    fit = horizon.fitted_ends(x, h)
    low = _diffraction_ends(x, h, heights, fit)
    hst, hsr = min(fit[0], h[0]), min(fit[1], h[last])
    slope = (hsr - hst) / d
    return Geometry(
        d,
        heights[0],
        heights[1],
        theta_t,
        theta_r,
        1000.0 * d / climate.ae + theta_t + theta_r,
        x[i],
        d - x[j],
        fit[0],
        fit[1],
        hst,
        hsr,
        min(low[0], h[0]),
        min(low[1], h[last]),
        heights[0] - hst,
        heights[1] - hsr,
        horizon.highest_above_line(x[i : j + 1], h[i : j + 1], hst, slope),
        bullington.profile_loss(x, g, heights, up50, (b50, wavelength)),
        bullington.profile_loss(x, g, heights, upb, (bb, wavelength)),
    )
