"""Where to build: the most people with a number of sites, or everyone with the fewest.

Both answers carry a bound that no other choice can pass, so their distance from the best is
known. They depend on the data and the seed alone, never on the clock.
"""

import math

import numpy as np

from saola.connect.distances import Floats, Ints
from saola.connect.siting import exact
from saola.connect.siting.anneal import anneal
from saola.connect.siting.cover import Cover, Siting
from saola.connect.siting.greedy import greedy
from saola.connect.siting.lagrange import upper_bound
from saola.connect.siting.reduce import reduce
from saola.connect.siting.weighting import search
from saola.errors import InputError

__all__ = ["Cover", "Siting", "maximal_cover", "set_cover"]

SMALL = 1_000  # candidate sites up to which branch and bound is worth its time
NODES = 500


def maximal_cover(
    cover: Cover, weight: Floats, limit: int, *, rng: np.random.Generator, moves: int = 40_000_000
) -> Siting:
    """Choose sites that cover the most weight.

    Args:
        cover: Who serves whom.
        weight: Weight of each place, shape (places,), not negative.
        limit: How many sites may be chosen.
        rng: The source of chance.
        moves: Swaps that the annealing may try.

    Raises:
        InputError: If the limit is below 1 or a weight is negative or missing.
    """
    _check(cover, weight, limit)
    limit = min(limit, cover.sites)
    moves = min(moves, 2_000 * cover.table.nnz)
    chosen = anneal(cover, weight, greedy(cover, weight, limit), moves=moves, rng=rng)
    value = _covered(cover, weight, chosen)
    bound, _ = upper_bound(cover, weight, limit, value)
    if bound > value * (1 + 1e-9) and cover.sites <= SMALL:
        better, proven = exact.maximal(cover, weight, limit, chosen, NODES)
        bound = min(bound, proven)
        if _covered(cover, weight, better) > value:
            chosen, value = better, _covered(cover, weight, better)
    bound = max(bound, value)
    return Siting(np.sort(chosen), value, bound, (bound - value) / bound if bound else 0.0)


def set_cover(cover: Cover, *, rng: np.random.Generator, steps: int = 600_000) -> Siting:
    """Choose the fewest sites that serve every place.

    Args:
        cover: Who serves whom.
        rng: The source of chance.
        steps: Repairs that the local search may try.

    Raises:
        InputError: If no site serves some place.
    """
    alone = np.flatnonzero(np.diff(cover.by_place[0]) == 0)
    if len(alone):
        raise InputError("connect-out-of-reach", found=len(alone), first=int(alone[0]))
    core = reduce(cover)
    if core.cover.places == 0:
        count = float(len(core.forced))
        return Siting(core.forced, count, count, 0.0)
    found, bound = _core_cover(core.cover, steps, rng)
    chosen = np.sort(np.concatenate((core.forced, core.sites[found])))
    value = float(len(chosen))
    bound = min(value, bound + len(core.forced))
    return Siting(chosen, value, bound, (value - math.ceil(bound - 1e-6)) / value)


def _core_cover(cover: Cover, steps: int, rng: np.random.Generator) -> tuple[Ints, float]:
    """Cover what the reductions left, with its bound."""
    found = search(cover, greedy(cover, np.ones(cover.places)), steps=steps, rng=rng)
    bound = exact.covering_bound(cover)
    if len(found) > math.ceil(bound - 1e-6) and cover.sites <= SMALL:
        better, proven = exact.covering(cover, found, NODES)
        bound = max(bound, proven)
        if len(better) < len(found) and (cover.served(better) > 0).all():
            found = better
    return found, bound


def _covered(cover: Cover, weight: Floats, chosen: Ints) -> float:
    return float(weight[cover.served(chosen) > 0].sum())


def _check(cover: Cover, weight: Floats, limit: int) -> None:
    if limit < 1:
        raise InputError("connect-limit", found=limit)
    if len(weight) != cover.places or not (np.isfinite(weight).all() and (weight >= 0).all()):
        raise InputError("connect-weights", found=len(weight), expected=cover.places)
