"""Two rules of thumb in use today, as designs of the same problem: what a plan has to beat."""

from dataclasses import dataclass

import numpy as np

from saola.connect.distances import Floats, Ints
from saola.connect.plan.problem import CORE, Design, Medium, Problem


@dataclass
class Draft:
    """A design while it is drawn up, place by place."""

    station: Ints  # station at each site, −1 for none
    link: Ints  # link of each place, −1 for none
    hop: Ints  # hop into each site, −1 for none
    direct: Ints  # 1 for places with satellite terminals
    air: Floats  # air time left at each site
    sky: Floats  # satellite rate left in each area

    @classmethod
    def empty(cls, problem: Problem) -> "Draft":
        """Start with nothing built."""
        return cls(
            station=np.full(problem.sites, -1, dtype=np.int64),
            link=np.full(problem.places, -1, dtype=np.int64),
            hop=np.full(problem.sites, -1, dtype=np.int64),
            direct=np.zeros(problem.places, dtype=np.int64),
            air=np.zeros(problem.sites),
            sky=problem.area_capacity.copy(),
        )

    def design(self, problem: Problem) -> Design:
        """Turn the draft into a design."""
        flags = (
            np.zeros(len(problem.station_site), dtype=bool),
            np.zeros(len(problem.link_place), dtype=bool),
            np.zeros(len(problem.hop_to), dtype=bool),
        )
        for flag, chosen in zip(flags, (self.station, self.link, self.hop), strict=True):
            flag[chosen[chosen >= 0]] = True
        return Design(flags[0], flags[1], self.direct.astype(bool), flags[2])


def nearest_fibre(problem: Problem) -> Design:
    """Lay fibre from the nearest point of the network, then put up the cheapest radio that fits.

    Places are taken from the largest down until the target is met. Each takes a station that
    already stands and has time left, else the cheapest new station in reach, which gets the
    shortest fibre to the core or to a site that has it.
    """
    draft = Draft.empty(problem)
    for place in _order(problem):
        if not _use_built(problem, draft, place):
            _build(problem, draft, place, (Medium.FIBRE,))
        if _enough(problem, draft):
            break
    return _filled(problem, draft)


def per_place(problem: Problem) -> Design:
    """Give each place by itself the cheapest of fibre, one microwave hop and satellite.

    The rules of ITU's Connectivity Planning Platform on this problem's data: no station is
    shared between places, a microwave link starts at the existing network and has one hop, a
    fibre child needs its parent, and a satellite is always possible. Cellular service counts
    there only inside today's coverage, which these places are outside of.

    Source: ITU CPP user guide (2026), feasibility and cost of technologies.
    """
    draft = Draft.empty(problem)
    for place in _order(problem):
        _cheapest_alone(problem, draft, place)
        if _enough(problem, draft):
            break
    return draft.design(problem)


def _order(problem: Problem) -> list[int]:
    """Take places that must be served first, then by people, the most first."""
    return [int(place) for place in np.lexsort((-problem.people, ~problem.must))]


def _enough(problem: Problem, draft: Draft) -> bool:
    served = (draft.link >= 0) | (draft.direct > 0)
    short = problem.must & ~served
    return bool(problem.people[served].sum() >= problem.target and not short.any())


def _use_built(problem: Problem, draft: Draft, place: int) -> bool:
    """Serve a place from a station that stands and has air time left."""
    links = np.flatnonzero(problem.link_place == place)
    site = problem.link_site[links]
    fits = (draft.station[site] == problem.link_station[links]) & (
        draft.air[site] >= problem.link_load[links]
    )
    if not fits.any():
        return False
    _serve(problem, draft, int(links[fits][np.argmin(problem.link_cost[links[fits]])]))
    return True


def _serve(problem: Problem, draft: Draft, link: int) -> None:
    draft.link[problem.link_place[link]] = link
    draft.air[problem.link_site[link]] -= problem.link_load[link]


def _build(problem: Problem, draft: Draft, place: int, media: tuple[int, ...]) -> bool:
    """Build the cheapest station in reach with its hop; none may be possible."""
    links = np.flatnonzero((problem.link_place == place) & ~problem.link_sky)
    site = problem.link_site[links]
    links = links[draft.station[site] < 0]
    best, found = np.inf, (-1, -1)
    for link in links.tolist():
        hop = _way(problem, draft, int(problem.link_site[link]), media)
        if hop < 0:
            continue
        station = problem.link_station[link]
        price = problem.station_cost[station] + problem.link_cost[link] + problem.hop_cost[hop]
        if price < best:
            best, found = float(price), (link, hop)
    if found[0] < 0:
        return False
    _raise_station(problem, draft, *found)
    return True


def _raise_station(problem: Problem, draft: Draft, link: int, hop: int) -> None:
    site = problem.link_site[link]
    draft.station[site], draft.air[site] = problem.link_station[link], 1.0
    draft.hop[site] = hop
    _serve(problem, draft, link)


def _way(problem: Problem, draft: Draft, site: int, media: tuple[int, ...]) -> int:
    """Find the cheapest hop into a site from the core or from a site already on the ground."""
    hops = np.flatnonzero((problem.hop_to == site) & np.isin(problem.hop_medium, media))
    origin = problem.hop_from[hops]
    hops = hops[(origin == CORE) | (draft.hop[origin] >= 0)]
    return int(hops[np.argmin(problem.hop_cost[hops])]) if len(hops) else -1


def _direct(problem: Problem, draft: Draft, place: int) -> bool:
    """Give a place satellite terminals if its area has the capacity left."""
    area, demand = problem.area[place], problem.demand[place]
    if not np.isfinite(problem.direct_cost[place]) or draft.sky[area] < demand:
        return False
    draft.direct[place] = 1
    draft.sky[area] -= demand
    return True


def _cheapest_alone(problem: Problem, draft: Draft, place: int) -> None:
    """Serve a place by the cheapest technology that it can have for itself."""
    links = np.flatnonzero((problem.link_place == place) & ~problem.link_sky)
    options: list[tuple[float, int, int]] = []
    for link in links[draft.station[problem.link_site[links]] < 0].tolist():
        site = int(problem.link_site[link])
        price = problem.station_cost[problem.link_station[link]] + problem.link_cost[link]
        hops = np.flatnonzero((problem.hop_to == site) & (problem.hop_from == CORE))
        ways = [*hops.tolist(), _way(problem, draft, site, (Medium.FIBRE,))]
        options += [(float(price + problem.hop_cost[hop]), link, hop) for hop in ways if hop >= 0]
    best = min(options, default=(np.inf, -1, -1))
    if problem.direct_cost[place] <= best[0] and _direct(problem, draft, place):
        return
    if best[1] >= 0:
        _raise_station(problem, draft, best[1], best[2])


def _filled(problem: Problem, draft: Draft) -> Design:
    """Serve what is still missing by satellite, the cheapest a person first."""
    rate = problem.direct_cost / np.maximum(problem.people, 1e-9)
    for place in np.lexsort((rate, ~problem.must)).tolist():
        if _enough(problem, draft):
            break
        if draft.link[place] < 0:
            _direct(problem, draft, place)
    return draft.design(problem)
