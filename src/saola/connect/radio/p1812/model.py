"""Section 4: the loss of one path out of all its mechanisms."""

from math import exp, log, log10, tanh

import numpy as np
from numpy.typing import NDArray

from saola.connect.compiled import compiled
from saola.connect.radio.p1812.bullington import smooth_loss
from saola.connect.radio.p1812.climate import SEA, climate_of
from saola.connect.radio.p1812.geometry import geometry_of
from saola.connect.radio.p1812.normal import inverse_normal
from saola.connect.radio.p1812.scatter import ducting, troposcatter
from saola.connect.radio.p1812.spherical import spherical_loss
from saola.connect.radio.p1812.symbols import (
    Climate,
    Diffraction,
    Ends,
    Geometry,
    Intermediates,
    Mixture,
    Radio,
    Sight,
)

Line = NDArray[np.float64]
LIGHT = 0.2998  # m·GHz, as the Recommendation rounds it
BLEND = 2.5  # η, Eq (60)


@compiled
def _sight(g: Geometry, climate: Climate, radio: Radio) -> Sight:
    """Give the line-of-sight losses, Eqs (8) to (11)."""
    far = g.d * g.d + (0.001 * (g.hts - g.hrs)) ** 2
    lbfs = 92.4 + 20.0 * log10(radio.frequency) + 10.0 * log10(far)
    focus = 2.6 * (1.0 - exp(-0.1 * (g.dlt + g.dlr)))
    lb0p = lbfs + focus * log10(radio.time / 50.0)
    return Sight(lbfs, lb0p, lbfs + focus * log10(climate.b0 / 50.0))


@compiled
def _delta_bullington(
    x: Line, g: Geometry, sea: float, radio: Radio, lbulla: float, radius: float
) -> Diffraction:
    """Give the diffraction loss at one effective Earth radius, Eqs (38) and (39)."""
    heights = (g.hts - g.hstd, g.hrs - g.hsrd)
    lbulls = smooth_loss(x, heights, (500.0 / radius, LIGHT / radio.frequency))
    ldsph = spherical_loss(radius, g.d, heights, sea, (radio.frequency, radio.vertical))
    return Diffraction(lbulla, lbulls, ldsph, lbulla + max(ldsph - lbulls, 0.0))


@compiled
def _time_share(time: float, b0: float) -> float:
    """Give Fi, the place of p between 50 % (0) and β0 (1), Eq (40)."""
    if time >= 50.0:
        return 0.0
    if time <= b0:
        return 1.0
    return inverse_normal(0.01 * time) / inverse_normal(0.01 * b0)


@compiled
def _mix(
    g: Geometry, climate: Climate, radio: Radio, sight: Sight, losses: tuple[float, float, float]
) -> Mixture:
    """Combine sight, diffraction and ducting, Eqs (57) to (62); `losses` are Ld50, Ldp and Lba."""
    ld50, ldp, lba = losses
    fi = _time_share(radio.time, climate.b0)
    fj = 1.0 - 0.5 * (1.0 + tanh(3.0 * 0.8 * (g.theta - 0.3) / 0.3))
    fk = 1.0 - 0.5 * (1.0 + tanh(3.0 * 0.5 * (g.d - 20.0) / 20.0))
    land = (1.0 - climate.sea) * ldp
    lminb0p = sight.lb0p + land
    if radio.time >= climate.b0:
        median = sight.lbfs + ld50
        lminb0p = median + (sight.lb0b + land - median) * fi
    # the logarithm of a sum of exponentials, written so that it cannot overflow
    lminbap = max(lba, sight.lb0p) + BLEND * log(1.0 + exp(-abs(lba - sight.lb0p) / BLEND))
    lbd = sight.lb0p + ldp
    lbda = lbd if lminbap > lbd else lminbap + (lbd - lminbap) * fk
    return Mixture(fi, fj, fk, lminb0p, lminbap, lbda, lbda + (lminb0p - lbda) * fj)


@compiled
def _location(radio: Radio, zone: int) -> float:
    """Give what more or fewer locations cost, dB, Eqs (67) and (68); nothing varies at sea."""
    if zone == SEA:
        return 0.0
    return -inverse_normal(0.01 * radio.locations) * radio.spread


@compiled
def one_path(
    x: Line, h: Line, g: Line, zone: NDArray[np.int8], ends: Ends, radio: Radio
) -> Intermediates:
    """Give every intermediate value of one path.

    Args:
        x: Distance from the transmitter, km, (n,) with n ≥ 3.
        h: Terrain, m above sea level, (n,).
        g: Terrain with clutter, m, (n,); the first and last values are not used.
        zone: 1 sea, 3 coastal land, 4 inland, (n,).
        ends: Antennas and atmosphere.
        radio: Frequency, percentages, polarisation.

    Source: ITU-R P.1812-8, section 4.
    """
    f = radio.frequency
    climate = climate_of(x, zone, ends)
    geo = geometry_of(x, h, g, ends, climate, LIGHT / f)
    sight = _sight(geo, climate, radio)
    d50 = _delta_bullington(x, geo, climate.sea, radio, geo.bull50, climate.ae)
    db = _delta_bullington(x, geo, climate.sea, radio, geo.bullb, climate.ab)
    ldp = d50.ld + (db.ld - d50.ld) * _time_share(radio.time, climate.b0)
    lba = ducting(f, radio.time, geo, climate)
    mix = _mix(geo, climate, radio, sight, (d50.ld, ldp, lba))
    lbs = troposcatter(f, geo.d, geo.theta, ends.refractivity, radio.time)
    lbc = -5.0 * log10(10.0 ** (-0.2 * lbs) + 10.0 ** (-0.2 * mix.lbam))
    lb = max(sight.lb0p, lbc + _location(radio, zone[zone.size - 1]))
    return Intermediates(
        geo.d,
        geo.dlt,
        geo.dlr,
        geo.theta_t,
        geo.theta_r,
        geo.theta,
        geo.hts,
        geo.hrs,
        geo.hts,
        geo.hrs,
        climate.sea,
        climate.dtm,
        climate.dlm,
        ends.latitude,
        climate.b0,
        climate.ae,
        geo.hst_fit,
        geo.hsr_fit,
        geo.hst,
        geo.hsr,
        geo.hstd,
        geo.hsrd,
        geo.hts - geo.hstd,
        geo.hrs - geo.hsrd,
        geo.hte,
        geo.hre,
        geo.hm,
        mix.fi,
        mix.fj,
        mix.fk,
        sight.lbfs,
        sight.lb0p,
        sight.lb0b,
        db.lbulla,
        db.lbulls,
        db.ldsph,
        d50.ld,
        db.ld,
        ldp,
        sight.lbfs + d50.ld,
        sight.lb0p + ldp,
        mix.lminb0p,
        lba,
        mix.lminbap,
        mix.lbda,
        mix.lbam,
        lbs,
        lbc,
        lb,
        199.36 + 20.0 * log10(f) - lb,
    )
