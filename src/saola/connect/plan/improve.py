"""Better designs: one neighbourhood of sites after another solved again, all else held."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from saola.connect.distances import Flags, Floats, haversine
from saola.connect.highs import Program, solve
from saola.connect.plan.model import columns, design_of, values_of
from saola.connect.plan.problem import Design, Problem, faults

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Effort:
    """How hard to search; all but `seconds` count steps, so that a seed gives one answer.

    Attributes:
        moves: Changes the annealing tries.
        rounds: The most rounds of cuts for the bound.
        nodes: The most branches in one program.
        neighbourhoods: How many neighbourhoods to solve again.
        size: Sites in one neighbourhood.
        seconds: A safety limit for one program.
    """

    moves: int = 150_000
    rounds: int = 12
    nodes: int = 40
    neighbourhoods: int = 0
    size: int = 14
    seconds: float = 20.0


def _solved(
    problem: Problem, program: Program, free: Flags, begin: Floats, effort: Effort
) -> Design:
    """Solve with all variables that are not free held at the start's values."""
    lower = np.where(free, program.lower, np.minimum(begin, program.upper))
    upper = np.where(free, program.upper, begin)
    at = columns(problem)
    lower[at.flow], upper[at.flow] = 0.0, program.upper[at.flow]
    found = solve(
        program.within(lower, upper),
        nodes=effort.nodes,
        gap=2e-3,
        start=begin,
        seconds=effort.seconds,
    )
    if not found.found:
        return design_of(problem, begin)
    design = tidied(problem, design_of(problem, found.values))
    old = design_of(problem, begin)
    better = program.cost @ values_of(problem, design) < program.cost @ begin - 1e-6
    return design if better and not faults(problem, design) else old


def tidied(problem: Problem, design: Design) -> Design:
    """Take away stations that serve nobody and carry nobody, and the hops to them."""
    while True:
        uses = np.bincount(problem.link_station[design.link], minlength=len(problem.station_site))
        origin = problem.hop_from[design.hop]
        carried = np.bincount(origin[origin >= 0], minlength=problem.sites) > 0
        idle = design.station & (uses == 0) & ~carried[problem.station_site]
        if not idle.any():
            return design
        gone = np.zeros(problem.sites, dtype=bool)
        gone[problem.station_site[idle]] = True
        design = replace(
            design, station=design.station & ~idle, hop=design.hop & ~gone[problem.hop_to]
        )


def improved(
    problem: Problem,
    program: Program,
    start: Design,
    effort: Effort,
    rng: np.random.Generator,
    position: tuple[Floats, Floats],
    progress: Progress = lambda _done, _all: None,
) -> Design:
    """Solve one neighbourhood of sites after another, all else held, keeping what is better.

    Args:
        problem: The region.
        program: Its program, with cuts.
        start: A valid design.
        effort: How hard to search.
        rng: Draws the centres of the neighbourhoods.
        position: Latitudes and longitudes of the sites, degrees.
        progress: Told how many neighbourhoods are done, and of how many.

    Source: Shaw (1998), large neighbourhood search.
    """
    lat, lon = position
    design = start
    for step in range(effort.neighbourhoods):
        centre = int(rng.integers(problem.sites))
        distance = haversine(lat[centre], lon[centre], lat, lon)
        near = np.zeros(problem.sites, dtype=bool)
        near[np.argsort(distance, kind="stable")[: effort.size]] = True
        free = _around(problem, near)
        design = _solved(problem, program, free, values_of(problem, design), effort)
        progress(step + 1, effort.neighbourhoods)
    return design


def _around(problem: Problem, near: Flags) -> Flags:
    """Free the stations of some sites, their links and hops, and the places they reach."""
    at = columns(problem)
    free = np.zeros(at.count, dtype=bool)
    free[at.station] = near[problem.station_site]
    free[at.hop] = near[problem.hop_to]
    links = near[problem.link_site]
    places = np.zeros(problem.places, dtype=bool)
    places[problem.link_place[links]] = True
    free[at.link] = places[problem.link_place]
    free[at.direct] = places & np.isfinite(problem.direct_cost)
    return free
