"""The planning problem as arrays: what may be built, whom it serves and how it reaches the core."""

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np

from saola.connect.distances import Flags, Floats, Ints

CORE = -1  # stands for the existing network where a hop begins


class Medium(IntEnum):
    """What a hop is made of."""

    FIBRE = 0
    MICROWAVE = 1


@dataclass(frozen=True, eq=False)
class Problem:
    """A region to connect. Costs are net present values; rates are Mbit/s in the busy hour.

    A *place* is a settlement not yet served. A *station* is one kind of radio at one site, with
    its backhaul on the ground or by satellite; a site holds at most one. A *link* says that a
    station can serve a place, and what share of the station's air time that takes. A *hop*
    brings the core to a site on the ground: from existing fibre (`CORE`) or from another site.
    A satellite backhaul serves its own site alone.

    Args:
        people: People of each place, shape (places,).
        demand: Rate each place needs.
        must: Places that have to be served whatever the target.
        direct_cost: Cost of serving a place by satellite terminals; inf where impossible.
        area: The satellite area of each place.
        area_capacity: Rate the satellites can give each area, shape (areas,).
        site_area: The satellite area of each site, shape (sites,).
        station_site: Site of each station, shape (stations,).
        station_kind: Kind of each station, a place in the list of kinds.
        station_cost: Cost of each station with its tower, power and satellite terminal.
        station_sky: Rate a satellite backhaul gives the station; 0 for backhaul on the ground.
        link_station: Station of each link, shape (links,).
        link_place: Place of each link.
        link_cost: Cost of using a link: subscriber equipment, spectrum, satellite capacity.
        link_load: Share of the station's air time, over 0, at most 1.
        hop_from: Site each hop comes from, or `CORE`, shape (hops,).
        hop_to: Site each hop reaches.
        hop_medium: `Medium` of each hop.
        hop_cost: Cost of each hop.
        hop_capacity: Rate each hop can carry.
        target: People of these places that must be served.
    """

    people: Floats
    demand: Floats
    must: Flags
    direct_cost: Floats
    area: Ints
    area_capacity: Floats
    site_area: Ints
    station_site: Ints
    station_kind: Ints
    station_cost: Floats
    station_sky: Floats
    link_station: Ints
    link_place: Ints
    link_cost: Floats
    link_load: Floats
    hop_from: Ints
    hop_to: Ints
    hop_medium: Ints
    hop_cost: Floats
    hop_capacity: Floats
    target: float

    @property
    def places(self) -> int:
        """Count the places."""
        return len(self.people)

    @property
    def sites(self) -> int:
        """Count the candidate sites."""
        return len(self.site_area)

    @property
    def link_site(self) -> Ints:
        """Give the site of each link."""
        return self.station_site[self.link_station]

    @property
    def link_demand(self) -> Floats:
        """Give the rate that each link carries when used."""
        return self.demand[self.link_place]

    @property
    def link_sky(self) -> Flags:
        """Flag the links whose station has its backhaul by satellite."""
        return self.station_sky[self.link_station] > 0

    def sizes(self) -> dict[str, int]:
        """Count places, sites, stations, links and hops."""
        return {
            "places": self.places,
            "sites": self.sites,
            "stations": len(self.station_site),
            "links": len(self.link_place),
            "hops": len(self.hop_to),
        }

    def digest_parts(self) -> list[bytes]:
        """Give the content as bytes, for a checksum of the input."""
        return [np.asarray(getattr(self, field.name)).tobytes() for field in fields(self)]


@dataclass(frozen=True, eq=False)
class Design:
    """One way to connect the region.

    Args:
        station: Whether each station is built, shape (stations,).
        link: Whether each link serves its place, shape (links,).
        direct: Whether each place is served by satellite terminals, shape (places,).
        hop: Whether each hop is built, shape (hops,).
    """

    station: Flags
    link: Flags
    direct: Flags
    hop: Flags

    def served(self, problem: Problem) -> Flags:
        """Flag the places that are served."""
        flags = self.direct.copy()
        flags[problem.link_place[self.link]] = True
        return flags


def totals(place: Ints, value: Floats, count: int) -> Floats:
    """Sum values by place, shape (count,)."""
    return np.asarray(np.bincount(place, weights=value, minlength=count), dtype=np.float64)


