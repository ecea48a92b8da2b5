"""Sections 4.4 and 4.5: tropospheric scatter, ducting and layer reflection."""

from math import exp, log10, sqrt, tanh

from saola.connect.compiled import compiled
from saola.connect.radio.p1812.symbols import Climate, Geometry


@compiled
def troposcatter(frequency: float, d: float, theta: float, n0: float, time: float) -> float:
    """Give the basic transmission loss by tropospheric scatter, dB.

    Args:
        frequency: GHz.
        d: Path length, km.
        theta: Path angular distance, mrad.
        n0: Sea-level surface refractivity, N-units.
        time: Percentage of time, 1-50.

    Source: ITU-R P.1812-8, Eq (44).
    """
    lf: float = 25.0 * log10(frequency) - 2.5 * log10(0.5 * frequency) ** 2
    rare: float = log10(50.0 / time) ** 0.7
    return 190.1 + lf + 20.0 * log10(d) + 0.573 * theta - 0.15 * n0 - 10.125 * rare


@compiled
def _site_shielding(angle: float, horizon: float, f: float) -> float:
    over = angle - 0.1 * horizon
    if over <= 0.0:
        return 0.0
    third: float = f ** (1.0 / 3.0)
    return 20.0 * log10(1.0 + 0.361 * over * sqrt(f * horizon)) + 0.264 * over * third


@compiled
def _over_sea(sea: float, coast: float, horizon: float, height: float) -> float:
    if sea < 0.75 or coast > horizon or coast > 5.0:
        return 0.0
    return -3.0 * exp(-0.25 * coast * coast) * (1.0 + tanh(0.07 * (50.0 - height)))


@compiled
def coupling(f: float, geometry: Geometry, climate: Climate) -> float:
    """Give the fixed coupling loss into the duct, Af, dB, Eqs (47) to (50)."""
    g = geometry
    below = 45.375 - 137.0 * f + 92.5 * f * f if f < 0.5 else 0.0
    return (
        102.45
        + 20.0 * log10(f)
        + 20.0 * log10(g.dlt + g.dlr)
        + below
        + _site_shielding(g.theta_t, g.dlt, f)
        + _site_shielding(g.theta_r, g.dlr, f)
        + _over_sea(climate.sea, climate.coast_t, g.dlt, g.hts)
        + _over_sea(climate.sea, climate.coast_r, g.dlr, g.hrs)
    )


@compiled
def _duct_percentage(geometry: Geometry, climate: Climate) -> float:
    """Give β, the percentage of time of ducting on this path, Eqs (53) to (56)."""
    g = geometry
    roots = sqrt(g.hte) + sqrt(g.hre)
    alpha = max(-0.6 - 3.5e-9 * g.d**3.1 * climate.tau, -3.4)
    mu2: float = min((500.0 / climate.ae * g.d**2 / roots**2) ** alpha, 1.0)
    mu3 = 1.0
    if g.hm > 10.0:
        between = min(g.d - g.dlt - g.dlr, 40.0)
        mu3 = exp(-4.6e-5 * (g.hm - 10.0) * (43.0 + 6.0 * between))
    return climate.b0 * mu2 * mu3


@compiled
def ducting(f: float, time: float, geometry: Geometry, climate: Climate) -> float:
    """Give the basic transmission loss by ducting and layer reflection, dB.

    Args:
        f: Frequency, GHz.
        time: Percentage of time, 1-50.
        geometry: Of the profile.
        climate: Of the path.

    Source: ITU-R P.1812-8, section 4.5, Eqs (46) to (56).
    """
    g = geometry
    beta = _duct_percentage(geometry, climate)
    low = log10(beta)
    curve = exp(-(9.51 - 4.8 * low + 0.198 * low * low) * 1e-6 * g.d**1.13)
    gamma = 1.076 / (2.0058 - low) ** 1.012 * curve
    ratio = time / beta
    a: float = -12.0 + (1.2 + 3.7e-3 * g.d) * log10(ratio) + 12.0 * ratio**gamma
    angle = 1000.0 * g.d / climate.ae + min(g.theta_t, 0.1 * g.dlt) + min(g.theta_r, 0.1 * g.dlr)
    per_mrad: float = 5e-5 * climate.ae * f ** (1.0 / 3.0)
    return coupling(f, geometry, climate) + per_mrad * angle + a
