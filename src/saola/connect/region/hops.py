"""Which hops can bring the core to a site: fibre by length, microwave by sight and weather."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from saola.connect.backhaul.connector import nearest
from saola.connect.backhaul.roads import Roads
from saola.connect.distances import Flags, Floats, Ints, haversine, pairs_within
from saola.connect.intake.border import crossing
from saola.connect.plan.problem import CORE, Medium
from saola.connect.radio.microwave import Climate, Need, bands, hops_in
from saola.connect.radio.over_ground import Links
from saola.connect.radio.sight import sight_of
from saola.connect.radio.weather import rain_rate
from saola.connect.region.places import Places
from saola.connect.region.settings import Settings
from saola.connect.terrain import Ground

BAND = "band"
FIBRE_MBPS = 10_000.0
MAST_M = 35.0


@dataclass(frozen=True, eq=False)
class Limits:
    """Where hops may run.

    Attributes:
        border: Hops whose straight line leaves it are not offered; None for no border.
        roads: Along which fibre is laid for less than across open land; None for none known.
    """

    border: Any = None
    roads: Roads | None = None


@dataclass(frozen=True, eq=False)
class Hops:
    """Hops that can be built, one row each.

    Attributes:
        origin: Site a hop comes from, or `CORE`.
        to: Site it reaches.
        medium: `Medium`.
        metres: Length along the straight line.
        trench_m: Metres of trench that fibre is charged for; 0 for microwave.
        entry: Point of the existing fibre a hop from the core begins at, −1 for the others.
        mbps: What it carries.
        cost: Net present value.
        band: Name of the microwave band, empty for fibre.
    """

    origin: Ints
    to: Ints
    medium: Ints
    metres: Floats
    trench_m: Floats
    entry: Ints
    mbps: Floats
    cost: Floats
    band: tuple[str, ...]

    def only(self, kept: Ints) -> "Hops":
        """Keep some rows."""
        columns = {
            each.name: getattr(self, each.name)[kept] for each in fields(self) if each.name != BAND
        }
        return Hops(**columns, band=tuple(self.band[index] for index in kept.tolist()))


def hops_of(
    places: Places,
    fibre: Floats,
    ground: Ground,
    settings: Settings,
    *,
    limits: Limits | None = None,
    threads: int = 1,
) -> Hops:
    """List every hop that money and physics allow.

    Args:
        places: Places and sites.
        fibre: Points of the existing fibre, (longitude, latitude), shape (f, 2).
        ground: Terrain and what stands on it.
        settings: Reach, weather, costs.
        limits: The border and the roads; none if left out.
        threads: How many threads share the terrain profiles.
    """
    limits = limits or Limits()
    parts = []
    if "fibre" in settings.backhaul:
        parts.append(_fibre_core(places, fibre, limits.roads, settings))
        parts.append(_fibre_between(places, limits.roads, settings))
    if "microwave" in settings.backhaul:
        parts.append(_microwave(places, fibre, ground, settings, threads))
    return _home(joined(parts), places, fibre, limits.border)


def _home(hops: Hops, places: Places, fibre: Floats, border: Any) -> Hops:
    """Keep the hops that stay within the border."""
    if border is None or not len(hops.to):
        return hops
    sites = np.column_stack((places.site_lat, places.site_lon))
    core = (hops.origin == CORE)[:, None]
    start = np.where(core, fibre[hops.entry][:, ::-1], sites[hops.origin])
    return hops.only(np.flatnonzero(~crossing(border, start, sites[hops.to])))


def joined(parts: list[Hops]) -> Hops:
    """Put lists of hops together; none gives an empty list."""
    if not parts:
        whole, real = np.zeros(0, np.int64), np.zeros(0)
        return Hops(whole, whole, whole, real, real, whole, real, real, ())
    columns = {
        each.name: np.concatenate([getattr(part, each.name) for part in parts])
        for each in fields(Hops)
        if each.name != BAND
    }
    return Hops(**columns, band=tuple(name for part in parts for name in part.band))


def _laid(
    ends: tuple[Ints, Ints, Ints], metres: Floats, trench_m: Floats, settings: Settings
) -> Hops:
    """Price fibre: its trench and the equipment at its ends."""
    origin, to, entry = ends
    price = settings.money.value("fibre-metre")
    cost = settings.money.value("fibre-end") + trench_m * price
    medium = np.full(len(to), int(Medium.FIBRE), dtype=np.int64)
    rate, band = np.full(len(to), FIBRE_MBPS), ("",) * len(to)
    return Hops(origin, to, medium, metres, trench_m, entry, rate, cost, band)


def _fibre_core(places: Places, fibre: Floats, roads: Roads | None, settings: Settings) -> Hops:
    """Lay fibre from the existing network to any site, however far."""
    entry, metres = nearest(places.site_lat, places.site_lon, fibre)
    trench = settings.detour * metres
    if roads is not None:
        trench = trench * settings.off_road
        by_road, along = roads.to_fibre(places.site_lat, places.site_lon, fibre, settings.open_land)
        shorter = along < trench
        entry, trench = np.where(shorter, by_road, entry), np.minimum(along, trench)
        at = fibre[entry]
        metres = haversine(places.site_lat, places.site_lon, at[:, 1], at[:, 0])
    to = np.arange(len(metres), dtype=np.int64)
    core = np.full(len(to), CORE, dtype=np.int64)
    return _laid((core, to, entry), metres, trench, settings)


def _nearest_pairs(places: Places, reach_km: float, count: int) -> tuple[Ints, Ints, Floats]:
    """Pair every site with its nearest others, both directions."""
    lat, lon = places.site_lat, places.site_lon
    a, b, metres = pairs_within(lat, lon, lat, lon, 1000 * reach_km)
    apart = a != b
    a, b, metres = a[apart], b[apart], metres[apart]
    order = np.lexsort((b, metres, a))
    a, b, metres = a[order], b[order], metres[order]
    place = np.arange(len(a)) - np.searchsorted(a, a)
    near = place < count
    chosen = np.unique(np.sort(np.column_stack((a[near], b[near])), axis=1), axis=0)
    both = np.concatenate((chosen, chosen[:, ::-1])).astype(np.int64)
    key = a * len(lat) + b
    sorted_key = np.argsort(key)
    at = sorted_key[np.searchsorted(key[sorted_key], both[:, 0] * len(lat) + both[:, 1])]
    return both[:, 0], both[:, 1], metres[at]


def _fibre_between(places: Places, roads: Roads | None, settings: Settings) -> Hops:
    reach = settings.reach
    a, b, metres = _nearest_pairs(places, reach.fibre_km, reach.neighbours)
    trench = settings.detour * metres
    if roads is not None and len(a):
        trench = trench * settings.off_road
        along = roads.between(
            (places.site_lat, places.site_lon), (a, b),
            settings.open_land, float(trench.max()),
        )  # fmt: skip
        trench = np.minimum(along, trench)
    none = np.full(len(a), CORE, dtype=np.int64)
    return _laid((a, b, none), metres, trench, settings)


def _microwave(
    places: Places, fibre: Floats, ground: Ground, settings: Settings, threads: int
) -> Hops:
    """Try microwave between near sites and from the nearest point of the fibre."""
    reach = settings.reach
    entry, far = nearest(places.site_lat, places.site_lon, fibre)
    near = np.flatnonzero((far <= 1000 * reach.microwave_km) & _inside(ground, fibre[entry]))
    a, b, _ = _nearest_pairs(places, reach.microwave_km, reach.hops)
    sites = np.column_stack((places.site_lat, places.site_lon))
    one_way = a < b  # physics is the same both ways
    start = np.concatenate((sites[a[one_way]], fibre[entry[near]][:, ::-1]))
    end = np.concatenate((sites[b[one_way]], sites[near]))
    metres, rate, band = _tried(start, end, ground, settings, threads)
    pairs = int(one_way.sum())
    origin = np.concatenate((a[one_way], b[one_way], np.full(len(near), CORE)))
    to = np.concatenate((b[one_way], a[one_way], near))
    twice = np.concatenate((np.arange(pairs), np.arange(pairs), pairs + np.arange(len(near))))
    kept = rate[twice] > 0
    origin, to, twice = origin[kept], to[kept], twice[kept]
    begun = np.concatenate((np.full(2 * pairs, CORE), entry[near]))[kept]
    mast = np.where(origin == CORE, settings.money.value("tower-existing"), 0.0)
    return Hops(
        origin.astype(np.int64),
        to.astype(np.int64),
        np.full(len(to), int(Medium.MICROWAVE), dtype=np.int64),
        metres[twice],
        np.zeros(len(to)),
        begun.astype(np.int64),
        rate[twice],
        settings.money.value("microwave") + mast,
        tuple(band[index] for index in twice.tolist()),
    )


def _inside(ground: Ground, points: Floats) -> Flags:
    west, south, east, north = ground.terrain.bounds
    lon, lat = points[:, 0], points[:, 1]
    inside: Flags = (lon > west) & (lon < east) & (lat > south) & (lat < north)
    return inside


def _tried(
    start: Floats, end: Floats, ground: Ground, settings: Settings, threads: int
) -> tuple[Floats, Floats, list[str]]:
    """Give length, best rate and its band for pairs of antennas; rate 0 where none is possible."""
    if not len(start):
        return np.zeros(0), np.zeros(0), []
    masts = np.full(len(start), MAST_M)
    sight = sight_of(ground, Links(start, end, masts, masts), threads=threads)
    rain = settings.rain_mm_h
    if rain is None:
        rain = float(rain_rate(start[:1, 0], start[:1, 1])[0])
    climate = Climate(rain_mm_h=rain, latitude=float(start[:, 0].mean()))
    need = Need(mbps=settings.hop_mbps, availability=settings.availability)
    best, band = np.zeros(len(start)), [""] * len(start)
    for one in bands():
        found = hops_in(sight, one, climate, need)
        rate = np.where(found.possible, found.mbps, 0.0)
        for index in np.flatnonzero(rate > best).tolist():
            band[index] = one.name
        best = np.maximum(best, rate)
    return sight.distance_km * 1000, best, band
