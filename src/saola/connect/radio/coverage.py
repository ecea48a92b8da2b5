"""Coverage maps: received power, best server, SINR and rate on a grid over terrain."""

from collections.abc import Sequence
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
from saola.errors import InputError
from saola.progress import Progress

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
    def cells(self) -> int:
        """The reach in cells."""
        return ceil(1000.0 * self.km / self.cell_m)

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


def map_grid(terrain: Terrain, masts: Sequence[Mast], reach: Reach) -> Terrain:
    """Lay a grid of cells over the terrain as far as the masts reach.

    Each cell has the height of the terrain's nearest point.
    """
    west, south, east, north = terrain.bounds
    step_lat = reach.cell_m / METRES_A_DEGREE
    step_lon = step_lat / max(cos(0.5 * (north + south) * RAD), 0.01)
    lat, lon = step_lat * reach.cells, step_lon * reach.cells
    latitudes, longitudes = ([m.latitude for m in masts], [m.longitude for m in masts])
    top, left = min(north, max(latitudes) + lat), max(west, min(longitudes) - lon)
    low, right = max(south, min(latitudes) - lat), min(east, max(longitudes) + lon)
    rows = max(int((top - low) / step_lat + 1e-9), 1) + 1
    columns = max(int((right - left) / step_lon + 1e-9), 1) + 1
    r = np.rint((north - top + np.arange(rows) * step_lat) / terrain.step_lat).astype(int)
    k = np.rint((left - west + np.arange(columns) * step_lon) / terrain.step_lon).astype(int)
    r = np.minimum(r, terrain.heights_m.shape[0] - 1)
    k = np.minimum(k, terrain.heights_m.shape[1] - 1)
    heights = terrain.heights_m[np.ix_(r, k)]
    return Terrain(heights, left, top, step_lon, step_lat, terrain.name)


def _window(grid: Terrain, mast: Mast, reach: Reach) -> tuple[slice, slice]:
    """Give the rows and columns of a grid that one mast may reach."""
    row = round((grid.north - mast.latitude) / grid.step_lat)
    column = round((mast.longitude - grid.west) / grid.step_lon)
    wide = reach.cells + 1
    return (
        slice(max(row - wide, 0), row + wide + 1),
        slice(max(column - wide, 0), column + wide + 1),
    )


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

    Returns:
        The map's grid and the losses, (rows, columns).

    Raises:
        InputError: If the site stands outside the terrain.
    """
    grid = map_grid(ground.terrain, [mast], reach)
    return grid, _losses(ground, mast, carrier, reach, (grid, air))


def _losses(
    ground: Ground, mast: Mast, carrier: Carrier, reach: Reach, on: tuple[Terrain, Air | None]
) -> Values:
    """Give the losses to the cells of the mast's window of a grid, dB."""
    grid, air = on
    steps = _steps(ground.terrain, mast, carrier, reach)
    centre = (mast.latitude, mast.longitude)
    signal = Signal(carrier.frequency_hz, reach.time)
    polar = radial_losses(ground, centre, steps, signal, radials=reach.radials, air=air)
    rows, columns = _window(grid, mast, reach)
    losses = np.empty(grid.heights_m[rows, columns].shape)
    origin = grid.north - rows.start * grid.step_lat, grid.west + columns.start * grid.step_lon
    cell = (grid.step_lat, grid.step_lon)
    _fill_map(polar, centre, steps.km * steps.every, origin, cell, losses)
    return losses


def coverage(
    ground: Ground,
    masts: Sequence[Mast],
    carrier: Carrier,
    reach: Reach | None = None,
    *,
    air: Air | None = None,
    progress: Progress | None = None,
) -> Coverage:
    """Draw best server, received power, SINR and rate of sites that share one carrier.

    The map goes as far as the sites reach; a site's work depends on its reach alone.

    Args:
        ground: Terrain and what stands on it.
        masts: The sites.
        carrier: What they all carry.
        reach: How far and how finely.
        air: The atmosphere; by default temperate land's.
        progress: Called with sites done and sites in all.

    Raises:
        InputError: If there is no site or one stands outside the terrain.
    """
    reach = reach or Reach()
    if not masts:
        raise InputError("masts-columns", where="masts", found="")
    grid = map_grid(ground.terrain, masts, reach)
    shape = grid.heights_m.shape
    best, total = np.full(shape, SILENT_DBM), np.zeros(shape)
    server = np.full(shape, NOBODY, np.int32)
    for k, mast in enumerate(masts):
        losses = _losses(ground, mast, carrier, reach, (grid, air))
        level = carrier.received_dbm(losses, entry_db=reach.entry_db)
        level = np.where(np.isfinite(level), level, SILENT_DBM)
        part = _window(grid, mast, reach)
        total[part] += 10.0 ** (0.1 * level)
        server[part] = np.where(level > best[part], k, server[part])
        best[part] = np.maximum(best[part], level)
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
