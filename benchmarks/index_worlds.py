"""Invented worlds whose truth and errors are known: do intervals hold what they say?"""

from dataclasses import dataclass

import numpy as np

from saola.index.engine import rank_draws
from saola.index.posterior import pit, truths
from saola.index.rank import ranks


@dataclass(frozen=True)
class Calibration:
    """What a set of worlds says of the intervals.

    Args:
        distance: Kolmogorov distance of the true ranks' PIT from uniform.
        coverage: Share of true ranks inside their 90 % interval.
        stderr: Standard error of the coverage, worlds being independent and units not.
        width: Mean width of the intervals, in ranks.
        naive_coverage: The same share for "observed plus error".
        naive_width: The same width for "observed plus error".
    """

    distance: float
    coverage: float
    stderr: float
    width: float
    naive_coverage: float
    naive_width: float


def calibrate(units: int, ratio: float, worlds: int, seed: int, draws: int = 1000) -> Calibration:
    """Make worlds, observe them with error and rank what the engine draws.

    Args:
        units: How many units a world has.
        ratio: The standard error over the spread of the truth.
        worlds: How many worlds.
        seed: The seed.
        draws: How many draws a world.
    """
    rng = np.random.default_rng([seed, units, int(100 * ratio)])
    pits, held, wide, naive_held, naive_wide = [], [], [], [], []
    for _ in range(worlds):
        truth = rng.normal(50, 10, size=units)
        stderr = np.full(units, 10 * ratio)
        seen = truth + stderr * rng.standard_normal(units)
        true_ranks = ranks(truth)
        counts = rank_draws(truths(seen, stderr, draws, rng), threads=1)[1]
        pits.append(pit(counts, true_ranks, rng))
        inside, width = _interval(counts, true_ranks)
        held.append(inside)
        wide.append(width)
        again = seen + stderr * rng.standard_normal((draws, units))
        inside, width = _interval(rank_draws(again, threads=1)[1], true_ranks)
        naive_held.append(inside)
        naive_wide.append(width)
    sorted_pits = np.sort(np.concatenate(pits))
    steps = np.arange(len(sorted_pits) + 1) / len(sorted_pits)
    distance = max((steps[1:] - sorted_pits).max(), (sorted_pits - steps[:-1]).max())
    return Calibration(
        float(distance),
        float(np.mean(held)),
        float(np.std(held, ddof=1) / np.sqrt(worlds)),
        float(np.mean(wide)),
        float(np.mean(naive_held)),
        float(np.mean(naive_wide)),
    )


def _interval(counts: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    run = np.cumsum(counts[:, 1:], axis=1)
    total = run[:, -1:]
    low = (run > 0.05 * total + 1e-9).argmax(axis=1) + 1
    high = (run >= 0.95 * total - 1e-9).argmax(axis=1) + 1
    return float(np.mean((truth >= low) & (truth <= high))), float(np.mean(high - low + 1))
