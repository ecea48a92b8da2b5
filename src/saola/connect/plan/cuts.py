"""Cuts: what enters a part of the network must be able to carry what the part gives away.

For a set of sites S and places K with demand Q = Σ q: what the ground stations in S give the places
of K is at most Σ min(capacity, Q) over the hops into S. With one place this says that it must be
reached from the core, loops or not; with more, that a hop of little capacity, completed by a
sliver of a large one, does not carry them all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from saola.connect.distances import Flags, Floats, Ints
from saola.connect.plan.flow import Network, narrowest, network
from saola.connect.plan.model import Columns
from saola.connect.plan.problem import Problem, totals

VIOLATED = 0.005  # share of the demand of K that finds no way
SEEN = 1e-6
NESTED = 3  # cuts looked for behind one another
SHARES = (0.02, 0.2, 0.5, 0.8)  # of a place at a site, to count as served there
STRONG = 0.3  # share of a hop that counts as built
CHAIN = 6  # sites in a chain of hops

Row = tuple[Ints, Floats]  # columns and their factors


@dataclass(frozen=True, eq=False)
class Fraction:
    """A solution of the linear program as a network: core → sites → places → sink.

    Args:
        problem: The region.
        at: Where its variables stand.
        values: Their values.
        hop: Hops that carry something.
        link: Links on the ground that carry something.
        given: What share of each place is served from the ground, shape (places,).
        net: Arcs: the hops, the links, then one from each place to the sink.
    """

    problem: Problem
    at: Columns
    values: Floats
    hop: Ints
    link: Ints
    given: Floats
    net: Network

    @property
    def core(self) -> int:
        """Number the core among the nodes."""
        return self.problem.sites

    @property
    def sink(self) -> int:
        """Number the sink among the nodes."""
        return self.problem.sites + 1 + self.problem.places

    @property
    def hop_share(self) -> Floats:
        """Give the values of the hops that carry something."""
        return self.values[self.at.hop][self.hop]

    @property
    def link_share(self) -> Floats:
        """Give the values of the links that carry something."""
        return self.values[self.at.link][self.link]


def fraction(problem: Problem, at: Columns, values: Floats) -> Fraction:
    """Draw the network of a solution."""
    hop = np.flatnonzero(values[at.hop] > SEEN)
    link = np.flatnonzero((values[at.link] > SEEN) & ~problem.link_sky)
    place = problem.link_place[link]
    given = totals(place, values[at.link][link], problem.places)
    origin = np.where(problem.hop_from[hop] < 0, problem.sites, problem.hop_from[hop])
    first, sink = problem.sites + 1, problem.sites + 1 + problem.places
    tail = np.concatenate((origin, problem.link_site[link], np.arange(first, sink)))
    head = np.concatenate((problem.hop_to[hop], first + place, np.full(problem.places, sink)))
    net = network(tail, head, sink + 1)
    return Fraction(problem, at, values, hop, link, given, net)


def violated(problem: Problem, at: Columns, values: Floats, inner: Floats, share: float) -> Any:
    """Find cuts that a solution violates, as rows that must be at least 0.

    They are looked for at a point on the way from the solution to a valid design, where cuts
    reach deeper; where few are found, at the solution itself.

    Args:
        problem: The region.
        at: Where its variables stand.
        values: The solution, all variables but flows.
        inner: A valid design as such values.
        share: How far on the way.

    Source: Wong (1984) and Goemans and Myung (1993), directed cuts of the Steiner arborescence;
        Ben-Ameur and Neto (2007), in-out separation.
    """
    rows = _rows(fraction(problem, at, (1 - share) * values + share * inner))
    rows += list(_origins(problem, at, values))
    table = _stacked(rows, len(values))
    table = table[np.flatnonzero(table @ values < -VIOLATED / 2)]
    if share and table.shape[0] < 1 + problem.places // 16:
        return violated(problem, at, values, inner, 0.0)
    return table


def _stacked(rows: list[Row], width: int) -> Any:
    if not rows:
        return sp.csr_matrix((0, width))
    ends = np.cumsum([0] + [len(column) for column, _ in rows])
    column = np.concatenate([column for column, _ in rows])
    value = np.concatenate([value for _, value in rows])
    return sp.csr_matrix((value, column, ends), shape=(len(rows), width))


def _origins(problem: Problem, at: Columns, values: Floats) -> Iterator[Row]:
    """Give the rows of hops that are built more than any station where they begin."""
    ground = np.flatnonzero(problem.station_sky == 0)
    site = problem.station_site[ground]
    built = np.bincount(site, weights=values[at.station][ground], minlength=problem.sites)
    inner = np.flatnonzero((problem.hop_from >= 0) & (values[at.hop] > SEEN))
    origin = problem.hop_from[inner]
    for hop in inner[values[at.hop][inner] > built[origin] + VIOLATED].tolist():
        station = ground[site == problem.hop_from[hop]]
        column = np.concatenate(([at.hop.start + hop], at.station.start + station))
        yield column, np.concatenate(([-1.0], np.ones(len(station))))


def _rows(point: Fraction) -> list[Row]:
    """Cut off every group of places whose demand finds no way."""
    found: dict[bytes, Row] = {}
    for group in groups(point):
        for inside in _narrow(point, np.array(group)):
            for places in _sharpened(point, inside, np.array(group)):
                key = inside.tobytes() + places.tobytes()
                if key not in found:
                    found[key] = _row(point, inside, places)
    return list(found.values())


def groups(point: Fraction) -> list[tuple[int, ...]]:
    """Choose places to look at: each alone, those of a site, of two joined sites, of a chain."""
    problem = point.problem
    found: set[tuple[int, ...]] = {
        (place,) for place in np.flatnonzero(point.given > VIOLATED).tolist()
    }
    site, place = problem.link_site[point.link], problem.link_place[point.link]
    served = sp.csr_matrix((point.link_share, (site, place)), (problem.sites, problem.places))
    own: dict[int, frozenset[int]] = {}
    for one in np.unique(site).tolist():
        a, b = served.indptr[one], served.indptr[one + 1]
        members, part = served.indices[a:b], served.data[a:b]
        own[one] = frozenset(members[part > SHARES[0]].tolist())
        found |= {tuple(sorted(members[part > share].tolist())) for share in SHARES}
    onward: dict[int, list[int]] = {}
    origin, to = problem.hop_from[point.hop], problem.hop_to[point.hop]
    for a, b, share in zip(origin.tolist(), to.tolist(), point.hop_share.tolist(), strict=True):
        if a in own and b in own and share > STRONG / 3:
            found.add(tuple(sorted(own[a] | own[b])))
        if share > STRONG:
            onward.setdefault(a, []).append(b)
    for one in onward:
        if one >= 0:
            found.add(_chain(one, onward, own))
    return [group for group in sorted(found) if group]


def _chain(
    start: int, onward: dict[int, list[int]], own: dict[int, frozenset[int]]
) -> tuple[int, ...]:
    """Collect the places of a site and of those that hang on it."""
    sites = [start]
    for site in sites:
        sites += [one for one in onward.get(site, []) if one not in sites][: CHAIN - len(sites)]
    return tuple(sorted(frozenset().union(*(own.get(site, frozenset()) for site in sites))))


def _narrow(point: Fraction, group: Ints) -> Iterator[Flags]:
    """Give the sites behind the narrowest cuts between the core and a group of places."""
    problem = point.problem
    demand = np.zeros(problem.places)
    demand[group] = problem.demand[group] / problem.demand[group].sum()
    hops = len(point.hop)
    capacity = np.concatenate(
        (
            _carried(problem, point.hop, problem.demand[group].sum()) * point.hop_share,
            demand[problem.link_place[point.link]] * point.link_share,
            demand * point.given,
        )
    )
    wanted = float((demand * point.given).sum())
    for _ in range(NESTED):
        flow, behind = narrowest(point.net, capacity, point.core, point.sink)
        if flow > wanted - VIOLATED:
            return
        inside = behind[: problem.sites]
        yield inside
        capacity[:hops][_into(problem, point.hop, inside)] = 1.0


def _carried(problem: Problem, hop: Ints, demand: float) -> Floats:
    """Give the share of a demand that hops can carry at most."""
    share: Floats = np.minimum(problem.hop_capacity[hop] / max(demand, SEEN), 1.0)
    return share


def _into(problem: Problem, hop: Ints, inside: Flags) -> Flags:
    origin = problem.hop_from[hop]
    entering: Flags = inside[problem.hop_to[hop]] & ~(inside[origin] & (origin >= 0))
    return entering


def _sharpened(point: Fraction, inside: Flags, group: Ints) -> list[Ints]:
    """Add to a group of more than one the places that make the cut most violated."""
    if len(group) == 1:
        return [group]
    problem = point.problem
    within = inside[problem.link_site[point.link]]
    place = problem.link_place[point.link[within]]
    share = np.bincount(place, weights=point.link_share[within], minlength=problem.places)
    order = np.argsort(-share, kind="stable")[: int((share > SEEN).sum())]
    if not len(order):
        return []
    demand = np.cumsum(problem.demand[order])
    into = np.flatnonzero(_into(problem, point.hop, inside))
    hop = point.hop[into]
    carried = np.minimum(problem.hop_capacity[hop], demand[:, None]) @ point.hop_share[into]
    miss = (np.cumsum(problem.demand[order] * share[order]) - carried) / demand
    return [np.sort(order[: int(miss.argmax()) + 1]), group]


def _row(point: Fraction, inside: Flags, places: Ints) -> Row:
    """Write the cut: what the hops into S carry, less what S gives K, at least 0."""
    problem, at = point.problem, point.at
    hop = np.flatnonzero(_into(problem, np.arange(len(problem.hop_to)), inside))
    link = np.flatnonzero(
        np.isin(problem.link_place, places) & inside[problem.link_site] & ~problem.link_sky
    )
    demand = problem.demand[places].sum()
    value = np.concatenate(
        (_carried(problem, hop, demand), -problem.link_demand[link] / max(demand, SEEN))
    )
    return np.concatenate((at.hop.start + hop, at.link.start + link)), value
