"""Coverage maps: received power, best server, SINR and rate on a grid over terrain."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import atan2, ceil, cos, pi, sin
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from saola.connect.compiled import compiled
from saola.connect.radio.carriers import Carrier
from saola.connect.radio.over_ground import Air, Steps, radial_losses
from saola.connect.radio.p1812.paths import Signal
from saola.connect.terrain.grid import METRES_A_DEGREE, Terrain
from saola.connect.terrain.ground import Ground
from saola.connect.terrain.sampling import RAD, Place, distance_km

Values = NDArray[np.float64]
NOBODY = -1
SILENT_DBM = -300.0


@dataclass(frozen=True)
class Mast:
    """A site of a coverage map.

    Attributes:
        latitude: Degrees.
        longitude: Degrees.
        height_m: Of the antenna above ground.
    """

    latitude: float
    longitude: float
    height_m: float = 30.0


@dataclass(frozen=True)
class Reach:
    """How far and how finely a map is drawn.

    Attributes:
        km: Greatest distance from a site.
        cell_m: Width of the map's cells.
        load: Share of time in which other sites transmit on the same carrier.
        time: Percentage of time the signal must be there.
        entry_db: Building entry loss, 0 outdoors.
    """

    km: float = 20.0
    cell_m: float = 200.0
    load: float = 0.5
    time: float = 50.0
    entry_db: float = 0.0

    @property
    def radials(self) -> int:
        """Bearings, so that at three quarters of the reach neighbours are a cell apart."""
        return max(ceil(2.0 * pi * 750.0 * self.km / self.cell_m), 36)


@dataclass(frozen=True)
class Coverage:
    """Maps on one grid; the first row is northernmost.

    Attributes:
        grid: Gives the place of the cells' middles; its heights are the terrain's.
        received_dbm: Of the best server, NaN where nothing reaches, (rows, columns).
        server: Index of the best server, −1 where nothing reaches, (rows, columns).
        sinr_db: (rows, columns).
        mbps: What the carrier brings there if it serves that place alone, (rows, columns).
    """

    grid: Terrain
    received_dbm: Values
    server: NDArray[np.int32]
    sinr_db: Values
    mbps: Values


def _map_grid(terrain: Terrain, cell_m: float) -> Terrain:
    """Lay a grid of cells over the terrain and take the height of the nearest point for each."""
    west, south, east, north = terrain.bounds
    step_lat = cell_m / METRES_A_DEGREE
    step_lon = step_lat / max(cos(0.5 * (north + south) * RAD), 0.01)
    rows = max(int((north - south) / step_lat), 1) + 1
    columns = max(int((east - west) / step_lon), 1) + 1
    r = np.rint(np.arange(rows) * step_lat / terrain.step_lat).astype(int)
    k = np.rint(np.arange(columns) * step_lon / terrain.step_lon).astype(int)
    r = np.minimum(r, terrain.heights_m.shape[0] - 1)
    k = np.minimum(k, terrain.heights_m.shape[1] - 1)
    heights = terrain.heights_m[np.ix_(r, k)]
    return Terrain(heights, west, north, step_lon, step_lat, terrain.name)


@compiled
def _bearing(a: Place, b: Place) -> float:
    """Give the bearing from `a` to `b`, degrees from north in 0..360."""
    east = (b[1] - a[1]) * RAD
    y = sin(east) * cos(b[0] * RAD)
    x = cos(a[0] * RAD) * sin(b[0] * RAD) - sin(a[0] * RAD) * cos(b[0] * RAD) * cos(east)
    return atan2(y, x) / RAD % 360.0


@compiled
def _between(polar: Values, turn: float, ring: float) -> float:
    """Take a loss between four neighbours of a polar grid; NaN if any is."""
    radials, rings = polar.shape
    r, k = int(turn), max(min(int(ring), rings - 2), 0)
    side, out = turn - r, min(max(ring - k, 0.0), 1.0)
    left, right = r % radials, (r + 1) % radials
    near = polar[left, k] + side * (polar[right, k] - polar[left, k])
    far = polar[left, k + 1] + side * (polar[right, k + 1] - polar[left, k + 1])
    found: float = near + out * (far - near)
    return found


@compiled
def _fill_map(
    polar: Values, centre: Place, step: float, origin: Place, cell: Place, losses: Values
) -> None:
    """Write the loss of every cell within reach, NaN elsewhere; `cell` is degrees of both ways."""
    radials, rings = polar.shape
    for i in range(losses.shape[0]):
        for j in range(losses.shape[1]):
            place = (origin[0] - i * cell[0], origin[1] + j * cell[1])
            d = distance_km(centre, place)
            losses[i, j] = np.nan
            if d <= step * rings:
                turn = _bearing(centre, place) * radials / 360.0
                losses[i, j] = _between(polar, turn, d / step - 1.0)


def _steps(terrain: Terrain, mast: Mast, carrier: Carrier, reach: Reach) -> Steps:
    """Sample profiles as finely as the terrain and put receivers about a cell apart."""
    km = min(terrain.step_m, reach.cell_m) / 1000.0
    every = max(round(reach.cell_m / 1000.0 / km), 1)
    rings = max(ceil(reach.km / (km * every) - 1e-9), 2)
    return Steps(km, rings * every, mast.height_m, carrier.receiver_m, every)


def loss_map(
    ground: Ground, mast: Mast, carrier: Carrier, reach: Reach, *, air: Air | None = None
) -> tuple[Terrain, Values]:
    """Give the loss from one site to the cells of a map, dB; NaN out of reach.

    The loss is reckoned by P.1812 to the points of radials and taken bilinearly between them.

    Args:
        ground: Terrain and what stands on it.
        mast: The site.
        carrier: Gives frequency and the receivers' height.
        reach: How far and how finely.
        air: The atmosphere; by default temperate land's.

    Raises:
        InputError: If the site stands outside the terrain.
    """
    grid = _map_grid(ground.terrain, reach.cell_m)
    steps = _steps(ground.terrain, mast, carrier, reach)
    centre = (mast.latitude, mast.longitude)
    signal = Signal(carrier.frequency_hz, reach.time)
    polar = radial_losses(ground, centre, steps, signal, radials=reach.radials, air=air)
    losses = np.empty(grid.heights_m.shape)
    origin, cell = (grid.north, grid.west), (grid.step_lat, grid.step_lon)
    _fill_map(polar, centre, steps.km * steps.every, origin, cell, losses)
    return grid, losses


def coverage(
    ground: Ground,
    masts: Sequence[Mast],
    carrier: Carrier,
    reach: Reach | None = None,
    *,
    air: Air | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Coverage:
    """Draw best server, received power, SINR and rate of sites that share one carrier.

    Args:
        ground: Terrain and what stands on it.
        masts: The sites.
        carrier: What they all carry.
        reach: How far and how finely.
        air: The atmosphere; by default temperate land's.
        progress: Called with sites done and sites in all.

    Raises:
        InputError: If a site stands outside the terrain.
    """
    reach = reach or Reach()
    grid = _map_grid(ground.terrain, reach.cell_m)
    shape = grid.heights_m.shape
    best, total = np.full(shape, SILENT_DBM), np.zeros(shape)
    server = np.full(shape, NOBODY, np.int32)
    for k, mast in enumerate(masts):
        _, losses = loss_map(ground, mast, carrier, reach, air=air)
        level = carrier.received_dbm(losses, entry_db=reach.entry_db)
        level = np.where(np.isfinite(level), level, SILENT_DBM)
        total += 10.0 ** (0.1 * level)
        server = np.where(level > best, k, server).astype(np.int32)
        best = np.maximum(best, level)
        if progress is not None:
            progress(k + 1, len(masts))
    others = reach.load * np.maximum(total - 10.0 ** (0.1 * best), 0.0)
    with np.errstate(divide="ignore"):
        sinr = carrier.sinr_db(best, 10.0 * np.log10(others))
    reached = server != NOBODY
    return Coverage(
        grid,
        np.where(reached, best, np.nan),
        server,
        np.where(reached, sinr, np.nan),
        np.where(reached, carrier.rate_mbps(sinr), 0.0),
    )


def share_reached(spread_db: float, margin_db: float) -> float:
    """Give the share of places that are reached where the mean level is a margin above the limit.

    Args:
        spread_db: Standard deviation between places; see `entry.location_spread`.
        margin_db: Mean level less the least level, dB.
    """
    if spread_db <= 0.0:
        return float(margin_db >= 0.0)
    return NormalDist(0.0, spread_db).cdf(margin_db)
