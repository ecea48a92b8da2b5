"""Solve a region: the best of several designs, with a bound that none can beat."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from saola.connect.distances import Floats
from saola.connect.highs import solve
from saola.connect.plan import rules
from saola.connect.plan.anneal import annealed
from saola.connect.plan.bound import Certificate, certified
from saola.connect.plan.improve import Effort, improved, strengthened, tidied
from saola.connect.plan.model import design_of, program, values_of
from saola.connect.plan.problem import Design, Problem, cost, faults
from saola.connect.plan.spare import lean
from saola.connect.plan.stages import NOTHING, Arrays, Stages, opened, packed, sealed, unpacked
from saola.errors import InputError
from saola.progress import Progress, silent

__all__ = ["Effort", "Plan", "least_cost", "most_people"]

HALVINGS = 8
OVERLOOKED = {"hop-capacity", "satellite-area"}  # what rules of thumb do not look at
EXACT = 12  # places up to which branch and bound runs to the end


@dataclass(frozen=True, eq=False)
class Plan:
    """A design with its cost and the proof of its quality.

    Args:
        design: What to build and who is served.
        cost: Its net present value.
        bound: What no valid design can cost less than; within a budget, the people that none
            can serve more of.
        gap: (cost − bound) / cost; within a budget, (bound − people) / bound.
        rules: Cost of each rule of thumb on the same input; inf where it misses
            the target; a rule may overload hops and sky, which is in its favour.
    """

    design: Design
    cost: float
    bound: float
    gap: float
    rules: dict[str, float]


def least_cost(
    problem: Problem,
    position: tuple[Floats, Floats],
    *,
    rng: np.random.Generator,
    effort: Effort | None = None,
    progress: Progress = silent,
    stages: Stages = NOTHING,
) -> Plan:
    """Find the cheapest design that serves the target.

    Args:
        problem: The region.
        position: Latitudes and longitudes of the sites, degrees.
        rng: The source of chance.
        effort: How hard to search.
        progress: Told how far the search is.
        stages: Keeps what is done, so that a search cut short goes on.

    Raises:
        InputError: If no design can serve the target.
    """
    effort = effort or Effort()
    known = _rules(problem)
    slim = lean(problem)
    inner = slim.problem
    steps = effort.rounds + effort.neighbourhoods
    first = [slim.down(design) for design, _ in known.values() if design]
    ready = unpacked(stages.once("begun", rng, lambda: packed(_begun(inner, first, effort, rng))))
    certificate = opened(
        stages.once(
            "bound",
            rng,
            lambda: sealed(
                certified(inner, ready, effort.rounds, progress=lambda done: progress(done, steps))
            ),
        )
    )
    best = improved(
        inner, certificate, ready, effort, rng, position,
        progress=lambda done: progress(effort.rounds + done, steps), stages=stages,
    )  # fmt: skip
    bound = certificate.bound
    if problem.places <= EXACT:
        best, bound = _exact(inner, certificate, best)
    best = slim.up(best)
    total = cost(problem, best)
    bound = min(max(bound, 0.0), total)
    gap = (total - bound) / total if total else 0.0
    return Plan(best, total, bound, gap, {name: value for name, (_, value) in known.items()})


def _rules(problem: Problem) -> dict[str, tuple[Design | None, float]]:
    """Try the rules of thumb: the design where it is valid, and its cost or inf.

    A rule that looks at no capacity of hops and sky is still given its cost where it breaks only
    these, which is in its favour; its design is then not used.
    """
    found: dict[str, tuple[Design | None, float]] = {}
    for name, rule in (("nearest-fibre", rules.nearest_fibre), ("per-place", rules.per_place)):
        design = rule(problem)
        broken = set(faults(problem, design))
        told = cost(problem, design) if broken <= OVERLOOKED else float("inf")
        found[name] = (None if broken else design, told)
    return found


def _annealed(
    problem: Problem, ready: list[Design], effort: Effort, rng: np.random.Generator
) -> list[Design]:
    """Anneal from nothing, and at last from the cheapest rule; keep what is valid."""
    first = min(ready, key=lambda design: cost(problem, design), default=None)
    found = [
        tidied(problem, annealed(problem, start, moves=effort.moves, rng=rng))
        for start in [None] * (effort.starts - 1) + [first]
    ]
    return [design for design in found if not faults(problem, design)]


def _begun(
    problem: Problem, first: list[Design], effort: Effort, rng: np.random.Generator
) -> list[Design]:
    """Give valid designs to begin from, the cheapest first."""
    found = first + _annealed(problem, first, effort, rng)
    return sorted(found, key=lambda one: cost(problem, one)) or [_any(problem, effort)]


def _any(problem: Problem, effort: Effort) -> Design:
    """Take any design that the solver finds, where the search met none."""
    found = solve(program(problem), nodes=effort.nodes, gap=0.5)
    if not found.found:
        raise InputError("connect-target", found=round(problem.target))
    return design_of(problem, found.values)


def _exact(problem: Problem, certificate: Certificate, best: Design) -> tuple[Design, float]:
    """Run branch and bound on a small region, beginning with the best design known."""
    found = solve(strengthened(problem, certificate), nodes=5_000, start=values_of(problem, best))
    if found.found:
        design = tidied(problem, design_of(problem, found.values))
        if not faults(problem, design) and cost(problem, design) < cost(problem, best):
            best = design
    return best, max(certificate.bound, found.bound)


def most_people(
    problem: Problem,
    position: tuple[Floats, Floats],
    budget: float,
    *,
    rng: np.random.Generator,
    effort: Effort | None = None,
    progress: Progress = silent,
    stages: Stages = NOTHING,
) -> Plan:
    """Find the design that serves the most people within a budget.

    The target is narrowed down by halving; the bound is that of whole stations with the
    budget as a row and the people as its aim.

    Args:
        problem: The region; its target is not used.
        position: Latitudes and longitudes of the sites, degrees.
        budget: Most net present value to spend.
        rng: The source of chance.
        effort: How hard to search.
        progress: Told how far the search is.
        stages: Keeps what is done, so that a search cut short goes on.

    Returns:
        The design with its cost; `bound` and `gap` are of the people served.

    Raises:
        InputError: If the budget serves nobody that must be served.
    """
    effort = effort or Effort()
    steps = HALVINGS + effort.rounds
    low, high = 0.0, float(problem.people.sum())
    best: Design | None = None
    for step in range(HALVINGS):
        middle = 0.5 * (low + high)
        tried = replace(problem, target=middle)
        make = partial(_affordable, tried, budget, effort, rng)
        designs = unpacked(stages.once(f"halving-{step}", rng, make))
        progress(step + 1, steps)
        if not designs:
            high = middle
            continue
        best = max(designs, key=lambda design: _people(problem, design))
        low = max(middle, _people(problem, best))
    if best is None:
        raise InputError("connect-budget", found=round(budget))
    del position
    proven = certified(
        problem, [best], effort.rounds, budget, lambda done: progress(HALVINGS + done, steps)
    )
    served = _people(problem, best)
    most = min(max(-proven.bound, served), float(problem.people.sum()))
    return Plan(best, cost(problem, best), most, (most - served) / most, {})


def _affordable(
    problem: Problem, budget: float, effort: Effort, rng: np.random.Generator
) -> Arrays:
    """Anneal from nothing and keep the designs within a budget."""
    designs = _annealed(problem, [], replace(effort, starts=min(2, effort.starts)), rng)
    return packed([design for design in designs if cost(problem, design) <= budget])


def _people(problem: Problem, design: Design) -> float:
    return float(problem.people[design.served(problem)].sum())
