"""What a caller gives: profiles, antennas and the radio; and the faults they may have."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from saola.connect.radio.limits import outside
from saola.connect.radio.p1812.batch import Rows
from saola.connect.radio.p1812.climate import COAST, INLAND, SEA
from saola.connect.radio.p1812.symbols import Ends, Radio
from saola.errors import InputError, SaolaError, raise_all

FREQUENCY_HZ = (30e6, 6e9)
LENGTH_KM = (0.25, 3000.0)
HEIGHT_M = (1.0, 3000.0)
LEAST_POINTS = 3
FAR_FROM_COAST_KM = 500.0
GRADIENT = 45.0  # ΔN and N0 of temperate land, for where no map is at hand
REFRACTIVITY = 325.0


def _faults_of_lines(profile: "Profile") -> list[SaolaError]:
    x = profile.distance_km
    sizes = {line.size for line in (x, profile.ground_m, profile.clutter_m, profile.zone)}
    if len(sizes) > 1:
        return [InputError("profile-lengths-differ", where=profile.name, found=sorted(sizes))]
    if x.size < LEAST_POINTS:
        return [InputError("profile-too-few-points", where=profile.name, found=x.size)]
    for name, line in (("ground_m", profile.ground_m), ("clutter_m", profile.clutter_m)):
        if not np.isfinite(line).all():
            at = int(np.flatnonzero(~np.isfinite(line))[0])
            return [InputError("profile-hole", where=profile.name, found=at, column=name)]
    faults: list[SaolaError] = []
    if x[0] != 0.0 or not (np.diff(x) > 0.0).all():
        faults.append(InputError("profile-not-increasing", where=profile.name, found=x[0]))
    if not np.isin(profile.zone, (SEA, COAST, INLAND)).all():
        strange = sorted(set(profile.zone.tolist()) - {SEA, COAST, INLAND})
        faults.append(InputError("profile-zone-unknown", where=profile.name, found=strange))
    return faults + outside("distance_km", float(x[-1]), *LENGTH_KM, "km")


@dataclass(frozen=True)
class Profile:
    """Terrain and ground cover along one path.

    Attributes:
        distance_km: From the transmitter, rising from 0, (n,) with n ≥ 3.
        ground_m: Terrain above sea level, (n,).
        clutter_m: Height of ground cover above the terrain, (n,).
        zone: 1 sea, 3 coastal land, 4 inland, (n,).
        name: What an error calls this profile.

    Raises:
        InputError: If the lines differ in length, have holes, do not rise, or the path is not
            0.25 to 3,000 km long.

    Source: ITU-R P.1812-8, sections 3.2 and 3.3.
    """

    distance_km: NDArray[np.float64]
    ground_m: NDArray[np.float64]
    clutter_m: NDArray[np.float64]
    zone: NDArray[np.int8]
    name: str = "profile"

    def __post_init__(self) -> None:
        raise_all(_faults_of_lines(self))

    @classmethod
    def inland(
        cls,
        distance_km: NDArray[np.float64],
        ground_m: NDArray[np.float64],
        clutter_m: NDArray[np.float64] | None = None,
        name: str = "profile",
    ) -> "Profile":
        """Make a profile that lies wholly inland; without clutter it is bare ground."""
        clutter = np.zeros_like(ground_m) if clutter_m is None else clutter_m
        return cls(distance_km, ground_m, clutter, np.full(ground_m.size, INLAND, np.int8), name)


@dataclass(frozen=True)
class Antennas:
    """The two ends of a path and the atmosphere between them.

    Attributes:
        transmitter_m: Height above ground, 1-3,000 m.
        receiver_m: Height above ground, 1-3,000 m.
        latitude: Of the path's middle, degrees.
        gradient: ΔN, N-units/km; a map's value where one is at hand.
        refractivity: N0, N-units.
        coast_transmitter_km: Distance of the transmitter from the coast along the path.
        coast_receiver_km: Distance of the receiver from the coast along the path.

    Raises:
        InputError: If a value is out of range.
    """

    transmitter_m: float
    receiver_m: float
    latitude: float
    gradient: float = GRADIENT
    refractivity: float = REFRACTIVITY
    coast_transmitter_km: float = FAR_FROM_COAST_KM
    coast_receiver_km: float = FAR_FROM_COAST_KM

    def __post_init__(self) -> None:
        raise_all(
            [
                *outside("transmitter_m", self.transmitter_m, *HEIGHT_M, "m"),
                *outside("receiver_m", self.receiver_m, *HEIGHT_M, "m"),
                *outside("latitude", self.latitude, -90.0, 90.0, "°"),
                *outside("gradient", self.gradient, 0.0, 156.0, "N/km"),
                *outside("refractivity", self.refractivity, 200.0, 500.0, "N"),
            ]
        )

    @cached_property
    def ends(self) -> Ends:
        """The same in the kernel's form."""
        return Ends(
            float(self.transmitter_m),
            float(self.receiver_m),
            float(self.latitude),
            float(self.gradient),
            float(self.refractivity),
            float(self.coast_transmitter_km),
            float(self.coast_receiver_km),
        )


@dataclass(frozen=True)
class Signal:
    """What is sent, and how often and where it must be heard.

    Attributes:
        frequency_hz: 30 MHz to 6 GHz.
        time: Percentage of the average year for which the loss is not exceeded, 1-50.
        locations: Percentage of locations for which it is not exceeded, 1-99.
        spread_db: Standard deviation of location variability.
        vertical: Whether polarisation is vertical.

    Raises:
        InputError: If a value is out of range.
    """

    frequency_hz: float
    time: float = 50.0
    locations: float = 50.0
    spread_db: float = 0.0
    vertical: bool = True

    def __post_init__(self) -> None:
        raise_all(
            [
                *outside("frequency_hz", self.frequency_hz, *FREQUENCY_HZ, "Hz"),
                *outside("time", self.time, 1.0, 50.0, "%"),
                *outside("locations", self.locations, 1.0, 99.0, "%"),
                *outside("spread_db", self.spread_db, 0.0, 40.0, "dB"),
            ]
        )

    @cached_property
    def radio(self) -> Radio:
        """The same in the kernel's form."""
        return Radio(
            self.frequency_hz / 1e9,
            float(self.time),
            float(self.locations),
            float(self.spread_db),
            float(self.vertical),
        )


def rows_of(paths: Sequence[tuple[Profile, Antennas]]) -> Rows:
    """Lay profiles end to end for the kernel."""
    profiles = [profile for profile, _ in paths]
    sizes = [profile.distance_km.size for profile in profiles]
    return Rows(
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        np.concatenate([p.distance_km for p in profiles]).astype(np.float64),
        np.concatenate([p.ground_m for p in profiles]).astype(np.float64),
        np.concatenate([p.ground_m + p.clutter_m for p in profiles]).astype(np.float64),
        np.concatenate([p.zone for p in profiles]).astype(np.int8),
        np.array([antennas.ends for _, antennas in paths], np.float64),
    )
