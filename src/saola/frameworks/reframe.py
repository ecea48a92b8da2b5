"""The same scores under the units of another day.

Source: DTI 2024. A province that replaces others takes the plain mean of their values on the parts
right below the index; the index is computed again from these, and everyone is ranked anew.
"""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl

from saola.errors import StateError
from saola.frameworks.model import Framework
from saola.frameworks.ranking import rank
from saola.frameworks.score import SCORES
from saola.frameworks.tree import points_of
from saola.units import Registry

_KEYS = ["node", "period", "field"]


def reframe(
    framework: Framework,
    scores: pl.DataFrame,
    registry: Registry,
    *,
    on: dt.date,
    groups: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """Carry scores over to the units of another day.

    Args:
        framework: The edition.
        scores: Its scores, in the schema `SCORES`.
        registry: Knows which units became which others, and when.
        on: The day whose units are wanted.
        groups: The rank group of each unit.

    Returns:
        The index and the parts right below it, in the schema `SCORES`, ranked anew. A unit of which
        a predecessor has no value has none: a mean over fewer would be another figure.

    Raises:
        StateError: `tree-incomplete`, where the edition's totals are only carried.
    """
    if not framework.complete:
        raise StateError("tree-incomplete", found=framework.id)
    parts = _parts(framework)
    wanted = scores.filter(pl.col("node").is_in(list(parts)))
    carried = registry.rebase(
        wanted.select("unit", *_KEYS, "score", "max_points"), on=on, values=("score", "max_points")
    )
    whole = carried.group_by("unit", "period", "field", maintain_order=True).agg(
        node=pl.lit(framework.root.id),
        score=_mean(parts),
        max_points=pl.lit(float(sum(parts.values()))),
    )
    below = carried.filter(pl.col("node") != framework.root.id)
    return _ranked(framework, pl.concat([whole, below], how="diagonal"), groups or {})


def _parts(framework: Framework) -> dict[str, float]:
    """Give the points of what stands right below the index."""
    totals = dict(
        zip((n.id for n in framework.nodes), points_of(framework).sum(axis=1).tolist(), strict=True)
    )
    below = [item for item in framework.children(framework.root.id) if item.scored]
    leaf = framework.indicator_of
    return {i.id: leaf[i.id].points if i.id in leaf else totals[i.id] for i in below}


def _mean(parts: Mapping[str, float]) -> pl.Expr:
    """Average by points, null where a part is missing."""
    points = pl.col("node").replace_strict(list(parts), list(parts.values()), default=None)
    every = (pl.col("score").is_not_null().sum() == len(parts)) & (pl.len() == len(parts))
    return pl.when(every).then((pl.col("score") * points).sum() / points.sum())


def _ranked(framework: Framework, frame: pl.DataFrame, groups: Mapping[str, str]) -> pl.DataFrame:
    codes = list(groups)
    member = pl.col("unit").replace_strict(
        codes, [groups[code] for code in codes], default=None, return_dtype=pl.String
    )
    frame = frame.with_columns(group=member if codes else pl.lit(None, pl.String))

    def place(part: pl.DataFrame) -> pl.DataFrame:
        values = part["score"].fill_null(np.nan).to_numpy()
        ranks = pl.Series("rank", rank(values, tie=framework.tie)).fill_nan(None).cast(pl.Int32)
        return part.with_columns(ranks)

    ranked = frame.group_by(*_KEYS, "group", maintain_order=True).map_groups(place)
    missing = [pl.lit(None, t).alias(n) for n, t in SCORES.items() if n not in ranked.columns]
    status = pl.when(pl.col("score").is_null()).then(pl.lit("M")).otherwise(pl.lit("A"))
    return (
        ranked.with_columns(missing)
        .with_columns(points=pl.col("score") * pl.col("max_points"), status=status)
        .select(SCORES.names())
    )
