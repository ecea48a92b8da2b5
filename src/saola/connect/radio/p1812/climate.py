"""Sections 3.3 to 3.7: zones along the path, incidence of ducting, effective Earth radius."""

from math import exp, pi

import numpy as np
from numpy.typing import NDArray

from saola.connect.compiled import compiled, compiled_loop
from saola.connect.radio.p1812.symbols import Climate, Ends

SEA = 1
COAST = 3
INLAND = 4
EARTH_KM = 6371.0
K_BETA = 3.0


@compiled_loop
def _all_inland(zone: NDArray[np.int8]) -> bool:
    other = 0
    for i in range(zone.size):
        other |= int(zone[i]) ^ INLAND
    return other == 0


@compiled
def _stretches(distance: NDArray[np.float64], zone: NDArray[np.int8]) -> tuple[float, float, float]:
    """Longest stretch over land, longest over inland, and length over sea, km.

    A point stands for the path halfway to its neighbours, so zones change midway between points.
    """
    last = distance.size - 1
    land = inland = sea = longest_land = longest_inland = 0.0
    for i in range(last + 1):
        start = distance[0] if i == 0 else 0.5 * (distance[i - 1] + distance[i])
        end = distance[last] if i == last else 0.5 * (distance[i] + distance[i + 1])
        step = end - start
        sea += step if zone[i] == SEA else 0.0
        land = 0.0 if zone[i] == SEA else land + step
        inland = inland + step if zone[i] == INLAND else 0.0
        longest_land = max(longest_land, land)
        longest_inland = max(longest_inland, inland)
    return longest_land, longest_inland, sea


@compiled
def ducting_incidence(dtm: float, dlm: float, latitude: float) -> tuple[float, float, float]:
    """Give τ, μ1 and β0.

    Args:
        dtm: Longest stretch over land, km.
        dlm: Longest stretch over inland, km.
        latitude: Of the path's middle, degrees.

    Returns:
        τ, μ1 and β0, the percentage of time with ducting.

    Source: ITU-R P.1812-8, section 3.6, Eqs (2) to (5).
    """
    north = abs(latitude)
    tau = 1.0 - exp(-4.12e-4 * dlm**2.41)
    mu1 = (10.0 ** (-dtm / (16.0 - 6.6 * tau)) + 10.0 ** (-5.0 * (0.496 + 0.354 * tau))) ** 0.2
    mu1 = min(mu1, 1.0)
    if north <= 70.0:
        mu4 = mu1 ** (-0.935 + 0.0176 * north)
        return tau, mu1, 10.0 ** (-0.015 * north + 1.67) * mu1 * mu4
    return tau, mu1, 4.17 * mu1 * mu1**0.3


@compiled
def climate_of(distance: NDArray[np.float64], zone: NDArray[np.int8], ends: Ends) -> Climate:
    """Describe the atmosphere and the ground under one path.

    Args:
        distance: From the transmitter, km, (n,).
        zone: 1 sea, 3 coastal land, 4 inland, (n,).
        ends: Latitude, gradient and distances from the coast.

    Source: ITU-R P.1812-8, sections 3.3 to 3.7.
    """
    last = distance.size - 1
    d = distance[last]
    dtm, dlm, sea = d, d, 0.0
    if not _all_inland(zone):
        dtm, dlm, sea = _stretches(distance, zone)
    tau, mu1, b0 = ducting_incidence(dtm, dlm, ends.latitude)
    ae = EARTH_KM * 157.0 / (157.0 - ends.gradient)
    coast_t = 0.0 if zone[0] == SEA else ends.coast_transmitter
    coast_r = 0.0 if zone[last] == SEA else ends.coast_receiver
    return Climate(dtm, dlm, sea / d, tau, mu1, b0, ae, EARTH_KM * K_BETA, coast_t, coast_r)


@compiled
def middle_latitude(lat_t: float, lon_t: float, lat_r: float, lon_r: float, d: float) -> float:
    """Give the latitude halfway along the great circle from transmitter to receiver.

    Args:
        lat_t: Transmitter's latitude, degrees.
        lon_t: Transmitter's longitude, degrees.
        lat_r: Receiver's latitude, degrees.
        lon_r: Receiver's longitude, degrees.
        d: Length of the path as its profile has it, km.

    Source: ITU-R P.1812-8, Eq (4); ITU-R P.2001, Attachment H.
    """
    rad = pi / 180.0
    dlon = (lon_r - lon_t) * rad
    sin_t, cos_t = np.sin(lat_t * rad), np.cos(lat_t * rad)
    sin_r, cos_r = np.sin(lat_r * rad), np.cos(lat_r * rad)
    east = np.sin(dlon) * cos_r
    north = cos_t * sin_r - sin_t * cos_r * np.cos(dlon)
    bearing = np.arctan2(east, north)
    half = 0.5 * d / EARTH_KM
    found: float = np.arcsin(sin_t * np.cos(half) + cos_t * np.sin(half) * np.cos(bearing)) / rad
    return found
