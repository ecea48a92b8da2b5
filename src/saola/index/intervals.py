"""What a study says of each unit: intervals, chances of the top, duels, rank classes."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

import numpy as np
import polars as pl

from saola.errors import InputError
from saola.index.drawn import Drawn, rows_of
from saola.index.kernels import ahead as count_ahead
from saola.index.table import Floats, Rows

INTERVALS = {
    "unit": pl.String,
    "score": pl.Float64,
    "score_low": pl.Float64,
    "score_median": pl.Float64,
    "score_high": pl.Float64,
    "rank": pl.Int64,
    "rank_low": pl.Int64,
    "rank_median": pl.Int64,
    "rank_high": pl.Int64,
    "rank_mean": pl.Float64,
    "scored": pl.Float64,
}
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


def checked_share(level: float) -> float:
    """Refuse a level that is no share.

    Raises:
        InputError: If it is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise InputError("index-share", found=level)
    return level


def intervals(study: Drawn, level: float = 0.90) -> pl.DataFrame:
    """Give each unit the intervals of score and rank that its draws support.

    Args:
        study: The draws.
        level: The share of draws each interval holds at least.

    Returns:
        One row a unit in the order of the published rank, in the schema `INTERVALS`; `scored` is
        the share of draws that give the unit a score.

    Raises:
        InputError: If `level` is not between 0 and 1.

    Source: JRC statistical audits, rank intervals by Monte Carlo.
    """
    tails = (1 - checked_share(level)) / 2
    low, middle, high = _score_quantiles(study.scores, (tails, 0.5, 1 - tails))
    run = np.cumsum(study.counts[:, 1:], axis=1, dtype=np.int64)
    scored = run[:, -1]
    # The mean rank from the running counts: what has not come by rank r is beyond it.
    beyond = run.shape[1] * scored - run.sum(axis=1) + scored
    frame = pl.DataFrame(
        {
            "unit": study.units,
            "score": study.published,
            "score_low": low,
            "score_median": middle,
            "score_high": high,
            "rank": study.published_ranks,
            "rank_low": _rank_quantile(run, tails, upper=False),
            "rank_median": _rank_quantile(run, 0.5, upper=False),
            "rank_high": _rank_quantile(run, 1 - tails, upper=True),
            "rank_mean": beyond / np.maximum(scored, 1),
            "scored": scored / len(study.across),
        },
        schema=INTERVALS,
    )
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None)).sort("rank", "unit")


def _score_quantiles(scores: Floats, shares: Sequence[float]) -> list[Floats]:
    """Give quantiles of each row, interpolated; a row without scores has none."""
    found = np.full((len(shares), len(scores)), np.nan)

    def work(at: int) -> None:
        part = np.sort(scores[at : at + _CHUNK], axis=1)
        known = (~np.isnan(part)).sum(axis=1)
        rows = np.flatnonzero(known)
        for line, share in enumerate(shares):
            spot = share * (known[rows] - 1)
            below = np.floor(spot).astype(np.int64)
            above = np.minimum(below + 1, known[rows] - 1)
            one, two = part[rows, below], part[rows, above]
            found[line, at + rows] = one + (two - one) * (spot - below)

    # Each chunk writes rows of its own, so the order of the threads does not matter.
    with ThreadPoolExecutor(cpu_count()) as pool:
        list(pool.map(work, range(0, len(scores), _CHUNK)))
    return list(found)


def _rank_quantile(run: Rows, share: float, *, upper: bool) -> Floats:
    """Give a rank such that at least the share of draws lies within; ranks are whole."""
    total = run[:, -1:]
    wanted = share * total
    reached = run >= wanted - 1e-9 if upper else run > wanted + 1e-9
    place = np.where(reached.any(axis=1), reached.argmax(axis=1) + 1, run.shape[1])
    return np.where(total[:, 0] > 0, place, 0).astype(np.float64)


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
