"""What a wall costs: building entry loss by ITU-R P.2109, and location variability by P.1812."""

from math import log10
from statistics import NormalDist

from saola.connect.radio.limits import outside
from saola.errors import raise_all

# r, s, t, u, v, w, x, y, z of Table 1
TRADITIONAL = (12.64, 3.72, 0.96, 9.6, 2.0, 9.1, -3.0, 4.5, -2.0)
EFFICIENT = (28.19, -3.0, 8.48, 13.5, 3.8, 27.8, -2.9, 9.4, -2.1)
FLOOR_DB = -3.0


def building_entry_loss(
    frequency_hz: float, *, share: float = 0.5, efficient: bool = False, elevation: float = 0.0
) -> float:
    """Give the building entry loss not exceeded in a share of places indoors, dB.

    Args:
        frequency_hz: 80 MHz to 100 GHz.
        share: In (0, 1).
        efficient: Whether walls and windows are thermally efficient (metallised).
        elevation: Of the path at the facade, degrees.

    Raises:
        InputError: If a value is out of range.

    Source: ITU-R P.2109-2, Eqs (1) to (9) and Table 1.
    """
    raise_all(
        [
            *outside("frequency_hz", frequency_hz, 80e6, 100e9, "Hz"),
            *outside("share", share, 1e-6, 1.0 - 1e-6, ""),
            *outside("elevation", elevation, -90.0, 90.0, "°"),
        ]
    )
    r, s, t, u, v, w, x, y, z = EFFICIENT if efficient else TRADITIONAL
    decades = log10(frequency_hz / 1e9)
    horizontal = r + s * decades + t * decades**2
    quantile = NormalDist().inv_cdf(share)
    first = quantile * (u + v * decades) + horizontal + 0.212 * abs(elevation)
    second = quantile * (y + z * decades) + w + x * decades
    parts = (first, second, FLOOR_DB)
    return 10.0 * log10(sum(10.0 ** (0.1 * part) for part in parts))


def location_spread(
    frequency_hz: float, area_m: float, *, height_m: float = 1.5, clutter_m: float = 10.0
) -> float:
    """Give the standard deviation of the loss between places of one area, dB.

    Args:
        frequency_hz: 30 MHz to 6 GHz.
        area_m: Width of the area that one prediction stands for, 50-1,000 m.
        height_m: Receiver above ground.
        clutter_m: Height of the clutter about it.

    Raises:
        InputError: If a value is out of range.

    Source: ITU-R P.1812-8, section 4.7, Eqs (64) to (66).
    """
    raise_all(
        [
            *outside("frequency_hz", frequency_hz, 30e6, 6e9, "Hz"),
            *outside("area_m", area_m, 1.0, 10_000.0, "m"),
        ]
    )
    out_of_clutter = min(max(1.0 - (height_m - clutter_m) / 10.0, 0.0), 1.0)
    spread: float = (0.024 * frequency_hz / 1e9 + 0.52) * area_m**0.28
    return out_of_clutter * spread
