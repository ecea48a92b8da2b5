"""Ranks by an edition's tie rule."""

import numpy as np
import polars as pl

from saola.frameworks.model import Tie
from saola.frameworks.rules.base import Values

# Values closer than this are one value: it is far below any published place and far above the
# noise of summing floats in another order.
SAME = 1e-12
_LAST = 1e9  # beyond every rank


def rank(values: Values, *, tie: Tie, order: Values | None = None) -> Values:
    """Rank values along the last axis, the highest first.

    Args:
        values: One value a unit on the last axis; NaN is not ranked.
        tie: `competition` (equal values share the better rank, the next is skipped), `dense` (the
            next is not skipped) or `as-published` (equal values take consecutive ranks).
        order: For `as-published`, what orders equal values, lowest first: the published rank. Equal
            values without it share a rank.

    Returns:
        Ranks from 1 in the shape of `values`, NaN where the value is NaN.
    """
    keys: tuple[Values, ...] = (-values,)
    if tie == "as-published" and order is not None:
        keys = (_classes(values), np.nan_to_num(order, nan=_LAST))
    places = np.lexsort(keys[::-1], axis=-1) if len(keys) > 1 else np.argsort(keys[0], axis=-1)
    step = np.zeros(values.shape, dtype=bool)
    step[..., 0] = True
    for key in keys:
        step[..., 1:] |= np.diff(np.take_along_axis(key, places, axis=-1)) > SAME
    if tie == "dense":
        placed = np.cumsum(step, axis=-1, dtype=float)
    else:
        starts = np.where(step, np.arange(1, values.shape[-1] + 1), 0)
        placed = np.maximum.accumulate(starts, axis=-1).astype(float)
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, places, placed, axis=-1)
    return np.where(np.isnan(values), np.nan, ranks)


def _classes(values: Values) -> Values:
    """Number the different values from the highest; values as good as equal share a number."""
    places = np.argsort(-values, axis=-1)
    in_order = np.take_along_axis(values, places, axis=-1)
    step = np.zeros(values.shape, dtype=bool)
    step[..., 1:] = -np.diff(in_order) > SAME
    step[..., 1:] |= np.isnan(in_order[..., 1:]) & ~np.isnan(in_order[..., :-1])
    found = np.empty(values.shape)
    np.put_along_axis(found, places, np.cumsum(step, axis=-1, dtype=float), axis=-1)
    return found


def within(rows: pl.DataFrame, *, tie: Tie) -> pl.DataFrame:
    """Rank the scores of some units among themselves, each kind and rank group apart.

    Args:
        rows: Columns `score`, `kind`, `group` and `published_rank`; one row a unit.
        tie: The edition's rule.

    Returns:
        The rows in their order, `rank` given anew.
    """

    def one(part: pl.DataFrame) -> pl.DataFrame:
        score, order = (
            part[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
            for name in ("score", "published_rank")
        )
        ranks = pl.Series(rank(score, tie=tie, order=order)).fill_nan(None)
        return part.with_columns(rank=ranks.cast(pl.Int32))

    if rows.is_empty():
        return rows
    parts = rows.with_row_index("_row").partition_by("kind", "group")
    return pl.concat([one(part) for part in parts]).sort("_row").drop("_row")


def by_kind(rows: pl.DataFrame, *, tie: Tie) -> pl.DataFrame:
    """Rank each kind of unit among itself, where the run that mixes kinds did not do so already.

    Args:
        rows: As for `within`, of one node; with a column `carried` the ranks of rows that show what
            was published stay those of the table they come from.
        tie: The edition's rule.

    Returns:
        The rows in their order; intervals of ranks given anew are unknown.
    """
    carried = "carried" in rows.columns and rows["carried"].any()
    if carried or _apart(rows, tie=tie):
        return rows
    unknown = pl.lit(None, pl.Int32)
    return within(rows, tie=tie).with_columns(rank_low=unknown, rank_high=unknown)


def _apart(rows: pl.DataFrame, *, tie: Tie) -> bool:
    """Tell whether the units of each kind and rank group are ranked among themselves."""
    known = rows.drop_nulls("rank")
    # Others ranked between them leave gaps, which ranking the ranks closes.
    closed = pl.col("rank").rank("dense" if tie == "dense" else "min").over("kind", "group")
    return bool(known.select((closed == pl.col("rank")).all()).item())
