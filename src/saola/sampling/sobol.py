"""First- and total-order Sobol indices with bootstrap intervals."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Indices:
    """How much of the variance of a target each factor explains.

    Args:
        first: The first-order index, factors by targets: what the factor explains alone.
        total: The total-order index: what it explains alone and with others.
        variance: The variance of each target.
        first_low: Lower end of the interval of `first`.
        first_high: Its upper end.
        total_low: Lower end of the interval of `total`.
        total_high: Its upper end.
    """

    first: Floats
    total: Floats
    variance: Floats
    first_low: Floats
    first_high: Floats
    total_low: Floats
    total_high: Floats


def indices(
    outcome: Floats,
    factors: int,
    *,
    centre: bool = True,
    bootstrap: int = 0,
    level: float = 0.90,
    rng: np.random.Generator | None = None,
) -> Indices:
    """Estimate Sobol indices from the runs of a Saltelli design.

    Args:
        outcome: The target of each run in the order A, B, AB of factor 1, …; runs, or runs by
            targets.
        factors: How many factors there are.
        centre: Whether targets are centred first, which lowers the noise of the first-order
            estimator and changes nothing in expectation.
        bootstrap: How many times the rows are drawn anew for the intervals; rows are kept whole,
            and the variance is drawn with them. 0 gives no intervals (NaN).
        level: The share of the bootstrap that the interval holds.
        rng: Where the randomness of the bootstrap comes from.

    Returns:
        Indices, factors by targets. A target that does not vary has indices 0.

    Source: Saltelli et al. (2010), table 2, estimators (b) and (f).
    """
    targets = outcome.reshape(len(outcome), -1)
    rows = len(targets) // (factors + 2)
    if centre:
        targets = targets - targets[: 2 * rows].mean(axis=0)
    parts = _products(targets, rows, factors)
    first, total, variance = _estimate(np.ones((1, rows)), parts, factors)
    ends = [np.full((factors, targets.shape[1]), np.nan)] * 4
    if bootstrap:
        rng = rng or np.random.default_rng(0)
        picks = rng.integers(0, rows, size=(bootstrap, rows)) + np.arange(bootstrap)[:, None] * rows
        counts = np.bincount(picks.ravel(), minlength=bootstrap * rows)
        again = _estimate(counts.reshape(bootstrap, rows).astype(np.float64), parts, factors)
        tails = [(1 - level) / 2, (1 + level) / 2]
        ends = [*np.quantile(again[0], tails, axis=0), *np.quantile(again[1], tails, axis=0)]
    return Indices(first[0], total[0], variance[0], *ends)


def _products(targets: Floats, rows: int, factors: int) -> Floats:
    """Give, row by row, everything whose sums the estimators need: 4 + 2 per factor, by targets."""
    a, b = targets[:rows], targets[rows : 2 * rows]
    mixed = targets[2 * rows :].reshape(factors, rows, -1)
    steps = [b * (each - a) for each in mixed] + [(a - each) ** 2 for each in mixed]
    return np.stack([a, b, a * a, b * b, *steps], axis=1)


def _estimate(counts: Floats, parts: Floats, factors: int) -> tuple[Floats, Floats, Floats]:
    rows, kinds, width = parts.shape
    sums = (counts @ parts.reshape(rows, kinds * width)).reshape(len(counts), kinds, width)
    mean = (sums[:, 0] + sums[:, 1]) / (2 * rows)
    square = sums[:, 2] + sums[:, 3]
    variance = (square - 2 * rows * mean**2) / (2 * rows - 1)
    # What varies by less than rounding does not vary.
    flat = variance <= 1e-12 * np.maximum(square / (2 * rows), 1e-300)
    safe = np.where(flat, 1.0, variance)[:, None, :]
    first = sums[:, 4 : 4 + factors] / rows / safe
    total = sums[:, 4 + factors :] / (2 * rows) / safe
    idle = flat[:, None, :]
    return np.where(idle, 0.0, first), np.where(idle, 0.0, total), variance
