"""Better designs: one neighbourhood of sites after another solved again, all else held."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import scipy.sparse as sp

from saola.connect.distances import Flags, Floats, Ints, haversine
from saola.connect.highs import Program, solve
from saola.connect.plan.bound import Certificate
from saola.connect.plan.model import columns, design_of, program, values_of
from saola.connect.plan.problem import Design, Problem, cost, faults
from saola.connect.plan.stages import NOTHING, Arrays, Stages, packed, unpacked

GAP = 3e-3  # at which a neighbourhood counts as solved
ALONE = 10  # times the branches where one neighbourhood is all there is
MANY = 6  # designs worth bringing together, beside what rules of thumb give
SAVED = 1e-6  # least saving that counts


@dataclass(frozen=True)
class Effort:
    """How hard to search; all but `seconds` count steps, so that a seed gives one answer.

    Attributes:
        moves: Changes that one annealing tries.
        starts: How often the annealing begins anew.
        rounds: The most rounds of cuts for the bound.
        nodes: The most branches in one program; ten times as many where it is the only one.
        neighbourhoods: How many neighbourhoods to solve again.
        size: Sites in one neighbourhood.
        seconds: A safety limit for one program.
    """

    moves: int = 200_000
    starts: int = 8
    rounds: int = 80
    nodes: int = 5
    neighbourhoods: int = 16
    size: int = 60
    seconds: float = 600.0


def strengthened(problem: Problem, certificate: Certificate) -> Program:
    """Write the plan as a program with the cuts that bind."""
    whole, cuts = program(problem), certificate.cuts
    left = sp.csr_matrix((cuts.shape[0], len(whole.cost) - cuts.shape[1]))
    return whole.with_rows(
        sp.hstack((cuts, left)).tocsr(), np.zeros(cuts.shape[0]), np.full(cuts.shape[0], np.inf)
    )


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


def improved(  # noqa: PLR0913  (what to search, how hard, and what hears of it)
    problem: Problem,
    certificate: Certificate,
    pool: list[Design],
    effort: Effort,
    rng: np.random.Generator,
    position: tuple[Floats, Floats],
    *,
    progress: Callable[[int], None] = lambda _done: None,
    stages: Stages = NOTHING,
) -> Design:
    """Solve one neighbourhood of sites after another, all else held, keeping what is better.

    Only what the linear program or a design of the pool uses is tried. The first neighbourhood is
    the whole region, cut short by `nodes`; a small region has no other, a large one with several
    designs then tries only what these use, so that the best parts of each come together.

    Args:
        problem: The region.
        certificate: Its cuts, and what the linear program uses.
        pool: Valid designs, the cheapest first.
        effort: How hard to search.
        rng: Draws the centres of the neighbourhoods.
        position: Latitudes and longitudes of the sites, degrees.
        progress: Told how many neighbourhoods are done.
        stages: Keeps the design after each of them.

    Source: Shaw (1998), large neighbourhood search; Danna et al. (2005), relaxation induced;
    Rothberg (2007) for designs brought together.
    """
    whole = strengthened(problem, certificate)
    design, count = pool[0], effort.neighbourhoods
    pooled = np.logical_or.reduce([values_of(problem, one) > 0 for one in pool])
    pooled = pooled[: len(certificate.used)]
    tried = pooled | certificate.used
    if problem.sites <= effort.size:
        count = min(1, count)
        effort = replace(effort, nodes=ALONE * effort.nodes)

    def better(start: Design, step: int) -> Arrays:
        near = np.ones(problem.sites, dtype=bool)
        if step:
            near = _near(problem, start, effort.size, rng, position)
        merged = step == 0 and len(pool) >= MANY and problem.sites > effort.size
        free = _free(problem, pooled if merged else tried, start, near)
        return packed([_solved(problem, whole, free, start, effort)])

    for step in range(count):
        make = partial(better, design, step)
        design = unpacked(stages.once(f"neighbourhood-{step}", rng, make))[0]
        progress(step + 1)
    return design


def _near(
    problem: Problem,
    design: Design,
    size: int,
    rng: np.random.Generator,
    position: tuple[Floats, Floats],
) -> Flags:
    """Draw a built site and flag the sites nearest to it."""
    lat, lon = position
    built: Ints = np.unique(problem.station_site[design.station])
    centre = int(rng.choice(built)) if len(built) else int(rng.integers(problem.sites))
    distance = haversine(lat[centre], lon[centre], lat, lon)
    near = np.zeros(problem.sites, dtype=bool)
    near[np.argsort(distance, kind="stable")[:size]] = True
    return near


def _free(problem: Problem, used: Flags, design: Design, near: Flags) -> Flags:
    """Free the stations of some sites, the hops into them, and the places they serve."""
    at = columns(problem)
    now = values_of(problem, design) > 0
    station = (used[at.station] | design.station) & near[problem.station_site]
    hop = (used[at.hop] | design.hop) & near[problem.hop_to]
    free = np.zeros(at.count, dtype=bool)
    free[at.station], free[at.hop] = station, hop
    # A place served from elsewhere may come in; one served from here may go anywhere that stands.
    reached = np.zeros(problem.places, dtype=bool)
    reached[problem.link_place[station[problem.link_station]]] = True
    open_ = station | design.station
    free[at.link] = reached[problem.link_place] & open_[problem.link_station]
    free[at.direct] = reached & np.isfinite(problem.direct_cost)
    free[at.flow] = hop | now[at.hop]
    return free


def _solved(
    problem: Problem, whole: Program, free: Flags, design: Design, effort: Effort
) -> Design:
    """Solve with all variables that are not free held as the design has them."""
    begin = values_of(problem, design)
    found = solve(
        whole.only(free, begin),
        nodes=effort.nodes,
        gap=GAP,
        start=begin[free],
        seconds=effort.seconds,
    )
    if not found.found:
        return design
    values = begin.copy()
    values[free] = found.values
    new = tidied(problem, design_of(problem, values))
    better = cost(problem, new) < cost(problem, design) - SAVED
    return new if better and not faults(problem, new) else design