def traffic(problem: Problem, design: Design) -> Floats:
    """Sum the rate each site sends over the ground, shape (sites,)."""
    used = design.link & ~problem.link_sky
    return totals(problem.link_site[used], problem.link_demand[used], problem.sites)


def parents(problem: Problem, design: Design) -> Ints:
    """Give the hop that reaches each site, −1 for a site without one, shape (sites,)."""
    hop = np.full(problem.sites, -1, dtype=np.int64)
    built = np.flatnonzero(design.hop)
    hop[problem.hop_to[built]] = built
    return hop


def flows(problem: Problem, design: Design) -> Floats:
    """Send the traffic of every site up to the core, shape (hops,).

    Sites on a loop, which no valid design has, send nothing on.
    """
    hop = parents(problem, design)
    rate = traffic(problem, design)
    flow = np.zeros(len(problem.hop_to))
    for site in np.flatnonzero(rate > 0):
        at, seen = int(site), 0
        while at >= 0 and hop[at] >= 0 and seen <= problem.sites:
            flow[hop[at]] += rate[site]
            at, seen = int(problem.hop_from[hop[at]]), seen + 1
    return flow


def cost(problem: Problem, design: Design) -> float:
    """Add up what a design costs, in net present value."""
    return float(
        problem.station_cost[design.station].sum()
        + problem.link_cost[design.link].sum()
        + problem.direct_cost[design.direct].sum()
        + problem.hop_cost[design.hop].sum()
    )


def faults(problem: Problem, design: Design) -> list[str]:
    """Name every rule of the model that a design breaks; none for a valid design."""
    used = design.link
    per_site = np.bincount(problem.station_site[design.station], minlength=problem.sites)
    ground = design.station & (problem.station_sky == 0)
    on_ground = np.bincount(problem.station_site[ground], minlength=problem.sites)
    into = np.bincount(problem.hop_to[design.hop], minlength=problem.sites)
    served = design.served(problem)
    times = np.bincount(problem.link_place[used], minlength=problem.places) + design.direct
    origin = problem.hop_from[design.hop]
    load, sky = _loads(problem, design)
    limit = np.where(problem.station_sky > 0, problem.station_sky, np.inf)
    rules = {
        "station-not-built": design.station[problem.link_station[used]].all(),
        "air-time": (load <= 1 + 1e-6).all(),
        "one-station-a-site": (per_site <= 1).all(),
        "one-way-to-the-core": (into == on_ground).all(),
        "hop-from-nowhere": (on_ground[origin[origin >= 0]] > 0).all(),
        "loop": _reach_core(problem, design),
        "hop-capacity": (flows(problem, design) <= problem.hop_capacity + 1e-6).all(),
        "satellite-station": (sky <= limit + 1e-6).all(),
        "satellite-area": (_sky_of_areas(problem, design) <= problem.area_capacity + 1e-6).all(),
        "served-once": (times <= 1).all(),
        "must-be-served": served[problem.must].all(),
        "target": problem.people[served].sum() >= problem.target - 1e-6,
    }
    return [name for name, kept in rules.items() if not kept]


def _loads(problem: Problem, design: Design) -> tuple[Floats, Floats]:
    """Sum the air time and the rate that each station gives away."""
    used = design.link
    station, count = problem.link_station[used], len(problem.station_site)
    return (
        totals(station, problem.link_load[used], count),
        totals(station, problem.link_demand[used], count),
    )


def _sky_of_areas(problem: Problem, design: Design) -> Floats:
    """Sum the rate that satellites give each area, direct and as backhaul."""
    areas = len(problem.area_capacity)
    beam = design.link & problem.link_sky
    ground = totals(problem.area[design.direct], problem.demand[design.direct], areas)
    return ground + totals(
        problem.site_area[problem.link_site[beam]], problem.link_demand[beam], areas
    )


def _reach_core(problem: Problem, design: Design) -> bool:
    """Tell whether every site with a hop reaches the core by its hops."""
    hop = parents(problem, design)
    good = np.zeros(problem.sites, dtype=bool)
    for site in np.flatnonzero(hop >= 0):
        path, at = [], int(site)
        while at >= 0 and not good[at]:
            if hop[at] < 0 or at in path:
                return False
            path.append(at)
            at = int(problem.hop_from[hop[at]])
        good[path] = True
    return True
