"""Good designs fast: simulated annealing over which station stands at each site.

A choice of stations is completed in one sweep: every place takes the built station that costs
it least and has air time left, then the sites are joined to the core by the cheapest hops that
carry their traffic (Prim's tree). What is still broken costs a penalty, so the search may pass
through broken designs but does not stay there.
"""

from typing import Any, NamedTuple

import numpy as np

from saola.connect.compiled import compiled
from saola.connect.distances import Floats, Ints
from saola.connect.plan.problem import Design, Problem

FAR = 1e18
HOT, COLD = 0.004, 0.00004  # temperature at start and end, as shares of the cost
NEAR = 0.6  # share of moves that also take away a station nearby


class Tables(NamedTuple):
    """The problem in the kernels' form: rows of links by place and of hops by origin."""

    people: Floats
    demand: Floats
    penalty: Floats  # of leaving each place unserved
    direct: Floats
    area: Ints
    room: Floats
    site_area: Ints
    station_site: Ints
    station_cost: Floats
    sky: Floats
    link_start: Ints
    link_station: Ints
    link_cost: Floats
    link_load: Floats
    link_id: Ints
    hop_start: Ints  # rows by origin; the last origin is the core
    hop_to: Ints
    hop_cost: Floats
    hop_room: Floats
    hop_id: Ints
    order: Ints  # places, the heaviest first
    offer_start: Ints  # stations by site
    offers: Ints


class Draft(NamedTuple):
    """What one sweep decides."""

    link: Ints  # row of `link_id`, −1 unserved, −2 terminals
    hop: Ints  # row of `hop_id` into each site, −1 none
    broken: Floats  # [0] cost of penalties


def tables(problem: Problem) -> Tables:
    """Sort links by place and hops by origin."""
    by_place = np.argsort(problem.link_place, kind="stable")
    origin = np.where(problem.hop_from < 0, problem.sites, problem.hop_from)
    by_origin = np.argsort(origin, kind="stable")
    by_site = np.argsort(problem.station_site, kind="stable")
    spend = float(problem.station_cost.max(initial=1.0)) / max(1.0, float(problem.people.mean()))
    penalty = np.where(problem.must, 100.0, 3.0) * spend * problem.people
    return Tables(
        people=problem.people,
        demand=problem.demand,
        penalty=penalty,
        direct=np.where(np.isfinite(problem.direct_cost), problem.direct_cost, FAR),
        area=problem.area,
        room=problem.area_capacity,
        site_area=problem.site_area,
        station_site=problem.station_site,
        station_cost=problem.station_cost,
        sky=problem.station_sky,
        link_start=_starts(problem.link_place[by_place], problem.places),
        link_station=problem.link_station[by_place],
        link_cost=problem.link_cost[by_place],
        link_load=problem.link_load[by_place],
        link_id=by_place,
        hop_start=_starts(origin[by_origin], problem.sites + 1),
        hop_to=problem.hop_to[by_origin],
        hop_cost=problem.hop_cost[by_origin],
        hop_room=problem.hop_capacity[by_origin],
        hop_id=by_origin,
        order=np.argsort(-problem.demand, kind="stable"),
        offer_start=_starts(problem.station_site[by_site], problem.sites),
        offers=by_site,
    )


def _starts(sorted_keys: Ints, count: int) -> Ints:
    return np.searchsorted(sorted_keys, np.arange(count + 1)).astype(np.int64)


def annealed(
    problem: Problem, start: Design | None, *, moves: int, rng: np.random.Generator
) -> Design:
    """Search for a cheap design by changing one or two sites at a time.

    Args:
        problem: The region.
        start: Stations to begin with; none begins with nothing built.
        moves: Changes to try.
        rng: The source of chance.

    Returns:
        The best design met; it may break a rule where no valid one was met.

    Source: Kirkpatrick et al. (1983); Prim (1957) for the tree.
    """
    table = tables(problem)
    built = np.full(problem.sites, -1, dtype=np.int64)
    if start is not None:
        chosen = np.flatnonzero(start.station)
        built[problem.station_site[chosen]] = chosen
    best = _anneal(table, built, problem.target, moves, rng)
    return completed(problem, table, best)


