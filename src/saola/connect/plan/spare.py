"""Hops that no best design needs, because another does the same for no more money."""

from dataclasses import dataclass, replace

import numpy as np

from saola.connect.distances import Flags, Ints
from saola.connect.plan.problem import Design, Problem


@dataclass(frozen=True, eq=False)
class Lean:
    """A problem without its spare hops.

    Args:
        full: The problem as it was.
        problem: The same without spare hops: its optimum costs the same.
        kept: Rows of the hops kept, in the full problem.
        instead: For each hop of the full problem the one that takes its place, itself if kept.
    """

    full: Problem
    problem: Problem
    kept: Ints
    instead: Ints

    def down(self, design: Design) -> Design:
        """Put a design of the full problem on the hops that are kept; it costs no more."""
        used = np.zeros(len(self.full.hop_to), dtype=bool)
        used[self.instead[design.hop]] = True
        return replace(design, hop=used[self.kept])

    def up(self, design: Design) -> Design:
        """Put a design back on the full problem."""
        hop = np.zeros(len(self.full.hop_to), dtype=bool)
        hop[self.kept] = design.hop
        return replace(design, hop=hop)


def lean(problem: Problem) -> Lean:
    """Leave out every hop for which another does the same at no more cost.

    A hop into a site gives way to one from the same site or from the core, which needs nothing
    and loads no other hop, if that carries as much and costs no more.

    Args:
        problem: The region.
    """
    count = len(problem.hop_to)
    # The best of each target first, so that what replaces a hop is never replaced itself.
    order = np.lexsort(
        (np.arange(count), problem.hop_from, -problem.hop_capacity, problem.hop_cost)
    )
    instead = np.arange(count)
    by_site: dict[int, list[int]] = {}
    for hop in order.tolist():
        better = by_site.setdefault(int(problem.hop_to[hop]), [])
        for one in better:
            same = problem.hop_from[one] in (-1, problem.hop_from[hop])
            if same and problem.hop_capacity[one] >= problem.hop_capacity[hop]:
                instead[hop] = one
                break
        else:
            better.append(hop)
    kept: Flags = instead == np.arange(count)
    rows = np.flatnonzero(kept)
    parts = ("hop_from", "hop_to", "hop_medium", "hop_cost", "hop_capacity")
    fewer = replace(problem, **{name: getattr(problem, name)[rows] for name in parts})
    return Lean(problem, fewer, rows, instead)
