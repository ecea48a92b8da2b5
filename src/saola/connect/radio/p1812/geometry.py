"""Attachment 1: the parameters that a profile gives the model."""

from math import atan

import numpy as np
from numpy.typing import NDArray

from saola.connect.compiled import compiled
from saola.connect.radio.p1812 import bullington, horizon
from saola.connect.radio.p1812.horizon import Chord, Scan
from saola.connect.radio.p1812.symbols import Climate, Ends, Geometry

Line = NDArray[np.float64]


@compiled
def _horizons(x: Line, h: Line, c: Chord, seen: Scan) -> tuple[int, int]:
    """Give the indices of the transmitter's and the receiver's horizon; one point if in sight."""
    if seen.bare_t <= (c.hrs - c.hts) / c.d:
        where = horizon.where_worst_edge(x, h, c)
        return where, where
    first = horizon.steepest_from_transmitter(x, h, c, seen.block_t)
    return first, horizon.steepest_from_receiver(x, h, c, seen.block_r)


@compiled
def _diffraction_ends(c: Chord, seen: Scan, fit: tuple[float, float]) -> tuple[float, float]:
    """Lower the smooth surface where obstructions rise over the chord, Eqs (87) and (88)."""
    if seen.above <= 0.0:
        return fit
    line = (c.hrs - c.hts) / c.d
    at, ar = seen.flat_t - line, seen.flat_r + line
    share = at / (at + ar)
    return fit[0] - seen.above * share, fit[1] - seen.above * (1.0 - share)


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
    hts, hrs = h[0] + ends.transmitter, h[last] + ends.receiver
    c = Chord(d, hts, hrs, 500.0 / climate.ae, 500.0 / climate.ab)
    seen = horizon.scan(x, h, g, c)
    i, j = _horizons(x, h, c, seen)
    line = (hrs - hts) / d
    sight = seen.bare_t <= line
    theta_t = _angle((line if sight else seen.bare_t) - c.b50 * d)
    theta_r = _angle((-line if sight else seen.bare_r) - c.b50 * d)
    fit = horizon.fitted_ends(x, h)
    low = _diffraction_ends(c, seen, fit)
    hst, hsr = min(fit[0], h[0]), min(fit[1], h[last])
    rough = horizon.highest_above_line(x[i : j + 1], h[i : j + 1], hst, (hsr - hst) / d)
    return Geometry(
        d, hts, hrs, theta_t, theta_r, 1000.0 * d / climate.ae + theta_t + theta_r,
        x[i], d - x[j], fit[0], fit[1], hst, hsr, min(low[0], h[0]), min(low[1], h[last]),
        hts - hst, hrs - hsr, rough,
        bullington.profile_loss(x, g, c, (seen.cover_t, seen.cover_r), (c.b50, wavelength)),
        bullington.profile_loss(x, g, c, (seen.cover_tb, seen.cover_rb), (c.bb, wavelength)),
    )  # fmt: skip
