"""What is on a mast: the carriers of `data/radios.csv` and their link budgets."""

from dataclasses import dataclass, fields
from functools import cache
from math import log10
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from saola.connect.radio.efficiency import layer_factor, sinr_needed, spectral_efficiency
from saola.connect.radio.limits import outside
from saola.connect.radio.tables import Row, read_rows, value_of
from saola.errors import InputError, raise_all

Values = NDArray[np.float64]
NOISE_DBM_HZ = -174.0
BLOCK_HZ = 180e3  # a resource block


@dataclass(frozen=True)
class Carrier:
    """One carrier of one kind of cell, with the receiver it is meant for; a row of `radios.csv`.

    Attributes:
        radio: Its name.
        generation: `4G` or `5G`.
        frequency_mhz: Middle of the downlink.
        bandwidth_mhz: Width of the downlink.
        downlink_share: Share of time for the downlink; 1 where up and down have bands of their own.
        overhead: Share of the downlink for signalling.
        power_dbm: Of one sector.
        gain_dbi: Of the sector's antenna.
        feeder_db: Lost between both.
        sectors: Of a site.
        layers: Most MIMO layers to one user.
        table: Its table of channel quality.
        receiver_m: Height of the receiver above ground.
        receiver_dbi: Its antenna's gain.
        receiver_noise_db: Its noise figure.
        body_db: Lost at the user's body.
        uplink_dbm: Power of the user's device.
        uplink_mhz: Width of the uplink.
        uplink_noise_db: Noise figure of the base station.
        reserve_db: Kept for sector edges, tilt and ageing.
        source: Where the figures come from.
        date: Of the source.
    """

    radio: str
    generation: str
    frequency_mhz: float
    bandwidth_mhz: float
    downlink_share: float
    overhead: float
    power_dbm: float
    gain_dbi: float
    feeder_db: float
    sectors: int
    layers: int
    table: str
    receiver_m: float
    receiver_dbi: float
    receiver_noise_db: float
    body_db: float
    uplink_dbm: float
    uplink_mhz: float
    uplink_noise_db: float
    reserve_db: float
    source: str
    date: str

    def __post_init__(self) -> None:
        raise_all(
            [
                *outside("frequency_mhz", self.frequency_mhz, 30.0, 6000.0, "MHz"),
                *outside("bandwidth_mhz", self.bandwidth_mhz, 0.2, 400.0, "MHz"),
                *outside("downlink_share", self.downlink_share, 0.01, 1.0, ""),
                *outside("overhead", self.overhead, 0.0, 0.9, ""),
                *outside("sectors", self.sectors, 1, 12, ""),
                *outside("layers", self.layers, 1, 16, ""),
            ]
        )

    @property
    def frequency_hz(self) -> float:
        """Middle of the downlink."""
        return self.frequency_mhz * 1e6

    @property
    def radiated_dbm(self) -> float:
        """Power radiated into the sector's main direction, less the reserve."""
        return self.power_dbm + self.gain_dbi - self.feeder_db - self.reserve_db

    @property
    def noise_dbm(self) -> float:
        """Noise of the receiver in the whole downlink."""
        return NOISE_DBM_HZ + 10.0 * log10(self.bandwidth_mhz * 1e6) + self.receiver_noise_db

    def received_dbm(self, loss_db: Values, *, entry_db: float = 0.0) -> Values:
        """Give the power that reaches the receiver.

        Args:
            loss_db: Basic transmission loss, any shape.
            entry_db: Building entry loss, 0 outdoors.
        """
        found: Values = (
            self.radiated_dbm + self.receiver_dbi - self.body_db - entry_db - np.asarray(loss_db)
        )
        return found

    def sinr_db(self, received_dbm: Values, interference_dbm: Values | float = -np.inf) -> Values:
        """Give the ratio of signal to interference and noise."""
        others = 10.0 ** (0.1 * np.asarray(interference_dbm, np.float64))
        noise = 10.0 ** (0.1 * self.noise_dbm)
        found: Values = np.asarray(received_dbm) - 10.0 * np.log10(noise + others)
        return found

    def rate_mbps(self, sinr_db: Values) -> Values:
        """Give what the whole carrier brings to a receiver, Mbit/s, if it has it alone."""
        layers = layer_factor(sinr_db, self.layers)
        efficiency = spectral_efficiency(sinr_db, self.table) * layers
        share = self.downlink_share * (1.0 - self.overhead)
        found: Values = self.bandwidth_mhz * share * efficiency
        return found

    def downlink_limit_db(self, mbps: float) -> float:
        """Give the greatest loss at which the carrier alone, without interference, gives a rate.

        Args:
            mbps: The rate at the cell's edge, Mbit/s.
        """
        grid = np.arange(-10.0, 40.0, 0.1)
        enough = self.rate_mbps(grid) >= mbps
        if not enough.any():
            return -np.inf
        needed = float(grid[int(np.argmax(enough))])
        gains = self.radiated_dbm + self.receiver_dbi - self.body_db
        return gains - self.noise_dbm - needed

    def uplink_limit_db(self, mbps: float) -> float:
        """Give the greatest loss at which the device reaches the base with a rate.

        The device spreads its power over as many resource blocks as serve it best.

        Args:
            mbps: The rate of the uplink, Mbit/s.
        """
        blocks = np.arange(1, int(self.uplink_mhz * 1e6 / BLOCK_HZ) + 1)
        share = 1.0 if self.downlink_share == 1.0 else 1.0 - self.downlink_share
        best = -np.inf
        for width in blocks * BLOCK_HZ:
            needed = sinr_needed(mbps * 1e6 / (width * share * (1.0 - self.overhead)))
            noise = NOISE_DBM_HZ + 10.0 * log10(width) + self.uplink_noise_db
            best = max(best, -noise - needed)
        gains = self.gain_dbi - self.feeder_db + self.receiver_dbi - self.body_db
        return float(best + self.uplink_dbm + gains - self.reserve_db)

    def limit_db(self, down_mbps: float, up_mbps: float) -> float:
        """Give the greatest loss at which both directions reach their rates, dB."""
        return min(self.downlink_limit_db(down_mbps), self.uplink_limit_db(up_mbps))


def _carrier(row: Row, where: str) -> Carrier:
    made: dict[str, str | float | int] = {}
    for field in fields(Carrier):
        if field.type is str:
            made[field.name] = row[field.name]
        else:
            value = value_of(row, field.name, where)
            made[field.name] = int(value) if field.type is int else value
    return Carrier(**made)  # type: ignore[arg-type]  # each value was made of its field's type


def _read(path: Path | None) -> dict[str, Carrier]:
    rows = read_rows("radios.csv", path, [field.name for field in fields(Carrier)])
    return {row["radio"]: _carrier(row, row["radio"]) for row in rows}


_shipped = cache(_read)


def carriers(path: Path | None = None) -> dict[str, Carrier]:
    """Read carriers by name: the shipped ones, or a user's table with the same columns.

    Raises:
        InputError: If the table is missing or malformed.
    """
    return _shipped(None) if path is None else _read(path)


def carrier(name: str, path: Path | None = None) -> Carrier:
    """Give a carrier by name.

    Raises:
        InputError: If there is none.
    """
    known = carriers(path)
    if name not in known:
        raise InputError("band-unknown", where="radio", found=name, known=", ".join(known))
    return known[name]
