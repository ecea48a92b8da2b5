"""One microwave hop by ITU-R P.530: what rain and multipath take, and how often."""

import numpy as np
from numpy.typing import NDArray

from saola.connect.radio.limits import outside
from saola.connect.radio.weather import rain_coefficients
from saola.errors import raise_all

Values = NDArray[np.float64]
HOP_HZ = (1e9, 100e9)
LONGEST_REDUCTION = 2.5
ALWAYS = 100.0


def _curve(frequency_hz: float) -> tuple[float, float, float]:
    """Give C1, C2 and C3 of the rain attenuation's distribution, Eqs (35)."""
    ghz = frequency_hz / 1e9
    c0 = 0.12 + 0.4 * np.log10(ghz / 10.0) ** 0.8 if ghz >= 10.0 else 0.12
    c1 = 0.07**c0 * 0.12 ** (1.0 - c0)
    return float(c1), float(0.855 * c0 + 0.546 * (1 - c0)), float(0.139 * c0 + 0.043 * (1 - c0))


def rain_attenuation(
    frequency_hz: float, distance_km: Values, rain_mm_h: Values, *, vertical: bool = True
) -> Values:
    """Give the attenuation by rain exceeded for 0.01 % of the year, dB.

    Args:
        frequency_hz: 1-100 GHz.
        distance_km: Length of the hops, up to 60 km, (n,).
        rain_mm_h: Rain rate exceeded for 0.01 % of the year, (n,) or one for all.
        vertical: Polarisation; vertical suffers less.

    Raises:
        InputError: If the frequency is out of range.

    Source: ITU-R P.530-17, section 2.4.1, Eqs (32) and (33).
    """
    raise_all(outside("frequency_hz", frequency_hz, *HOP_HZ, "Hz"))
    k, alpha = rain_coefficients(frequency_hz, vertical=vertical)
    d, rate = np.asarray(distance_km, np.float64), np.asarray(rain_mm_h, np.float64)
    ghz = frequency_hz / 1e9
    wide = 0.477 * d**0.633 * rate ** (0.073 * alpha) * ghz**0.123
    shorter = wide - 10.579 * (1.0 - np.exp(-0.024 * d))
    with np.errstate(divide="ignore"):
        factor = np.where(shorter > 1.0 / LONGEST_REDUCTION, 1.0 / shorter, LONGEST_REDUCTION)
    found: Values = k * rate**alpha * d * factor
    return found


def attenuation_at(frequency_hz: float, at_001: Values, percent: float) -> Values:
    """Turn the attenuation at 0.01 % of the year into that at another percentage, dB.

    Args:
        frequency_hz: 1-100 GHz.
        at_001: Attenuation exceeded for 0.01 % of the year, dB, (n,).
        percent: 0.001-1.

    Source: ITU-R P.530-17, Eqs (34) and (35).
    """
    c1, c2, c3 = _curve(frequency_hz)
    found: Values = at_001 * c1 * percent ** -(c2 + c3 * np.log10(percent))
    return found


def rain_outage(frequency_hz: float, at_001: Values, margin_db: Values) -> Values:
    """Give the percentage of the year in which rain takes more than the fade margin.

    The distribution is given for 0.001-1 %; rarer fades are its continuation, down to where it
    ends (0), and margins that more than 1 % of the year exceeds count as lost at all times.

    Args:
        frequency_hz: 1-100 GHz.
        at_001: Attenuation exceeded for 0.01 % of the year, dB, (n,).
        margin_db: Fade margin, dB, (n,).

    Source: ITU-R P.530-17, Eq (34) solved for the percentage.
    """
    c1, c2, c3 = _curve(frequency_hz)
    margin = np.asarray(margin_db, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.log10(margin / (at_001 * c1))
        inside = c2 * c2 - 4.0 * c3 * level
        power = (np.sqrt(np.maximum(inside, 0.0)) - c2) / (2.0 * c3)
    percent = np.where(inside < 0.0, 0.0, 10.0 ** np.minimum(power, 2.0))
    percent = np.where(np.asarray(at_001) <= 0.0, 0.0, percent)
    found: Values = np.where((percent > 1.0) | (margin <= 0.0), ALWAYS, percent)
    return found


def multipath_outage(
    frequency_hz: float, distance_km: Values, rise_m: Values, lower_m: Values, gradient: Values
) -> Values:
    """Give the percentage of the worst month in which a fade of 0 dB is exceeded, before margin.

    Divide by 10^(A/10) for a fade margin of A dB; it holds for deep fades, A of 15 dB or more.

    Args:
        frequency_hz: 1-100 GHz.
        distance_km: Length of the hops, (n,).
        rise_m: Difference of the antennas' heights above sea level, (n,).
        lower_m: The lower antenna's height above sea level, (n,).
        gradient: dN1 of the place, N-units/km, (n,) or one for all.

    Source: ITU-R P.530-17, section 2.3.1, the method for initial planning (Eqs 6 and 8).
    """
    d = np.asarray(distance_km, np.float64)
    climate = 10.0 ** (-4.6 - 0.0027 * np.asarray(gradient, np.float64))
    inclination = np.abs(np.asarray(rise_m, np.float64)) / np.maximum(d, 1e-6)
    ghz = frequency_hz / 1e9
    found: Values = (
        climate * d**3.1 * (1.0 + inclination) ** -1.29 * ghz**0.8
        * 10.0 ** (-0.00089 * np.asarray(lower_m, np.float64))
    )  # fmt: skip
    return found


def annual_share(distance_km: Values, rise_m: Values, latitude: Values | float) -> Values:
    """Give what to multiply the worst month's multipath outage with for the year's.

    Source: ITU-R P.530-17, section 2.3.5, Eqs (24) and (25); ΔG at most 10.8 dB.
    """
    d = np.asarray(distance_km, np.float64)
    inclination = np.abs(np.asarray(rise_m, np.float64)) / np.maximum(d, 1e-6)
    north = np.asarray(latitude, np.float64)
    sign = np.where(np.abs(north) <= 45.0, 1.0, -1.0)
    bend = 1.1 + sign * np.abs(np.cos(2.0 * np.radians(north))) ** 0.7
    gain = 10.5 - 5.6 * np.log10(bend) - 2.7 * np.log10(d) + 1.7 * np.log10(1.0 + inclination)
    found: Values = 10.0 ** (-np.minimum(gain, 10.8) / 10.0)
    return found
