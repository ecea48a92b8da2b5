"""Which values of an edition are shown: those computed here, or those published, never a mix."""

from collections.abc import Collection

import polars as pl

_INTERVALS = ("low", "high", "rank_low", "rank_high")


def nodes(rows: pl.DataFrame | pl.LazyFrame) -> list[str]:
    """Name the nodes that are known from quoted tables.

    A node is quoted where more units have a published score than a computed one, or where a
    published rank is beyond the number of computed units: its ranks are then of a larger table.

    Args:
        rows: Totals of all units: `node`, `score`, `published_score`, `published_rank`.
    """
    counts = rows.lazy().group_by("node").agg(
        computed=pl.col("score").count(),
        published=pl.col("published_score").count(),
        worst=pl.col("published_rank").max().fill_null(0),
    )  # fmt: skip
    more = pl.col("published") > pl.col("computed")
    beyond = (pl.col("worst") > pl.col("computed")) & (pl.col("published") >= pl.col("computed"))
    return counts.filter(more | beyond).collect()["node"].sort().to_list()


def standing(rows: pl.DataFrame, quoted: Collection[str]) -> pl.DataFrame:
    """Let the published values stand for every unit of the quoted nodes, without intervals.

    Other nodes of such a run keep their scores but have no ranks: those would be among the few
    units that can be recomputed.

    Args:
        rows: Schema `saola.frameworks.SCORES`.
        quoted: Of `nodes`.

    Returns:
        The rows, `score` and `rank` as shown, with `computed` (the score computed here) and
        `carried` (whether the row shows what was published).
    """
    rows = rows.with_columns(computed="score", carried=pl.col("node").is_in(list(quoted)))
    if not quoted:
        return rows
    shown = pl.when("carried")
    unknown = {
        name: pl.when(pl.lit(name in ("low", "high")) & ~pl.col("carried")).then(name)
        for name in _INTERVALS
    }
    return rows.with_columns(
        score=shown.then("published_score").otherwise("score"),
        rank=shown.then("published_rank"),
        **unknown,
    )
