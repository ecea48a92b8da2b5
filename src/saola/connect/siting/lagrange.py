"""A bound that no choice of sites can pass: the Lagrangian dual of maximal covering."""

from typing import Any

import numba
import numpy as np

from saola.connect.distances import Floats
from saola.connect.siting.cover import Cover

PATIENCE = 30  # steps without progress before the step length shrinks
SHRINK = 0.7


def upper_bound(
    cover: Cover, weight: Floats, limit: int, value: float, *, steps: int = 4000
) -> tuple[float, Floats]:
    """Bound from above the weight that any `limit` sites can cover.

    Each place's rule "covered only if a chosen site serves it" is priced at λ in [0, weight]:

        L(λ) = Σ max(0, w − λ) + the sum of the `limit` largest Σ_{places of a site} λ

    Every λ gives a valid bound, so an early stop costs sharpness, never truth.

    Args:
        cover: Who serves whom.
        weight: Weight of each place, shape (places,).
        limit: How many sites may be chosen.
        value: The best weight known, for the step length.
        steps: The most steps.

    Returns:
        The bound and its prices λ.

    Source: Galvão and ReVelle (1996), Lagrangian heuristic for maximal covering; step rule of
    Held, Wolfe and Crowder (1974), with deflected directions.
    """
    bound, price = _descend(cover.by_site, weight, min(limit, cover.sites), value, steps)
    return min(bound, float(weight.sum())), price


@numba.njit(cache=True, nogil=True)
def _dual(by_site: Any, weight: Floats, limit: int, price: Floats, slope: Floats) -> float:
    """Value L(λ) and write its subgradient into `slope`."""
    starts, places = by_site
    worth = np.zeros(len(starts) - 1)
    for site in range(len(worth)):
        for place in places[starts[site] : starts[site + 1]]:
            worth[site] += price[place]
    best = np.argsort(-worth)[:limit]
    value = 0.0
    slope[:] = 0.0
    for site in best:
        value += worth[site]
        for place in places[starts[site] : starts[site + 1]]:
            slope[place] += 1.0
    for place in range(len(weight)):
        if weight[place] > price[place]:
            value += weight[place] - price[place]
            slope[place] -= 1.0
    return value


@numba.njit(cache=True, nogil=True)
def _descend(
    by_site: Any, weight: Floats, limit: int, target: float, steps: int
) -> tuple[float, Floats]:
    price = weight / 2.0
    kept = price.copy()
    slope = np.empty_like(weight)
    heading = np.zeros_like(weight)
    best, length, stale = np.inf, 2.0, 0
    for _ in range(steps):
        value = _dual(by_site, weight, limit, price, slope)
        stale += 1
        if value < best:
            if value < best * (1 - 1e-5):
                stale = 0
            best = value
            kept[:] = price
        if stale > PATIENCE:
            length, stale = length * SHRINK, 0
            price[:] = kept
        heading = 0.7 * slope + 0.3 * heading
        norm = np.sum(heading * heading)
        if norm == 0 or length < 1e-5 or value <= target:
            break
        step = length * (value - target) / norm
        price = np.minimum(weight, np.maximum(0.0, price - step * heading))
    return best, kept
