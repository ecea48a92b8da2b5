"""What draws say of units beside each other: chances of the top, duels, rank classes."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from saola.index.drawn import Drawn, checked_share, rows_of
from saola.index.kernels import ahead as count_ahead
from saola.index.table import Floats

CLASSES = {
    "unit": pl.String,
    "rank": pl.Int64,
    "class": pl.Int64,
    "surely_behind": pl.Int64,
    "surely_ahead": pl.Int64,
    "best": pl.Int64,
    "worst": pl.Int64,
}
PAIRS = {"unit": pl.String, "other": pl.String, "ahead": pl.Float64}
CONVERGENCE = {"draws": pl.Int64, "rank_change": pl.Float64, "half_width": pl.Float64}
# A matrix of duels of more units than this is no longer read by anyone.
DUELLERS = 200
_CHUNK = 256


def top(study: Drawn, k: int) -> pl.DataFrame:
    """Give each unit the share of draws in which it is among the first `k`.

    Returns:
        `unit, top`, the likeliest first.
    """
    within = study.counts[:, 1 : k + 1].sum(axis=1) / len(study.across)
    frame = pl.DataFrame({"unit": study.units, "top": within})
    return frame.sort("top", descending=True, maintain_order=True)


def duels(
    study: Drawn, units: Sequence[str] | None = None, others: Sequence[str] | None = None
) -> Floats:
    """Give the share of draws in which one unit scores above another, ties counting half.

    Args:
        study: The draws.
        units: The units of the rows; by default all.
        others: The units of the columns; by default all.

    Returns:
        Rows by columns.

    Raises:
        InputError: If a unit does not exist.
    """
    rows, columns = rows_of(study.units, units), rows_of(study.units, others)
    won = np.empty((len(rows), len(columns)), dtype=np.int64)
    count_ahead(
        np.ascontiguousarray(study.scores[rows]), np.ascontiguousarray(study.scores[columns]), won
    )
    return np.asarray(won / (2 * len(study.across)), dtype=np.float64)


def pairs(study: Drawn, units: Sequence[str] | None = None) -> pl.DataFrame:
    """Give the chance that each unit is ahead of each other one, in the schema `PAIRS`."""
    chance = duels(study, units, units)
    names = [study.units[row] for row in rows_of(study.units, units)]
    rows = [
        (one, two, float(chance[i, j]))
        for i, one in enumerate(names)
        for j, two in enumerate(names)
        if i != j
    ]
    return pl.DataFrame(rows, schema=PAIRS, orient="row")


def classes(study: Drawn, level: float = 0.95) -> pl.DataFrame:
    """Put units into classes that the draws can tell apart, in place of bare ranks.

    From the top of the published order, a class takes units as long as its first unit is not
    ahead of them in at least the share `level` of draws. So the heads of two classes can be told
    apart; members of one class cannot be told from its head. Neighbours across a border may still
    be close: `surely_ahead` counts the units that a unit is ahead of at that level, `surely_behind`
    those ahead of it, and `best` to `worst` is the span of ranks that these leave open.

    Args:
        study: The draws.
        level: The share of draws from which one unit counts as ahead.

    Returns:
        One row a unit in published order, in the schema `CLASSES`.

    Raises:
        InputError: If `level` is not between 0 and 1.
    """
    checked_share(level)
    rank = study.published_ranks
    order = np.lexsort((np.asarray(study.units), np.where(rank > 0, rank, len(rank) + 1)))
    won, lost = sure(study, level)
    member = np.zeros(len(order), dtype=np.int64)
    head, number = int(order[0]), 1
    for unit in order:
        if duel(study, head, int(unit)) >= level:
            head, number = int(unit), number + 1
        member[unit] = number
    return pl.DataFrame(
        {
            "unit": [study.units[unit] for unit in order],
            "rank": rank[order],
            "class": member[order],
            "surely_behind": lost[order],
            "surely_ahead": won[order],
            "best": lost[order] + 1,
            "worst": len(order) - won[order],
        },
        schema=CLASSES,
    )


def duel(study: Drawn, one: int, other: int) -> float:
    """Give the share of draws in which one row scores above another, ties counting half."""
    first, second = study.scores[one], study.scores[other]
    return float(np.mean((first > second) + 0.5 * (first == second)))


def sure(study: Drawn, level: float) -> tuple[Floats, Floats]:
    """Count for each unit those it is surely ahead of, and those surely ahead of it."""
    won = np.zeros(len(study.units))
    lost = np.zeros(len(study.units))
    for at in range(0, len(study.units), _CHUNK):
        block = study.units[at : at + _CHUNK]
        chance = duels(study, block)
        won[at : at + _CHUNK] = (chance >= level).sum(axis=1)
        lost += (chance >= level).sum(axis=0)
    return won, lost


def convergence(study: Drawn, level: float = 0.90, steps: int = 8) -> pl.DataFrame:
    """Show how the results settle as draws are added.

    Returns:
        In the schema `CONVERGENCE`, for growing numbers of draws: the mean absolute rank change
        from the published ranks, and the mean half-width of the rank intervals.
    """
    checked_share(level)
    change = np.abs(study.ranks - study.published_ranks[:, None]).mean(axis=0)
    counts = np.unique(np.geomspace(min(16, len(change)), len(change), steps).astype(int))
    tails = [(1 - level) / 2, (1 + level) / 2]
    rows = []
    for count in counts:
        low, high = np.quantile(study.ranks[:, :count], tails, axis=1, method="inverted_cdf")
        rows.append((int(count), float(change[:count].mean()), float((high - low).mean() / 2)))
    return pl.DataFrame(rows, schema=CONVERGENCE, orient="row")
