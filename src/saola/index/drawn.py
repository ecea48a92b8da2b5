"""Scores and ranks of units in many draws, and the intervals they support."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count

import numpy as np
import polars as pl
from numpy.typing import NDArray

from saola.errors import InputError
from saola.index.rank import Ranks
from saola.index.table import Floats, Rows

Counts = NDArray[np.int32]

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
_CHUNK = 256


@dataclass(frozen=True, eq=False)
class Drawn:
    """Scores and ranks in every draw, beside the published ones.

    Args:
        units: The units, in the order of the columns.
        published: The published score of each unit; no analysis changes it.
        published_ranks: Their ranks.
        across: Scores, draws by units; NaN where a draw gives none.
        ranked: Ranks, draws by units, 0 where a draw gives none.
        counts: How often each unit has each rank, units by ranks from 0.
    """

    units: tuple[str, ...]
    published: Floats
    published_ranks: Ranks
    across: Floats
    ranked: Ranks
    counts: Counts

    @property
    def scores(self) -> Floats:
        """Scores, units by draws."""
        return self.across.T

    @property
    def ranks(self) -> Ranks:
        """Ranks, units by draws."""
        return self.ranked.T

    def _repr_html_(self) -> str:
        return str(intervals(self)._repr_html_())


def rows_of(units: Sequence[str], wanted: Sequence[str] | None) -> list[int]:
    """Give the rows of some units, or of all.

    Raises:
        InputError: If a unit does not exist.
    """
    if wanted is None:
        return list(range(len(units)))
    for unit in wanted:
        if unit not in units:
            raise InputError("index-unit-unknown", found=unit)
    return [units.index(unit) for unit in wanted]


def checked_share(level: float) -> float:
    """Refuse a level that is no share.

    Raises:
        InputError: If it is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise InputError("index-share", found=level)
    return level


def intervals(drawn: Drawn, level: float = 0.90) -> pl.DataFrame:
    """Give each unit the intervals of score and rank that its draws support.

    Args:
        drawn: The draws.
        level: The share of draws each interval holds at least.

    Returns:
        One row a unit in the order of the published rank, in the schema `INTERVALS`; `scored` is
        the share of draws that give the unit a score.

    Raises:
        InputError: If `level` is not between 0 and 1.

    Source: JRC statistical audits, rank intervals by Monte Carlo.
    """
    tails = (1 - checked_share(level)) / 2
    low, middle, high = _score_quantiles(drawn.scores, (tails, 0.5, 1 - tails))
    run = np.cumsum(drawn.counts[:, 1:], axis=1, dtype=np.int64)
    scored = run[:, -1]
    # The mean rank from the running counts: what has not come by rank r is beyond it.
    beyond = run.shape[1] * scored - run.sum(axis=1) + scored
    frame = pl.DataFrame(
        {
            "unit": drawn.units,
            "score": drawn.published,
            "score_low": low,
            "score_median": middle,
            "score_high": high,
            "rank": drawn.published_ranks,
            "rank_low": _rank_quantile(run, tails, upper=False),
            "rank_median": _rank_quantile(run, 0.5, upper=False),
            "rank_high": _rank_quantile(run, 1 - tails, upper=True),
            "rank_mean": beyond / np.maximum(scored, 1),
            "scored": scored / len(drawn.across),
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
