"""One index by several methods or editions, side by side."""

from collections.abc import Mapping

import numpy as np
import polars as pl
from scipy.stats import kendalltau, spearmanr

from saola.index.build import Build, build
from saola.index.recipe import Recipe
from saola.index.table import Table
from saola.index.tree import Tree

AGREEMENT = {
    "one": pl.String, "other": pl.String, "units": pl.Int64, "spearman": pl.Float64,
    "kendall": pl.Float64, "mean_rank_change": pl.Float64, "most_rank_change": pl.Int64,
}  # fmt: skip


def compare(builds: Mapping[str, Build], node: str | None = None) -> pl.DataFrame:
    """Put the ranks of several builds beside each other.

    Args:
        builds: Builds by name, such as methods or editions; of panels the last period counts.
        node: The aggregate; by default each build's index.

    Returns:
        `unit`, then `score:<name>` and `rank:<name>` of each build, null where a build has no
        such unit, ordered by the ranks of the first.
    """
    frames = []
    for name, built in builds.items():
        code = node or built.tree.root
        told = built.scores().filter(pl.col("node") == code)
        if "period" in told.columns:
            told = told.filter(pl.col("period") == pl.col("period").max())
        columns = {"score": f"score:{name}", "rank": f"rank:{name}"}
        frames.append(told.select("unit", "score", "rank").rename(columns))
    joined = frames[0]
    for frame in frames[1:]:
        joined = joined.join(frame, on="unit", how="full", coalesce=True)
    return joined.sort(f"rank:{next(iter(builds))}", "unit", nulls_last=True)


def agreement(table: pl.DataFrame) -> pl.DataFrame:
    """Say how far the ranks of each two builds of `compare` agree.

    Returns:
        One row a pair, in the schema `AGREEMENT`, over the units that both rank.
    """
    names = [name.removeprefix("rank:") for name in table.columns if name.startswith("rank:")]
    rows = []
    for at, one in enumerate(names):
        for two in names[at + 1 :]:
            both = table.drop_nulls([f"rank:{one}", f"rank:{two}"])
            first, second = both[f"rank:{one}"].to_numpy(), both[f"rank:{two}"].to_numpy()
            moved = np.abs(first - second)
            rows.append(
                (
                    one, two, both.height, float(spearmanr(first, second).statistic),
                    float(kendalltau(first, second).statistic), float(moved.mean()),
                    int(moved.max()),
                )
            )  # fmt: skip
    return pl.DataFrame(rows, schema=AGREEMENT, orient="row")


def methods(table: Table, tree: Tree, recipes: Mapping[str, Recipe]) -> pl.DataFrame:
    """Build one index by several recipes and put the ranks beside each other; see `compare`."""
    return compare({name: build(table, tree, recipe) for name, recipe in recipes.items()})
