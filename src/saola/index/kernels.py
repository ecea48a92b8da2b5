"""The two loops that run over every draw and every unit, compiled."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from saola.index.table import Floats


@njit(nogil=True, cache=True)
def weighted_sums(values: Floats, weights: Floats, out: Floats) -> None:
    """Sum each unit's values under every weight set, always in the same order.

    A matrix product would do, but its last digits depend on how many threads BLAS takes.

    Args:
        values: Indicators by units.
        weights: Indicators by draws.
        out: Draws by units; written.
    """
    # A tile of units stays in the nearest cache for all draws.
    for first in range(0, values.shape[1], 128):
        last = min(first + 128, values.shape[1])
        for draw in range(weights.shape[1]):
            row = out[draw, first:last]
            row[:] = 0.0
            for place in range(values.shape[0]):
                weight = weights[place, draw]
                column = values[place, first:last]
                for unit in range(row.size):
                    row[unit] += weight * column[unit]


@njit(nogil=True, cache=True)
def place(scores: Floats, order: NDArray[np.int64], ranks: NDArray[np.int32]) -> None:
    """Give competition ranks from sorted orders.

    Args:
        scores: Draws by units, turned round: the best is the least.
        order: Draws by units: the units from the best on, NaN last.
        ranks: Draws by units; written, 0 where there is no score.
    """
    for draw in range(scores.shape[0]):
        rank = 1
        before = 0.0
        for at in range(scores.shape[1]):
            unit = order[draw, at]
            score = scores[draw, unit]
            if np.isnan(score):
                rank = 0
            elif at > 0 and score != before:
                rank = at + 1
            before = score
            ranks[draw, unit] = rank


@njit(nogil=True, cache=True)
def tally(ranks: NDArray[np.int32], first: int, last: int, counts: NDArray[np.int32]) -> None:
    """Count how often some units have each rank; few units at a time stay in the cache.

    Args:
        ranks: Draws by units.
        first: The first unit counted.
        last: The unit after the last.
        counts: Units by ranks from 0; added to.
    """
    for draw in range(ranks.shape[0]):
        for unit in range(first, last):
            counts[unit, ranks[draw, unit]] += 1


@njit(nogil=True, cache=True)
def ahead(scores: Floats, others: Floats, won: NDArray[np.int64]) -> None:
    """Count for each unit the draws in which it is ahead of each of some others, twice over.

    Args:
        scores: Units by draws.
        others: Other units by draws.
        won: Units by others; written: 2 a draw ahead, 1 a tie.
    """
    for unit in range(scores.shape[0]):
        for other in range(others.shape[0]):
            total = 0
            for draw in range(scores.shape[1]):
                one, two = scores[unit, draw], others[other, draw]
                total += 2 * (one > two) + (one == two)
            won[unit, other] = total
