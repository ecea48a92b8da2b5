"""The plan as a whole-number program: the equations of `docs/guides/connect-plan.md`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from saola.connect.distances import Floats, Ints
from saola.connect.highs import Program
from saola.connect.plan.problem import Design, Problem, flows


@dataclass(frozen=True)
class Columns:
    """Where each family of variables stands among the columns.

    Args:
        station: y, whether a station is built.
        link: x, whether a link serves its place.
        direct: d, whether a place is served by satellite terminals.
        hop: z, whether a hop is built.
        flow: f, what a hop carries as a share of `scale`.
    """

    station: slice
    link: slice
    direct: slice
    hop: slice
    flow: slice

    @property
    def count(self) -> int:
        """Count all variables."""
        return int(self.flow.stop)


def columns(problem: Problem) -> Columns:
    """Lay out the variables of a problem."""
    sizes = (
        len(problem.station_site),
        len(problem.link_place),
        problem.places,
        len(problem.hop_to),
        len(problem.hop_to),
    )
    ends = np.cumsum(sizes).tolist()
    starts = [0, *ends[:-1]]
    return Columns(*(slice(a, b) for a, b in zip(starts, ends, strict=True)))


Rows = tuple[Any, Floats, Floats]


def program(problem: Problem, budget: float | None = None) -> Program:
    """Write the plan as a program: least cost to the target, or most people within a budget.

    Args:
        problem: The region.
        budget: If given, the cost is held to it and the people served are the aim.
    """
    at = columns(problem)
    spent = _costs(problem, at)
    rows = [*_stations(problem, at), *_hops(problem, at), *binding(problem, budget)]
    upper = np.ones(at.count)
    upper[at.direct] = np.isfinite(problem.direct_cost)
    whole = np.ones(at.count, dtype=bool)
    whole[at.flow] = False
    return Program(
        cost=spent if budget is None else -_people(problem, at),
        table=sp.vstack([table for table, _, _ in rows]).tocsr(),
        row_lower=np.concatenate([low for _, low, _ in rows]),
        row_upper=np.concatenate([high for _, _, high in rows]),
        lower=np.zeros(at.count),
        upper=upper,
        whole=whole,
    )


def binding(problem: Problem, budget: float | None = None) -> Iterator[Rows]:
    """Give the rows that bind places, sites and the whole plan; the others concern one part.

    Args:
        problem: The region.
        budget: If given, the cost is held to it and there is no target.
    """
    at = columns(problem)
    yield _once(problem, at)
    yield _single(problem, at)
    yield _sky(problem, at)
    if budget is None:
        people = sp.csr_matrix(_people(problem, at))
        yield people, np.array([problem.target]), np.array([np.inf])
    else:
        yield sp.csr_matrix(_costs(problem, at)), np.array([-np.inf]), np.array([budget])


def flow_scale(problem: Problem) -> Floats:
    """Give the most each hop can carry: its capacity or all the demand there is."""
    return np.minimum(problem.hop_capacity, max(float(problem.demand.sum()), 1e-9))


def _costs(problem: Problem, at: Columns) -> Floats:
    spent = np.zeros(at.count)
    spent[at.station] = problem.station_cost
    spent[at.link] = problem.link_cost
    spent[at.direct] = np.where(np.isfinite(problem.direct_cost), problem.direct_cost, 0.0)
    spent[at.hop] = problem.hop_cost
    return spent


def _people(problem: Problem, at: Columns) -> Floats:
    people = np.zeros(at.count)
    people[at.link] = problem.people[problem.link_place]
    people[at.direct] = problem.people
    return people


Entry = tuple[Ints, Ints, Floats | float]


def _table(count: int, at: Columns, *entries: Entry) -> Any:
    """Set up constraint rows from (row, column, value) entries."""
    row = np.concatenate([entry[0] for entry in entries])
    col = np.concatenate([entry[1] for entry in entries])
    value = np.concatenate([np.broadcast_to(entry[2], len(entry[0])) for entry in entries])
    return sp.csr_matrix((value, (row, col)), shape=(count, at.count))


def _span(part: slice) -> Ints:
    return np.arange(part.start, part.stop)


def _once(problem: Problem, at: Columns) -> Rows:
    """Serve every place once at most."""
    places = problem.places
    once = _table(
        places,
        at,
        (problem.link_place, _span(at.link), 1.0),
        (np.arange(places), _span(at.direct), 1.0),
    )
    return once, problem.must.astype(np.float64), np.ones(places)


def _single(problem: Problem, at: Columns) -> Rows:
    """Build one station a site at most."""
    single = _table(problem.sites, at, (problem.station_site, _span(at.station), 1.0))
    return single, np.full(problem.sites, -np.inf), np.ones(problem.sites)


def _stations(problem: Problem, at: Columns) -> Iterator[Rows]:
    """Give the rows about stations: what is served needs one that is built and has the time."""
    links = len(problem.link_place)
    y, x = at.station.start + problem.link_station, _span(at.link)
    built = _table(links, at, (np.arange(links), x, 1.0), (np.arange(links), y, -1.0))
    yield built, np.full(links, -np.inf), np.zeros(links)
    stations = len(problem.station_site)
    time = _table(
        stations,
        at,
        (problem.link_station, x, problem.link_load),
        (np.arange(stations), _span(at.station), -1.0),
    )
    yield time, np.full(stations, -np.inf), np.zeros(stations)
    beam, sky = np.flatnonzero(problem.link_sky), np.flatnonzero(problem.station_sky > 0)
    limit = problem.station_sky[sky]
    beamed = _table(
        stations,
        at,
        (problem.link_station[beam], at.link.start + beam, problem.link_demand[beam]),
        (sky, at.station.start + sky, -limit),
    )
    yield beamed, np.full(stations, -np.inf), np.zeros(stations)


def _hops(problem: Problem, at: Columns) -> Iterator[Rows]:
    """Give the rows about hops: one into each built site, from a built one, with their traffic."""
    sites, hops = problem.sites, len(problem.hop_to)
    ground = np.flatnonzero(problem.station_sky == 0)
    into = _table(
        sites,
        at,
        (problem.hop_to, _span(at.hop), 1.0),
        (problem.station_site[ground], at.station.start + ground, -1.0),
    )
    yield into, np.zeros(sites), np.zeros(sites)
    inner = np.flatnonzero(problem.hop_from >= 0)
    y_row, y_col = _stations_of(problem, problem.hop_from[inner])
    count = len(inner)
    origin = _table(
        count,
        at,
        (np.arange(count), at.hop.start + inner, 1.0),
        (y_row, at.station.start + y_col, -1.0),
    )
    yield origin, np.full(count, -np.inf), np.zeros(count)
    carried = _table(
        hops,
        at,
        (np.arange(hops), _span(at.flow), 1.0),
        (np.arange(hops), _span(at.hop), -1.0),
    )
    yield carried, np.full(hops, -np.inf), np.zeros(hops)
    yield _kept(problem, at)


def _stations_of(problem: Problem, site: Ints) -> tuple[Ints, Ints]:
    """List (row, station) for every station with backhaul on the ground at each row's site."""
    order = np.argsort(problem.station_site, kind="stable")
    order = order[problem.station_sky[order] == 0]
    starts = np.searchsorted(problem.station_site[order], np.arange(problem.sites + 1))
    width = (starts[1:] - starts[:-1])[site]
    row = np.repeat(np.arange(len(site)), width)
    inside = np.arange(len(row)) - np.repeat(np.cumsum(width) - width, width)
    return row, order[starts[site][row] + inside]


