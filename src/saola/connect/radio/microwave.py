"""Microwave backhaul: which hops are possible in which band, and what they carry.

A hop is possible if the ray is clear of terrain and the rate asked for is carried for the share of
the year asked for, against rain, multipath and gases.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from math import log10, pi
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from saola.connect.radio import hop
from saola.connect.radio.limits import outside
from saola.connect.radio.sight import Sight
from saola.connect.radio.tables import read_rows, value_of
from saola.connect.radio.weather import HUMID_TROPICS, Gases, gas_attenuation
from saola.errors import InputError, raise_all

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]
APERTURE = 0.55  # share of a dish's area that counts
ROLL_OFF = 1.15  # channel width over symbol rate
CODE_RATE = 0.9
SHANNON_GAP_DB = 4.0  # above the limit, for coding and equipment
NOISE_DBM_HZ = -174.0
BITS = (2, 4, 6, 7, 8, 10)  # QPSK, 16, 64, 128, 256 and 1024 QAM
LEAST_MARGIN_DB = 10.0  # below it neither distribution of fades is meant to be used
BAND_FIELDS = (
    "frequency_ghz", "channel_mhz", "transmit_dbm", "dish_m", "noise_db", "longest_km",
)  # fmt: skip


class Refusal(IntEnum):
    """Why a hop does not carry what is asked."""

    NONE = 0
    TERRAIN = 1
    DISTANCE = 2
    POWER = 3
    RAIN = 4
    MULTIPATH = 5


@dataclass(frozen=True)
class Band:
    """One row of `data/microwave.csv`: a band and the equipment assumed in it.

    Attributes:
        name: As planners call it.
        frequency_hz: Middle of the band.
        channel_hz: Width of one channel.
        transmit_dbm: Power into the antenna.
        dish_m: Diameter of both dishes.
        noise_db: Receiver's noise figure.
        longest_km: The longest hop tried.
        source: Where the figures come from.
    """

    name: str
    frequency_hz: float
    channel_hz: float
    transmit_dbm: float
    dish_m: float
    noise_db: float
    longest_km: float
    source: str

    @property
    def gain_dbi(self) -> float:
        """The gain of one dish."""
        wavelength = 299_792_458.0 / self.frequency_hz
        return 10.0 * log10(APERTURE * (pi * self.dish_m / wavelength) ** 2)

    def rate_mbps(self, bits: int) -> float:
        """Give what a channel carries with so many bits a symbol, Mbit/s."""
        return self.channel_hz / ROLL_OFF * bits * CODE_RATE / 1e6

    def threshold_dbm(self, bits: int) -> float:
        """Give the least power that carries so many bits a symbol, dBm."""
        needed = 10.0 * log10(2.0 ** (bits * CODE_RATE) - 1.0) + SHANNON_GAP_DB
        return NOISE_DBM_HZ + 10.0 * log10(self.channel_hz) + self.noise_db + needed


def _read(path: Path | None) -> tuple[Band, ...]:
    found = []
    for row in read_rows("microwave.csv", path, ("band", *BAND_FIELDS, "source")):
        size = [value_of(row, name, row["band"]) for name in BAND_FIELDS]
        ghz, mhz, dbm, dish, noise, longest = size
        raise_all(outside("frequency_ghz", ghz, 1.0, 100.0, "GHz"))
        one = Band(row["band"], ghz * 1e9, mhz * 1e6, dbm, dish, noise, longest, row["source"])
        found.append(one)
    return tuple(sorted(found, key=lambda one: one.frequency_hz))


_shipped = cache(_read)


def bands(path: Path | None = None) -> tuple[Band, ...]:
    """Read bands, lowest first: the shipped ones, or a user's table with the same columns.

    Raises:
        InputError: If the table is missing or malformed.
    """
    return _shipped(None) if path is None else _read(path)


def band(name: str, path: Path | None = None) -> Band:
    """Give a band by name.

    Raises:
        InputError: If there is none.
    """
    for one in bands(path):
        if one.name == name:
            return one
    known = ", ".join(one.name for one in bands(path))
    raise InputError("band-unknown", where="band", found=name, known=known)


@dataclass(frozen=True)
class Climate:
    """The weather of the hops.

    Attributes:
        rain_mm_h: Rain rate exceeded for 0.01 % of the year, (n,) or one for all.
        gradient: dN1, N-units/km, (n,) or one for all.
        latitude: Degrees, (n,) or one for all.
        gases: The air near the ground.
    """

    rain_mm_h: Values | float
    gradient: Values | float = -200.0
    latitude: Values | float = 16.0
    gases: Gases = HUMID_TROPICS


@dataclass(frozen=True)
class Need:
    """What a hop must carry.

    Attributes:
        mbps: The rate, Mbit/s.
        availability: Share of the year it must be carried.
        clearance: Radii of the first Fresnel zone that must be clear, at the median and at the low
            Earth factor.
        reserve_db: Kept for wet radomes, alignment, ageing and interference.

    Raises:
        InputError: If a value is out of range.
    """

    mbps: float = 100.0
    availability: float = 0.9999
    clearance: tuple[float, float] = (1.0, 0.6)
    reserve_db: float = 3.0

    def __post_init__(self) -> None:
        raise_all(
            [
                *outside("mbps", self.mbps, 0.0, 1e5, "Mbit/s"),
                *outside("availability", self.availability, 0.9, 0.999999, ""),
                *outside("reserve_db", self.reserve_db, 0.0, 40.0, "dB"),
            ]
        )


@dataclass(frozen=True)
class Hops:
    """What hops carry in one band.

    Attributes:
        band: The band.
        mbps: The rate carried for the share of the year asked, 0 where none, (n,).
        outage: Share of the year in which the rate asked is not carried, (n,).
        margin_db: Fade margin at the rate asked, (n,).
        refusal: Codes of `Refusal`; NONE where the rate asked is carried, (n,).
    """

    band: Band
    mbps: Values
    outage: Values
    margin_db: Values
    refusal: NDArray[np.int8]

    @property
    def possible(self) -> Mask:
        """Which hops carry what is asked, (n,)."""
        found: Mask = self.refusal == Refusal.NONE
        return found


def _levels(sight: Sight, one: Band, climate: Climate, need: Need) -> Values:
    """Give the received power without fading, dBm."""
    d = np.maximum(sight.distance_km, 1e-3)
    free = 92.45 + 20.0 * np.log10(one.frequency_hz / 1e9) + 20.0 * np.log10(d)
    gas = gas_attenuation(one.frequency_hz, climate.gases) * d
    found: Values = one.transmit_dbm + 2.0 * one.gain_dbi - free - gas - need.reserve_db
    return found


def _slowest_enough(one: Band, mbps: float) -> int:
    """Give the fewest bits a symbol that carry a rate, or the most there are."""
    return next((bits for bits in BITS if one.rate_mbps(bits) >= mbps), BITS[-1])


class _Fading(NamedTuple):
    """What hops have and lose in one band: power, rain at 0.01 %, multipath without margin."""

    level_dbm: Values
    rain_db: Values
    deep: Values


class _Outage(NamedTuple):
    """Margin in dB, and the shares of the year lost to rain and to multipath."""

    margin_db: Values
    rain: Values
    multipath: Values


def _fading(sight: Sight, one: Band, climate: Climate, need: Need) -> _Fading:
    d, rise = sight.distance_km, sight.rise_m
    gradient = np.asarray(climate.gradient)
    deep = hop.multipath_outage(one.frequency_hz, d, rise, sight.lower_m, gradient)
    return _Fading(
        _levels(sight, one, climate, need),
        hop.rain_attenuation(one.frequency_hz, d, np.asarray(climate.rain_mm_h)),
        deep * hop.annual_share(np.maximum(d, 0.1), rise, climate.latitude),
    )


def _outage(one: Band, fading: _Fading, bits: int) -> _Outage:
    margin = fading.level_dbm - one.threshold_dbm(bits)
    rain = hop.rain_outage(one.frequency_hz, fading.rain_db, margin) / 100.0
    multipath = np.minimum(fading.deep * 10.0 ** (-margin / 10.0), 100.0) / 100.0
    return _Outage(margin, rain, np.where(margin < LEAST_MARGIN_DB, 1.0, multipath))


def _refusals(
    carried: Values, outage: _Outage, barred: tuple[Mask, Mask], *, slow: bool, need: Need
) -> NDArray[np.int8]:
    """Give the reason that comes first: terrain, distance, power, then the greater outage."""
    short = carried < need.mbps
    found = np.where(short, Refusal.RAIN, Refusal.NONE)
    found = np.where(short & (outage.multipath > outage.rain), Refusal.MULTIPATH, found)
    weak = short & ((outage.margin_db < LEAST_MARGIN_DB) | slow)
    found = np.where(weak, Refusal.POWER, found)
    found = np.where(barred[1], Refusal.DISTANCE, found)
    return np.where(barred[0], Refusal.TERRAIN, found).astype(np.int8)


def hops_in(sight: Sight, one: Band, climate: Climate, need: Need | None = None) -> Hops:
    """Say what hops carry in one band.

    Args:
        sight: Distances and clearance of the hops.
        one: The band.
        climate: Rain, refraction and gases.
        need: What must be carried, and how often.

    Source: ITU-R P.530-17 with P.838-3 and P.676-12; availability of adaptive modulation.
    """
    need = need or Need()
    fading = _fading(sight, one, climate, need)
    carried = np.zeros(sight.distance_km.size)
    for bits in BITS:
        lost = _outage(one, fading, bits)
        kept = lost.rain + lost.multipath <= 1.0 - need.availability
        carried = np.where(kept, np.maximum(carried, one.rate_mbps(bits)), carried)
    outage = _outage(one, fading, _slowest_enough(one, need.mbps))
    median, low = sight.clearance(one.frequency_hz)
    blocked = (median < need.clearance[0]) | (low < need.clearance[1])
    far = sight.distance_km > one.longest_km
    slow = one.rate_mbps(BITS[-1]) < need.mbps
    return Hops(
        one,
        np.where(blocked | far, 0.0, carried),
        np.minimum(outage.rain + outage.multipath, 1.0),
        outage.margin_db,
        _refusals(carried, outage, (blocked, far), slow=slow, need=need),
    )


def chain_outage(outages: list[float]) -> float:
    """Give the share of the year in which a chain of hops is down: where any of them is."""
    return float(1.0 - np.prod(1.0 - np.asarray(outages, np.float64)))