def completed(problem: Problem, table: Tables, built: Ints) -> Design:
    """Complete a choice of stations, one a site or −1, to a design."""
    draft = _blank(problem.places, problem.sites)
    _value(table, built, problem.target, draft)
    station = np.zeros(len(problem.station_site), dtype=bool)
    station[built[built >= 0]] = True
    link = np.zeros(len(problem.link_place), dtype=bool)
    link[table.link_id[draft.link[draft.link >= 0]]] = True
    hop = np.zeros(len(problem.hop_to), dtype=bool)
    hop[table.hop_id[draft.hop[draft.hop >= 0]]] = True
    return Design(station, link, draft.link == -2, hop)


@compiled
def _blank(places: int, sites: int) -> Draft:
    return Draft(np.full(places, -1), np.full(sites, -1), np.zeros(1))


@compiled
def _assign(t: Tables, built: Ints, draft: Draft) -> Any:
    """Give every place its cheapest station with room; return the traffic of sites, sky left."""
    sites = len(built)
    air, rate = np.ones(sites), np.zeros(sites)
    room = t.room.copy()
    for place in t.order:
        best, taken = FAR, -1
        for row in range(t.link_start[place], t.link_start[place + 1]):
            station = t.link_station[row]
            site = t.station_site[station]
            if built[site] != station or air[site] < t.link_load[row]:
                continue
            above = t.sky[station] > 0
            if above and (
                rate[site] + t.demand[place] > t.sky[station]
                or room[t.site_area[site]] < t.demand[place]
            ):
                continue
            price = t.link_cost[row] + t.link_load[row] * t.station_cost[station]
            if price < best:
                best, taken = price, row
        draft.link[place] = taken
        if taken >= 0:
            station = t.link_station[taken]
            site = t.station_site[station]
            air[site] -= t.link_load[taken]
            rate[site] += t.demand[place]
            if t.sky[station] > 0:
                room[t.site_area[site]] -= t.demand[place]
    return rate, room


@compiled
def _fill_direct(t: Tables, draft: Draft, room: Floats, short: float) -> float:
    """Serve what is missing by terminals, cheapest a person first; return what they cost."""
    left = np.flatnonzero(draft.link == -1)
    rank = left[np.argsort(t.direct[left] / t.people[left])]
    spent = 0.0
    for place in rank:
        wanted = short > 0 or t.penalty[place] > 50 * t.direct[place]
        if t.direct[place] < FAR and wanted and room[t.area[place]] >= t.demand[place]:
            room[t.area[place]] -= t.demand[place]
            draft.link[place] = -2
            short -= t.people[place]
            spent += t.direct[place]
    return spent


@compiled
def _join(t: Tables, built: Ints, rate: Floats, draft: Draft) -> float:
    """Join the sites on the ground to the core by Prim's tree; return what the hops cost."""
    sites = len(built)
    price, via = np.full(sites, FAR), np.full(sites, -1)
    parent = np.full(sites, -1)
    waiting = np.zeros(sites, dtype=np.bool_)
    left = np.empty(sites, dtype=np.int64)
    count = 0
    for site in range(sites):
        draft.hop[site] = -1
        if built[site] >= 0 and t.sky[built[site]] == 0:
            waiting[site] = True
            left[count] = site
            count += 1
    spent, at = 0.0, sites
    order = np.empty(count, dtype=np.int64)
    for step in range(count + 1):
        for row in range(t.hop_start[at], t.hop_start[at + 1]):
            to = t.hop_to[row]
            if waiting[to] and t.hop_cost[row] < price[to] and t.hop_room[row] >= rate[to]:
                price[to], via[to], parent[to] = t.hop_cost[row], row, at
        best = -1
        for number in range(count):
            if best < 0 or price[left[number]] < price[left[best]]:
                best = number
        if best < 0 or price[left[best]] >= FAR:
            break
        at = left[best]
        count -= 1
        left[best] = left[count]
        waiting[at] = False
        spent += price[at]
        draft.hop[at] = via[at]
        order[step] = at
    draft.broken[0] += 1e6 * count + _overflow(t, rate, draft, parent, order)
    return spent