def _kept(problem: Problem, at: Columns) -> Rows:
    """Keep traffic at every site: what comes in less what goes on is what the site gives away."""
    sites, scale = problem.sites, flow_scale(problem)
    inner = np.flatnonzero(problem.hop_from >= 0)
    ground = np.flatnonzero(~problem.link_sky)
    kept = _table(
        sites,
        at,
        (problem.hop_to, _span(at.flow), scale),
        (problem.hop_from[inner], at.flow.start + inner, -scale[inner]),
        (problem.link_site[ground], at.link.start + ground, -problem.link_demand[ground]),
    )
    return kept, np.zeros(sites), np.zeros(sites)


def _sky(problem: Problem, at: Columns) -> Rows:
    """Keep terminals and satellite stations within what the satellites give each area."""
    beam = np.flatnonzero(problem.link_sky)
    areas, beam_area = len(problem.area_capacity), problem.site_area[problem.link_site[beam]]
    sky = _table(
        areas,
        at,
        (problem.area, _span(at.direct), problem.demand),
        (beam_area, at.link.start + beam, problem.link_demand[beam]),
    )
    return sky, np.full(areas, -np.inf), problem.area_capacity


def design_of(problem: Problem, values: Floats) -> Design:
    """Read a design out of a program's whole-number solution."""
    at = columns(problem)
    parts = (values[part] > 0.5 for part in (at.station, at.link, at.direct, at.hop))
    return Design(*parts)


def values_of(problem: Problem, design: Design) -> Floats:
    """Write a design as the values of a program's variables."""
    at = columns(problem)
    values = np.zeros(at.count)
    values[at.station], values[at.link] = design.station, design.link
    values[at.direct], values[at.hop] = design.direct, design.hop
    values[at.flow] = flows(problem, design) / flow_scale(problem)
    return values
