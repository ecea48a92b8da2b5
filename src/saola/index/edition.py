"""How sure the scores and ranks of an edition are.

Two things make them unsure, and each interval is of one of them:

- *errors*: the known errors of the values (surveys, standard errors). The true scores are drawn
  from their posterior (`saola.index.posterior`); an interval holds the true score and rank as often
  as it says, where the errors are what they are said to be.
- *choices*: the weights right below the node, each varied evenly by a quarter. Such an interval
  shows how much the result hangs on the weights; it claims no coverage.

Where a value of a field has a known error its intervals are of errors, else of choices. Either way
they are read from draws as every interval of the engine is (`saola.index.drawn`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from saola.frameworks import SCORES, Framework, Node, Rates, rank
from saola.frameworks.model import Tie
from saola.frameworks.rules.base import Values
from saola.index.drawn import Drawn
from saola.index.drawn import intervals as intervals_of
from saola.index.edition_node import EditionNode, Places, edition_node
from saola.index.engine import rank_draws
from saola.index.posterior import truths

VARIED = 0.25
LEVEL = 0.90
DRAWS = 1000
ERRORS, CHOICES = "errors", "choices"
# With more units than this only the index itself has intervals, not the pillars under it.
MANY = 500
# Of fewer units nothing can be said of the field that they come from.
_FIELD = 3


@dataclass(frozen=True)
class Options:
    """How the draws are made.

    Attributes:
        draws: How many.
        seed: Their seed.
        level: The share of draws that an interval holds.
        varied: By which share each weight is varied, evenly up and down.
    """

    draws: int = DRAWS
    seed: int = 1
    level: float = LEVEL
    varied: float = VARIED


def intervals(
    framework: Framework, rates: Rates, scores: pl.DataFrame, options: Options
) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """Give the scores of an edition their intervals.

    Args:
        framework: The edition.
        rates: Its rates, from `saola.frameworks.rates`.
        scores: Its scores, in the schema `SCORES`.
        options: How the draws are made.

    Returns:
        The scores with `low, high, rank_low, rank_high` filled for the index and, where the units
        are not too many, for the nodes under it; and two tables: `draws`, the weight of each part
        of each node in every draw, and `claims`, what the intervals of each node and rank group
        are of, `errors` or `choices`.
    """
    found: list[pl.DataFrame] = []
    record: list[pl.DataFrame] = []
    claims: list[tuple[str, str, str | None, str]] = []
    members = members_of(scores, rates.cube.units)
    for node in _nodes(framework, len(rates.cube.units)):
        place = framework.nodes.index(node)
        for at, period in enumerate(rates.cube.periods):
            one = edition_node(framework, rates, node, at)
            if np.isnan(one.score).all():
                continue
            rng = np.random.default_rng([options.seed, place, at])
            varied = one.varied(options.draws, options.varied, rng)
            keys = {"node": node.id, "period": period, "field": rates.cube.fields[0]}
            for group in dict.fromkeys(members):
                rows = np.flatnonzero([member == group for member in members])
                drawn, claim = of_node(one, rates.cube.units, rows, varied, rng, framework.tie)
                claims.append((node.id, period, group, claim))
                told = intervals_of(drawn, options.level).select(_FOUND)
                found.append(told.with_columns(pl.lit(v).alias(k) for k, v in keys.items()))
            record.append(_recorded(one.parts, varied, keys))
    tables = {
        "draws": pl.concat(record) if record else pl.DataFrame(schema=_RECORD),
        "claims": pl.DataFrame(claims, schema=CLAIMS, orient="row"),
    }
    return _joined(scores, found), tables


_RECORD = pl.Schema(
    {
        "node": pl.String(),
        "period": pl.String(),
        "draw": pl.Int32(),
        "part": pl.String(),
        "weight": pl.Float64(),
    }
)
CLAIMS = {"node": pl.String, "period": pl.String, "group": pl.String, "claim": pl.String}
_KEYS = ("node", "period", "field", "unit")
_FOUND = (
    "unit",
    pl.col("score_low").alias("low"),
    pl.col("score_high").alias("high"),
    pl.when(pl.col("rank") > 0).then("rank_low").cast(pl.Int32).alias("rank_low"),
    pl.when(pl.col("rank") > 0).then("rank_high").cast(pl.Int32).alias("rank_high"),
)


def _nodes(framework: Framework, units: int) -> list[Node]:
    below = [node for node in framework.nodes if framework.root.id in node.parents]
    return [framework.root, *(below if units <= MANY else [])]


def members_of(scores: pl.DataFrame, units: Sequence[str]) -> list[str | None]:
    """Give the rank group of each unit."""
    groups = dict(scores.select("unit", "group").unique().iter_rows())
    return [groups.get(unit) for unit in units]


def of_node(
    one: EditionNode,
    units: Sequence[str],
    rows: Places,
    varied: Values,
    rng: np.random.Generator,
    tie: Tie = "competition",
) -> tuple[Drawn, str]:
    """Draw the scores of the units that are ranked together.

    Args:
        one: The node.
        units: Every unit.
        rows: The places of those ranked together.
        varied: The factor of each part's weight, draws × parts.
        rng: Where the randomness comes from.
        tie: How equal scores are ranked.

    Returns:
        The draws, and what they are of: `errors` or `choices`.
    """
    score, error = one.score[rows], one.error[rows]
    known = ~np.isnan(score)
    across = np.full((len(varied), len(rows)), np.nan)
    sure = not error[known].any()
    if sure:
        across[:, known] = score[known] + one.moved(varied)[:, rows][:, known]
    elif known.sum() < _FIELD:
        noise = rng.standard_normal((len(varied), int(known.sum())))
        across[:, known] = score[known] + error[known] * noise
    else:
        across[:, known] = truths(score[known], error[known], len(varied), rng)
    across = one.within(across, score)
    ranked, counts = rank_draws(across)
    if tie == "dense":
        ranked = np.nan_to_num(rank(across, tie=tie)).astype(np.int32)
        counts = np.stack([np.bincount(c, minlength=len(rows) + 1) for c in ranked.T])
    places = np.nan_to_num(rank(score, tie=tie)).astype(np.int32)
    names = tuple(units[row] for row in rows)
    drawn = Drawn(names, score, places, across, ranked, counts.astype(np.int32))
    return drawn, CHOICES if sure else ERRORS


def _joined(scores: pl.DataFrame, found: list[pl.DataFrame]) -> pl.DataFrame:
    if not found:
        return scores
    names = ["low", "high", "rank_low", "rank_high"]
    return (
        scores.drop(names)
        .join(pl.concat(found), on=list(_KEYS), how="left", maintain_order="left")
        .select(SCORES.names())
    )


def _recorded(parts: Sequence[str], factor: Values, keys: dict[str, str]) -> pl.DataFrame:
    draws, count = factor.shape
    return pl.DataFrame(
        {
            "node": keys["node"],
            "period": keys["period"],
            "draw": np.repeat(np.arange(draws), count),
            "part": list(parts) * draws,
            "weight": factor.ravel(),
        },
        schema=_RECORD,
    )
