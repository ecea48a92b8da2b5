"""Put places, links and hops together into a planning problem."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from saola.connect.backhaul.roads import Roads
from saola.connect.distances import Flags, Floats, Ints
from saola.connect.plan.problem import Problem
from saola.connect.region.hops import Hops, Limits, hops_of
from saola.connect.region.links import Served, served_by
from saola.connect.region.places import Places, places_of
from saola.connect.region.settings import Settings
from saola.connect.stations import RELAY, Station
from saola.connect.terrain import Ground
from saola.errors import InputError

KM_A_DEGREE = 111.195


@dataclass(frozen=True, eq=False)
class Region:
    """A planning problem with what is needed to tell what its parts are.

    Attributes:
        problem: The arrays to solve.
        settlements: The frame it was made of.
        places: Places and sites.
        hops: The hops with their bands.
        kinds: Kinds of station by number.
        power: Power of each station: `grid` or `solar`.
        settings: What the planner decided.
        fibre: Points of the existing fibre, (longitude, latitude).
        roads: The roads it was given.
    """

    problem: Problem
    settlements: pl.DataFrame
    places: Places
    hops: Hops
    kinds: tuple[Station, ...]
    power: tuple[str, ...]
    settings: Settings
    fibre: Floats
    roads: Roads | None = None

    @property
    def position(self) -> tuple[Floats, Floats]:
        """Latitudes and longitudes of the sites."""
        return self.places.site_lat, self.places.site_lon


@dataclass(frozen=True, eq=False)
class Inputs:
    """What a region is made of.

    Attributes:
        settlements: A frame of `SETTLEMENTS`.
        fibre: Points of the existing fibre, (longitude, latitude), shape (f, 2), f ≥ 1.
        towers: Standing towers, (longitude, latitude), shape (t, 2).
        ground: Terrain and what stands on it, around all of them.
        border: Nothing is built beyond this shapely area, and no hop leaves it; None for none.
        roads: Along which fibre is laid for less; None for none known.
    """

    settlements: pl.DataFrame
    fibre: Floats
    towers: Floats
    ground: Ground
    border: Any = None
    roads: Roads | None = None

    def digest_parts(self) -> Iterator[bytes]:
        """Give the content as bytes, for a mark of the input."""
        yield self.settlements.write_csv().encode()
        yield from (self.fibre.tobytes(), self.towers.tobytes())
        terrain = self.ground.terrain
        yield f"{terrain.bounds} {terrain.step_lat} {terrain.step_lon}".encode()
        yield terrain.heights_m.tobytes()
        yield from (self.ground.clutter_m.tobytes(), self.ground.zone.tobytes())
        yield str(self.border).encode()
        if self.roads is not None:
            graph = self.roads.graph
            yield self.roads.point.tobytes()
            yield from (graph.data.tobytes(), graph.indices.tobytes(), graph.indptr.tobytes())


def build(inputs: Inputs, settings: Settings, share: float, *, threads: int = 1) -> Region:
    """Make the planning problem of a region.

    Args:
        inputs: Settlements, fibre, towers, terrain.
        settings: What the planner decided.
        share: Of all people of the region, the share that is to have service.
        threads: How many threads share the terrain work.

    Raises:
        InputError: If a settlement lies outside the terrain, the share is not in 0..1, or all
            settlements have service.
    """
    if not 0 <= share <= 1:
        raise InputError("connect-cost-range", where="target", found=share, low=0, high=1)
    table, terrain = inputs.settlements, inputs.ground.terrain
    terrain.require_inside(table["lat"].to_numpy(), table["lon"].to_numpy())
    if table["served"].all():
        raise InputError("connect-all-served", where="settlements", found=table.height)
    places = places_of(table, inputs.towers, terrain, settings, inputs.border)
    kinds = tuple(settings.kinds())
    limits = Limits(inputs.border, inputs.roads)
    hops = hops_of(places, inputs.fibre, inputs.ground, settings, limits=limits, threads=threads)
    rates = [
        served_by(places, inputs.ground, kind, settings, threads=threads) if kind.carriers else None
        for kind in kinds
    ]
    problem, power = _problem(places, kinds, rates, hops, settings)
    people = float(table["people"].sum())
    already = float(table.filter(pl.col("served"))["people"].sum())
    target = min(max(0.0, share * people - already), float(places.people.sum()))
    problem = replace(problem, target=target)
    return Region(problem, table, places, hops, kinds, power, settings, inputs.fibre, inputs.roads)


def _stations(
    places: Places, kinds: tuple[Station, ...], settings: Settings
) -> tuple[Ints, Ints, Floats, Flags, tuple[str, ...]]:
    """Offer every kind at every site, on the ground and, but for relays, by satellite."""
    site, kind, cost, sky, power = [], [], [], [], []
    beam = settings.money.value("satellite-backhaul")
    for number, one in enumerate(kinds):
        known: dict[tuple[bool, float], tuple[str, float]] = {}
        for place in range(len(places.site_lat)):
            key = (bool(places.tower[place]), float(places.site_grid_km[place]))
            if key not in known:
                known[key] = one.cost(settings.money, tower=key[0], grid_km=key[1])
            for above in (False, True):
                if above and (one.name == RELAY or "satellite" not in settings.backhaul):
                    continue
                site.append(place)
                kind.append(number)
                cost.append(known[key][1] + (beam if above else 0.0))
                sky.append(above)
                power.append(known[key][0])
    return np.array(site), np.array(kind), np.array(cost), np.array(sky), tuple(power)


def _links(
    places: Places, kinds: tuple[Station, ...], rates: list[Served | None], settings: Settings
) -> tuple[Ints, Ints, Ints, Floats, Floats]:
    """List (kind, site, place, cost, load) of everything a station could serve."""
    money, parts = settings.money, []
    demand = places.people * settings.demand.mbps_a_person
    for number, (one, found) in enumerate(zip(kinds, rates, strict=True)):
        if found is None:
            continue
        load = demand[found.place] / found.mbps
        fits = load <= 1
        place, site = found.place[fits], found.site[fits]
        cost = places.people[place] * money.value("spectrum-mhz-person", one.spectrum_mhz)
        if one.subscriber_item:
            cost = cost + places.households[place] * money.value(one.subscriber_item)
        parts.append((np.full(len(place), number), site, place, cost, load[fits]))
    kind, site, place, cost, load = (np.concatenate(part) for part in zip(*parts, strict=True))
    return kind, site, place, cost, load


def _problem(
    places: Places,
    kinds: tuple[Station, ...],
    rates: list[Served | None],
    hops: Hops,
    settings: Settings,
) -> tuple[Problem, tuple[str, ...]]:
    money, demand = settings.money, places.people * settings.demand.mbps_a_person
    site, kind, cost, sky, power = _stations(places, kinds, settings)
    number = {
        (int(s), int(k), bool(a)): index
        for index, (s, k, a) in enumerate(zip(site, kind, sky, strict=True))
    }
    l_kind, l_site, l_place, l_cost, l_load = _links(places, kinds, rates, settings)
    above = [False] * len(l_kind)
    if "satellite" in settings.backhaul:
        beam = demand[l_place] * money.value("satellite-mbps")
        above += [True] * len(l_kind)
        l_kind, l_site, l_place = (np.tile(one, 2) for one in (l_kind, l_site, l_place))
        l_load = np.tile(l_load, 2)
        l_cost = np.concatenate((l_cost, l_cost + beam))
    keys = zip(l_site.tolist(), l_kind.tolist(), above, strict=True)
    station = np.array([number[key] for key in keys], dtype=np.int64)
    area, site_area, capacity = _areas(places, settings)
    terminal = places.households * money.value("satellite-terminal")
    problem = Problem(
        people=places.people, demand=demand, must=places.must,
        direct_cost=terminal if settings.terminals else np.full(len(demand), np.inf),
        area=area, area_capacity=capacity, site_area=site_area,
        station_site=site, station_kind=kind, station_cost=cost,
        station_sky=np.where(sky, settings.sky.station_mbps, 0.0),
        link_station=station, link_place=l_place, link_cost=l_cost, link_load=l_load,
        hop_from=hops.origin, hop_to=hops.to, hop_medium=hops.medium,
        hop_cost=hops.cost, hop_capacity=hops.mbps, target=0.0,
    )  # fmt: skip
    return problem, power


def _areas(places: Places, settings: Settings) -> tuple[Ints, Ints, Floats]:
    """Number the cells of the sky, and give each its capacity."""
    side = settings.sky.cell_deg
    lat = np.concatenate((places.lat, places.site_lat))
    lon = np.concatenate((places.lon, places.site_lon))
    cells = np.column_stack((np.floor(lat / side), np.floor(lon / side)))
    distinct, number = np.unique(cells, axis=0, return_inverse=True)
    middle = np.radians((distinct[:, 0] + 0.5) * side)
    km2 = (side * KM_A_DEGREE) ** 2 * np.cos(middle)
    count = len(places.lat)
    number = number.astype(np.int64)
    return number[:count], number[count:], km2 * settings.sky.mbps_km2
