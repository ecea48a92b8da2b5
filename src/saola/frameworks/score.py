"""Points and rates through the tree, and the ranks they give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from saola.frameworks.cube import Cube, cube
from saola.frameworks.model import Framework
from saola.frameworks.ranking import rank
from saola.frameworks.rounding import half_up
from saola.frameworks.rules import Reference
from saola.frameworks.rules.base import Values
from saola.frameworks.tree import points_of

SCORES = pl.Schema(
    {
        "unit": pl.String,
        "node": pl.String,
        "period": pl.String,
        "field": pl.String,
        "points": pl.Float64,
        "max_points": pl.Float64,
        "score": pl.Float64,
        "rank": pl.Int32,
        "group": pl.String,
        "status": pl.String,
        "published_score": pl.Float64,
        "published_rank": pl.Int32,
        "rank_of_published": pl.Int32,
        "low": pl.Float64,
        "high": pl.Float64,
        "rank_low": pl.Int32,
        "rank_high": pl.Int32,
    }
)


@dataclass(frozen=True)
class Rates:
    """What each unit earned, before and after the tree.

    Attributes:
        cube: The inputs and the axes.
        leaves: Rates of the indicators, indicators × periods × fields × units, NaN where missing.
        errors: Standard errors of the indicators' rates, 0 where none is known.
        nodes: Rates of the nodes, nodes × periods × fields × units.
        points: Points of each indicator in each node, nodes × indicators.
    """

    cube: Cube
    leaves: Values
    errors: Values
    nodes: Values
    points: Values


def rates(
    framework: Framework, observations: pl.DataFrame, *, units: Sequence[str] | None = None
) -> Rates:
    """Apply the rules and roll the rates up the tree.

    Args:
        framework: An edition.
        observations: Current values, one row a key.
        units: The units to assess; by default those that have any of the inputs.
    """
    inputs = cube(framework, observations, units=units)
    leaves = np.stack([_directed(i.rule.rate(inputs), i.direction) for i in framework.indicators])
    errors = np.stack([i.rule.error(inputs) for i in framework.indicators])
    points = points_of(framework)
    nodes = rolled(framework, leaves, points)
    for place, node in enumerate(framework.nodes):
        if node.gate:
            nodes[place][inputs.values(Reference(node.gate)) == 0] = 0.0
    if not framework.complete:
        nodes[framework.nodes.index(framework.root)] = np.nan
    return Rates(inputs, leaves, errors, nodes, points)


def _directed(rate: Values, direction: int) -> Values:
    return rate if direction == 1 else 1.0 - rate


def rolled(framework: Framework, leaves: Values, points: Values) -> Values:
    """Roll rates of indicators up the tree, before any gate closes.

    Args:
        framework: The edition: what a missing rate does, and whether it rounds.
        leaves: Rates of the indicators, indicators × any axes, NaN where missing.
        points: Points of each indicator in each node, nodes × indicators.

    Returns:
        Rates of the nodes, nodes × the same axes.
    """
    flat = leaves.reshape(len(leaves), -1)
    known = ~np.isnan(flat)
    earned = points @ np.where(known, flat, 0.0)
    counted = points @ known if framework.missing == "skip" else points.sum(axis=1)[:, None]
    found = np.divide(earned, counted, out=np.full(earned.shape, np.nan), where=counted > 0)
    seen = (points > 0).astype(float) @ known
    found[seen == 0] = np.nan
    if framework.missing == "null":
        found[seen < (points > 0).sum(axis=1)[:, None]] = np.nan
    if framework.decimals is not None:
        for place, weights in enumerate(points):
            # What is missing is left out of the mean, or counts as nothing earned.
            counts = known if framework.missing == "skip" else np.ones_like(known)
            exact = np.where(known, flat, 0.0).T
            found[place] = _rounded(found[place], framework.decimals, weights * counts.T, exact)
    shaped: Values = found.reshape(len(points), *leaves.shape[1:])
    return shaped


def _rounded(values: Values, decimals: int, weights: Values, rows: Values) -> Values:
    known = ~np.isnan(values)
    out = values.copy()
    out[known] = half_up(values[known], decimals, weights=weights[known], rates=rows[known])
    return out


def score(
    framework: Framework,
    observations: pl.DataFrame,
    *,
    units: Sequence[str] | None = None,
    groups: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """Score and rank every unit on every node and indicator.

    Args:
        framework: An edition.
        observations: Current values, one row a key (schema of `saola.observations`).
        units: The units to assess; by default those that have any of the inputs.
        groups: The rank group of each unit; ranks are then given within groups.

    Returns:
        A frame of schema `SCORES`, one row a node × period × field × unit. `score` is the rate in
        0..1 from unrounded values (rounded half up only where the edition says so), `points` is
        the rate times the points of the node; `rank` ranks `score`, `rank_of_published` the values
        as published. `score` never reads a published value.
    """
    return long(framework, rates(framework, observations, units=units), groups=groups)


def long(
    framework: Framework, found: Rates, *, groups: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """Lay rates out as scores with ranks, one row a node × period × field × unit.

    Args:
        framework: The edition.
        found: Its rates.
        groups: The rank group of each unit; ranks are then given within groups.
    """
    values = np.concatenate([found.nodes, found.leaves])
    published = _published(framework, found.cube, "published", len(values))
    places = _published(framework, found.cube, "published_rank", len(values))
    members = _members(found.cube.units, groups)
    columns = {
        "score": values,
        "rank": _grouped(values, members, framework, None),
        "published_score": published,
        "published_rank": places,
        "rank_of_published": _grouped(published, members, framework, places),
    }
    return _long(framework, found, columns, members)


def _members(units: Sequence[str], groups: Mapping[str, str] | None) -> list[str | None]:
    return [groups.get(unit) if groups else None for unit in units]


def _grouped(
    values: Values, members: Sequence[str | None], framework: Framework, order: Values | None
) -> Values:
    ranks = np.full(values.shape, np.nan)
    filled = ~np.isnan(values).all(axis=(1, 2, 3))
    for group in dict.fromkeys(members):
        within = np.flatnonzero([member == group for member in members])
        mine: Any = filled  # all units together are taken as they lie
        if len(within) < len(members):
            mine = np.ix_(filled, *(np.arange(size) for size in values.shape[1:3]), within)
        placed = order[mine] if order is not None else None
        ranks[mine] = rank(values[mine], tie=framework.tie, order=placed)
    return ranks


def _published(framework: Framework, inputs: Cube, kind: str, length: int) -> Values:
    found = np.full((length, *inputs.shape), np.nan)
    for place, node in enumerate(framework.nodes):
        if code := getattr(node, kind):
            found[place] = inputs.values(Reference(code))
    return found


def _long(
    framework: Framework,
    found: Rates,
    columns: Mapping[str, Values],
    members: Sequence[str | None],
) -> pl.DataFrame:
    axes = {
        "node": [item.id for item in framework.items],
        "period": list(found.cube.periods),
        "field": list(found.cube.fields),
        "unit": list(found.cube.units),
    }
    shape = [len(axis) for axis in axes.values()]
    keys = {
        name: pl.Series(name, axis, dtype=pl.String).gather(place.ravel())
        for (name, axis), place in zip(
            axes.items(), np.indices(shape, dtype=np.uint32), strict=True
        )
    }
    most = np.array(
        [*found.points.sum(axis=1), *(i.points for i in framework.indicators)], dtype=float
    )
    unit = np.broadcast_to(np.arange(shape[-1], dtype=np.uint32), shape).ravel()
    return (
        pl.DataFrame({**keys, **{name: pl.Series(v.ravel()) for name, v in columns.items()}})
        .with_columns(
            pl.Series("max_points", np.broadcast_to(most[:, None, None, None], shape).ravel()),
            pl.Series("group", members, dtype=pl.String).gather(unit),
            pl.Series("status", _status(framework, found)),
        )
        .filter(_worth_a_row(found.cube.fields))
        .with_columns(
            pl.col("score", "published_score").fill_nan(None),
            pl.col("rank", "published_rank", "rank_of_published").fill_nan(None).cast(pl.Int32),
            points=(pl.col("score") * pl.col("max_points")).fill_nan(None),
            **{
                name: pl.lit(None, SCORES[name])
                for name in ("low", "high", "rank_low", "rank_high")
            },
        )
        .select(SCORES.names())
    )


def _worth_a_row(fields: Sequence[str]) -> pl.Expr:
    """Leave out what a field has no figure for; the total keeps its missing ones."""
    if len(fields) == 1:
        return pl.lit(value=True)
    return (pl.col("field") == fields[0]) | pl.col("score").is_not_nan()


def _status(framework: Framework, found: Rates) -> pl.Series:
    """Mark each value: A whole, P some of its indicators missing, M missing."""
    known = (~np.isnan(found.leaves)).reshape(len(framework.indicators), -1)
    below = (found.points > 0).astype(float)
    seen = below @ known
    nodes = np.where(seen == 0, 0, np.where(seen < below.sum(axis=1)[:, None], 1, 2))
    marks = np.concatenate([nodes, np.where(known, 2, 0)]).ravel().astype(np.uint32)
    return pl.Series(["M", "P", "A"]).gather(marks)
