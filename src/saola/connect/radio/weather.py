"""Rain, gases and refraction of a place, from ITU's maps in ITU-Rpy (the extra `connect`).

These are asked once a place or once a frequency; what runs for every hop is in `hop.py`.
"""

from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from saola.connect.radio.limits import outside
from saola.errors import DependencyError, raise_all

Values = NDArray[np.float64]
RAIN_HZ = (1e9, 1000e9)
HORIZONTAL_TILT = 0.0
VERTICAL_TILT = 90.0


class Gases(NamedTuple):
    """The air near the ground.

    Attributes:
        pressure_hpa: Total pressure.
        temperature_k: Temperature.
        vapour_g_m3: Water vapour.
    """

    pressure_hpa: float = 1013.25
    temperature_k: float = 298.15
    vapour_g_m3: float = 20.0


HUMID_TROPICS = Gases()
STANDARD_AIR = Gases(1013.25, 288.15, 7.5)


@cache
def _model(name: str) -> Any:
    try:
        return import_module(f"itur.models.{name}")
    except ImportError as missing:
        raise DependencyError("connect-extra-missing", found="itur") from missing


def rain_rate(latitude: Values, longitude: Values, *, percent: float = 0.01) -> Values:
    """Give the rain rate exceeded for a percentage of the year, mm/h.

    Args:
        latitude: Degrees, (n,).
        longitude: Degrees, (n,).
        percent: Percentage of an average year.

    Source: ITU-R P.837-7.
    """
    found = _model("itu837").rainfall_rate(np.asarray(latitude), np.asarray(longitude), percent)
    return np.asarray(found.value, np.float64).reshape(np.shape(latitude))


def refractivity_gradient(latitude: Values, longitude: Values) -> Values:
    """Give dN1, the gradient in the lowest 65 m not exceeded for 1 % of the year, N-units/km.

    Source: ITU-R P.453-13.
    """
    found = _model("itu453").DN65(np.asarray(latitude), np.asarray(longitude), 1)
    return np.asarray(found.value, np.float64).reshape(np.shape(latitude))


@cache
def rain_coefficients(frequency_hz: float, *, vertical: bool = True) -> tuple[float, float]:
    """Give k and α of the specific attenuation k·R^α dB/km on a horizontal path.

    Raises:
        InputError: If the frequency is outside 1-1,000 GHz.

    Source: ITU-R P.838-3.
    """
    raise_all(outside("frequency_hz", frequency_hz, *RAIN_HZ, "Hz"))
    tilt = VERTICAL_TILT if vertical else HORIZONTAL_TILT
    found = _model("itu838").rain_specific_attenuation_coefficients(frequency_hz / 1e9, 0.0, tilt)
    return float(found[0]), float(found[1])


@cache
def gas_attenuation(frequency_hz: float, air: Gases = HUMID_TROPICS) -> float:
    """Give the attenuation by oxygen and water vapour near the ground, dB/km.

    Raises:
        InputError: If the frequency is outside 1-1,000 GHz.

    Source: ITU-R P.676-12, Annex 1 (line by line).
    """
    raise_all(outside("frequency_hz", frequency_hz, *RAIN_HZ, "Hz"))
    model, ghz = _model("itu676"), frequency_hz / 1e9
    dry = model.gamma0_exact(ghz, air.pressure_hpa, air.vapour_g_m3, air.temperature_k)
    wet = model.gammaw_exact(ghz, air.pressure_hpa, air.vapour_g_m3, air.temperature_k)
    return float(dry.value) + float(wet.value)


def slant_attenuation(
    place: tuple[float, float], frequency_hz: float, elevation: float, percent: float
) -> float:
    """Give the attenuation on a path to a satellite exceeded for a percentage of the year, dB.

    Gases, clouds, rain and scintillation together, for a dish of 0.6 m.

    Args:
        place: Latitude and longitude, degrees.
        frequency_hz: 1-55 GHz.
        elevation: Of the satellite, degrees.
        percent: Of an average year, 0.001-5.

    Raises:
        InputError: If a value is out of range.

    Source: ITU-R P.618-13 with P.676, P.840 and P.837.
    """
    raise_all(
        [
            *outside("frequency_hz", frequency_hz, 1e9, 55e9, "Hz"),
            *outside("elevation", elevation, 5.0, 90.0, "°"),
            *outside("percent", percent, 0.001, 5.0, "%"),
        ]
    )
    itur = _model("itu618") and import_module("itur")
    found = itur.atmospheric_attenuation_slant_path(
        place[0], place[1], frequency_hz / 1e9, elevation, percent, 0.6
    )
    return float(found.value)
