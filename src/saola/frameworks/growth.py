"""Change between two periods, marked where the editions do not allow it."""

import polars as pl

from saola.frameworks.model import Framework

GROWTH = pl.Schema(
    {
        "unit": pl.String(),
        "node": pl.String(),
        "field": pl.String(),
        "score": pl.Float64(),
        "before": pl.Float64(),
        "change": pl.Float64(),
        "growth": pl.Float64(),
        "rank": pl.Int32(),
        "rank_before": pl.Int32(),
        "comparable": pl.Boolean(),
    }
)


def comparable(one: Framework, other: Framework) -> bool:
    """Tell whether the scores of two editions may stand on one line."""
    return one.id == other.id or other.id in one.comparable_with or one.id in other.comparable_with


def growth(
    scores: pl.DataFrame, before: pl.DataFrame, *, edition: Framework, earlier: Framework
) -> pl.DataFrame:
    """Give the change of every score since an earlier period.

    Args:
        scores: Scores of one period, in the schema `SCORES`.
        before: Scores of the earlier one.
        edition: The edition of `scores`.
        earlier: The edition of `before`.

    Returns:
        One row a unit, node and field of the later period. `change` is the difference, `growth` the
        share of the earlier score; both are null where the editions are not comparable, a unit is
        new, or a score is missing. `growth` is null also where the earlier score was zero.
    """
    keys = ["unit", "node", "field"]
    old = before.select(*keys, before="score", rank_before="rank")
    same = comparable(edition, earlier)
    change = pl.when(pl.lit(same)).then(pl.col("score") - pl.col("before"))
    joined = scores.select(*keys, "score", "rank").join(
        old, on=keys, how="left", maintain_order="left"
    )
    return (
        joined.with_columns(change=change, comparable=pl.lit(same))
        .with_columns(
            growth=pl.when(pl.col("before") > 0).then(pl.col("change") / pl.col("before"))
        )
        .select(GROWTH.names())
    )
