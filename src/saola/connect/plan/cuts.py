"""Sharper bounds: every place that is served must be reached from the core, loops or not."""

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from saola.connect.distances import Flags, Floats, Ints
from saola.connect.highs import Program, opened, read
from saola.connect.plan.model import Columns, columns
from saola.connect.plan.problem import Problem

UNIT = 1_000_000  # whole-number capacity that stands for one hop
VIOLATED = 1e-2
ROUNDS = 20


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The linear program with its cuts, solved.

    Args:
        program: The program with the cuts that were found.
        values: Its optimal variables.
        bound: A lower bound that no design can beat.
    """

    program: Program
    values: Floats
    bound: float


def relax(problem: Problem, program: Program, rounds: int = ROUNDS) -> Relaxed:
    """Solve the linear program, adding connectivity cuts until none is violated.

    For a set of sites S and a place: Σ hops into S ≥ Σ links from S to the place. It holds for
    each place and not only for each site, so that many stations built by small shares cannot
    bring their shares of one place over one small share of a hop.

    Args:
        problem: The region.
        program: Its program.
        rounds: The most rounds of cuts.

    Source: Wong (1984), directed cuts of the Steiner arborescence; Goemans and Myung (1993).
    """
    at = columns(problem)
    linear = program.relaxed()
    solver = opened(linear)
    solver.run()
    for _ in range(rounds):
        found = read(solver, linear)
        if not found.found:
            break
        cuts = _violated(problem, at, found.values)
        if not cuts.shape[0]:
            break
        lower, upper = np.zeros(cuts.shape[0]), np.full(cuts.shape[0], np.inf)
        linear = linear.with_rows(cuts, lower, upper)
        program = program.with_rows(cuts, lower, upper)
        _append(solver, cuts)
        solver.run()
    found = read(solver, linear)
    return Relaxed(program, found.values, found.bound)


def _append(solver: Any, cuts: Any) -> None:
    count = cuts.shape[0]
    solver.addRows(
        count,
        np.zeros(count),
        np.full(count, highspy.kHighsInf),
        cuts.nnz,
        cuts.indptr[:-1].astype(np.int32),
        cuts.indices.astype(np.int32),
        cuts.data,
    )


def _violated(problem: Problem, at: Columns, values: Floats) -> Any:
    """Find for each place the narrowest cut between it and the core, if it is violated."""
    graph = _graph(problem, at, values)
    core, first = problem.sites, problem.sites + 1
    ground = ~problem.link_sky
    given = np.bincount(
        problem.link_place[ground], weights=values[at.link][ground], minlength=problem.places
    )
    rows: dict[bytes, Any] = {}
    for place in np.flatnonzero(given > VIOLATED):
        run = maximum_flow(graph, core, int(first + place))
        if run.flow_value < (given[place] - VIOLATED) * UNIT:
            inside = _behind(graph, run.flow, int(first + place))[: problem.sites]
            rows.setdefault(inside.tobytes() + bytes(str(place), "ascii"), (inside, place))
    if not rows:
        return sp.csr_matrix((0, at.count))
    return sp.vstack([_cut(problem, at, *row) for row in rows.values()]).tocsr()


def _graph(problem: Problem, at: Columns, values: Floats) -> Any:
    """Draw hops and links as a graph with whole-number capacities: sites, the core, places."""
    size = problem.sites + 1 + problem.places
    ground = np.flatnonzero(~problem.link_sky)
    origin = np.where(problem.hop_from < 0, problem.sites, problem.hop_from)
    start = np.concatenate((origin, problem.link_site[ground]))
    end = np.concatenate((problem.hop_to, problem.sites + 1 + problem.link_place[ground]))
    share = np.clip(np.concatenate((values[at.hop], values[at.link][ground])), 0.0, 1.0)
    graph = sp.csr_matrix((share, (start, end)), shape=(size, size))
    graph.data = np.round(graph.data * UNIT)
    graph.eliminate_zeros()
    return graph.astype(np.int32)


def _behind(graph: Any, flow: Any, node: int) -> Flags:
    """Flag the nodes from which a node can still be reached once the flow is sent."""
    rest = (graph - flow).tocsr()
    rest.data[rest.data < 0] = 0
    rest.eliminate_zeros()
    nodes = breadth_first_order(rest.T.tocsr(), node, return_predecessors=False)
    inside = np.zeros(graph.shape[0], dtype=bool)
    inside[nodes] = True
    return inside


def _cut(problem: Problem, at: Columns, inside: Flags, place: int) -> Any:
    """Write the row: hops into the set, less what the set gives the place, at least 0."""
    from_inside = np.where(problem.hop_from < 0, False, inside[problem.hop_from])
    into: Ints = np.flatnonzero(inside[problem.hop_to] & ~from_inside)
    links = np.flatnonzero(
        (problem.link_place == place) & inside[problem.link_site] & ~problem.link_sky
    )
    column = np.concatenate((at.hop.start + into, at.link.start + links))
    value = np.concatenate((np.ones(len(into)), -np.ones(len(links))))
    return sp.csr_matrix((value, (np.zeros(len(column), dtype=int), column)), (1, at.count))
