"""Better answers to maximal covering: simulated annealing over swaps of one site for another."""

from typing import Any

import numba
import numpy as np

from saola.connect.distances import Floats, Ints
from saola.connect.siting.cover import Cover

NEARBY = 0.7  # share of swaps that stay in the neighbourhood of the site given up


def anneal(
    cover: Cover, weight: Floats, start: Ints, *, moves: int, rng: np.random.Generator
) -> Ints:
    """Improve a choice of sites by swaps, keeping their number.

    Args:
        cover: Who serves whom.
        weight: Weight of each place, shape (places,).
        start: The sites to begin with.
        moves: Swaps to try.
        rng: The source of chance.

    Returns:
        The best choice met, never worse than `start`.

    Source: Kirkpatrick et al. (1983); the geometric cooling runs from three mean weights to
    one fiftieth of one.
    """
    if len(start) in (0, cover.sites):
        return start
    mean = float(weight.mean()) or 1.0
    heat = (3.0 * mean, 0.02 * mean)
    _, best = _anneal(cover.by_site, cover.by_place, weight, start, (moves, *heat), rng)
    return np.sort(best)


@numba.njit(cache=True, nogil=True)
def _open(row: Any, weight: Floats, count: Ints) -> float:
    """Add one site to the counts; give the weight it newly covers."""
    gain = 0.0
    for place in row:
        if count[place] == 0:
            gain += weight[place]
        count[place] += 1
    return gain


@numba.njit(cache=True, nogil=True)
def _close(row: Any, weight: Floats, count: Ints) -> float:
    """Take one site from the counts; give the weight that is no longer covered."""
    loss = 0.0
    for place in row:
        count[place] -= 1
        if count[place] == 0:
            loss += weight[place]
    return loss


@numba.njit(cache=True, nogil=True)
def _partner(site: int, by_site: Any, by_place: Any, rng: np.random.Generator) -> int:
    """Draw the site to open: mostly one that shares a place with the site closed."""
    starts, places = by_site
    width = starts[site + 1] - starts[site]
    if width == 0 or rng.random() >= NEARBY:
        return int(rng.random() * (len(starts) - 1))
    place = places[starts[site] + int(rng.random() * width)]
    ends, sites = by_place
    return int(sites[ends[place] + int(rng.random() * (ends[place + 1] - ends[place]))])


@numba.njit(cache=True, nogil=True)
def _anneal(
    by_site: Any, by_place: Any, weight: Floats, start: Ints, plan: Any, rng: np.random.Generator
) -> tuple[float, Ints]:
    starts, places = by_site
    moves, hot, cold = plan
    chosen = start.copy()
    inside = np.zeros(len(starts) - 1, dtype=np.bool_)
    count = np.zeros(len(weight), dtype=np.int64)
    value = 0.0
    for site in chosen:
        inside[site] = True
        value += _open(places[starts[site] : starts[site + 1]], weight, count)
    best, kept = value, chosen.copy()
    for move in range(moves):
        heat = hot * (cold / hot) ** (move / moves)
        slot = int(rng.random() * len(chosen))
        old = chosen[slot]
        new = _partner(old, by_site, by_place, rng)
        if inside[new]:
            continue
        change = -_close(places[starts[old] : starts[old + 1]], weight, count)
        change += _open(places[starts[new] : starts[new + 1]], weight, count)
        if change >= 0 or rng.random() < np.exp(change / heat):
            chosen[slot] = new
            inside[old], inside[new] = False, True
            value += change
            if value > best:
                best = value
                kept[:] = chosen
        else:
            _close(places[starts[new] : starts[new + 1]], weight, count)
            _open(places[starts[old] : starts[old + 1]], weight, count)
    return best, kept