@compiled
def _overflow(t: Tables, rate: Floats, draft: Draft, parent: Ints, order: Ints) -> float:
    """Send traffic up the tree; give the penalty of hops that carry too much."""
    flow, penalty = rate.copy(), 0.0
    placed = 0
    for site in range(len(rate)):
        placed += draft.hop[site] >= 0
    for step in range(placed - 1, -1, -1):
        site = order[step]
        room = t.hop_room[draft.hop[site]]
        if flow[site] > room:
            penalty += 2e5 + 1e3 * (flow[site] - room)
        if parent[site] < len(rate):
            flow[parent[site]] += flow[site]
    return penalty


@compiled
def _value(t: Tables, built: Ints, target: float, draft: Draft) -> float:
    """Complete a choice of stations and give its cost with penalties."""
    draft.broken[0] = 0.0
    rate, room = _assign(t, built, draft)
    total, served = 0.0, 0.0
    for station in built:
        if station >= 0:
            total += t.station_cost[station]
    for place in range(len(t.people)):
        if draft.link[place] >= 0:
            served += t.people[place]
            total += t.link_cost[draft.link[place]]
    total += _fill_direct(t, draft, room, target - served)
    served, dearest = 0.0, 0.0
    for place in range(len(t.people)):
        if draft.link[place] != -1:
            served += t.people[place]
        dearest = max(dearest, t.penalty[place] / t.people[place])
    draft.broken[0] += max(0.0, target - served) * dearest
    total += _join(t, built, rate, draft)
    whole: float = total + draft.broken[0]
    return whole


@compiled
def _change(t: Tables, built: Ints, rng: np.random.Generator) -> Any:
    """Change one site, and maybe a second nearby; return both with what stood there."""
    sites = len(built)
    site = int(rng.random() * sites)
    old, other, gone = built[site], -1, -1
    start, width = t.offer_start[site], t.offer_start[site + 1] - t.offer_start[site]
    if old >= 0 and rng.random() < 0.5:
        built[site] = -1
    else:
        built[site] = t.offers[start + int(rng.random() * width)]
    if rng.random() < NEAR:
        other = _neighbour(t, built, site, rng)
        if other >= 0:
            gone = built[other]
            if rng.random() < 0.8:
                built[other] = -1
            else:
                first = t.offer_start[other]
                many = t.offer_start[other + 1] - first
                built[other] = t.offers[first + int(rng.random() * many)]
    return site, old, other, gone


@compiled
def _neighbour(t: Tables, built: Ints, site: int, rng: np.random.Generator) -> int:
    """Draw a built site among those that a hop joins to this one, −1 for none."""
    found, count = -1, 0
    for row in range(t.hop_start[site], t.hop_start[site + 1]):
        to = t.hop_to[row]
        if built[to] >= 0 and to != site:
            count += 1
            if rng.random() * count < 1.0:
                found = to
    return found


@compiled
def _anneal(t: Tables, built: Ints, target: float, moves: int, rng: np.random.Generator) -> Ints:
    draft = _blank(len(t.people), len(built))
    value = _value(t, built, target, draft)
    best, kept = value, built.copy()
    for move in range(moves):
        heat = best * HOT * (COLD / HOT) ** (move / moves)
        site, old, other, gone = _change(t, built, rng)
        tried = _value(t, built, target, draft)
        if tried <= value or rng.random() < np.exp((value - tried) / heat):
            value = tried
            if value < best:
                best = value
                kept[:] = built
        else:
            if other >= 0:
                built[other] = gone
            built[site] = old
    return kept
