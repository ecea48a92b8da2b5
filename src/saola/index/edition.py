"""How sure the scores and ranks of an edition are.

Two things make them unsure, and they are kept apart in what is claimed:

- *known errors* of the values (surveys, standard errors). The true scores of the units are taken as
  draws from one normal population, of which the published scores are noisy measurements; the
  posterior pulls a noisy score towards the mean of all. Intervals from it cover the true score and
  rank as often as they say, where the errors are what they are said to be.
- *choices of method*: the weights right below the node, each varied evenly by a quarter. Intervals
  from it alone show how much the result hangs on the weights; they claim no coverage.

Source: Efron and Morris (1975) on normal posteriors; JRC statistical audits on weights.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from saola.frameworks import SCORES, Framework, Node, Rates, rank
from saola.frameworks.model import Tie
from saola.frameworks.rules.base import Values

Places = npt.NDArray[np.int64]

VARIED = 0.25
LEVEL = 0.90
DRAWS = 1000
# With more units than this only the index itself has intervals, not the pillars under it.
_MANY = 500


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
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the scores of an edition their intervals.

    Args:
        framework: The edition.
        rates: Its rates, from `saola.frameworks.rates`.
        scores: Its scores, in the schema `SCORES`.
        options: How the draws are made.

    Returns:
        The scores with `low, high, rank_low, rank_high` filled for the index and, where the units
        are not too many, for the nodes under it; and the record of the draws: the weight of each
        part of each node in every draw.
    """
    found: list[pl.DataFrame] = []
    record: list[pl.DataFrame] = []
    members = _members(scores, rates.cube.units)
    for node in _nodes(framework, len(rates.cube.units)):
        place = framework.nodes.index(node)
        parts, home = _parts(framework, node, rates.points)
        for at, period in enumerate(rates.cube.periods):
            one = _Node(
                node,
                rates.points[place],
                rates.leaves[:, at, 0],
                rates.errors[:, at, 0],
                rates.nodes[place, at, 0],
                framework.missing == "skip",
            )
            if np.isnan(one.score).all():
                continue
            rng = np.random.default_rng([options.seed, place, at])
            size = (options.draws, len(parts) + 1)
            varied = rng.uniform(1 - options.varied, 1 + options.varied, size)
            varied[:, -1] = 1.0  # indicators under no part count as they are
            drawn = one.draw(varied[:, home], rng)
            keys = {"node": node.id, "period": period, "field": rates.cube.fields[0]}
            frame = _frame(drawn, members, rates, framework.tie, options)
            found.append(frame.with_columns(pl.lit(v).alias(k) for k, v in keys.items()))
            record.append(_recorded(parts, varied[:, :-1], keys))
    return _joined(scores, found), pl.concat(record) if record else pl.DataFrame(schema=_RECORD)


_RECORD = pl.Schema(
    {
        "node": pl.String(),
        "period": pl.String(),
        "draw": pl.Int32(),
        "part": pl.String(),
        "weight": pl.Float64(),
    }
)
_KEYS = ("node", "period", "field", "unit")


def _nodes(framework: Framework, units: int) -> list[Node]:
    below = [node for node in framework.nodes if framework.root.id in node.parents]
    return [framework.root, *(below if units <= _MANY else [])]


def _members(scores: pl.DataFrame, units: tuple[str, ...]) -> list[str | None]:
    groups = dict(scores.select("unit", "group").unique().iter_rows())
    return [groups.get(unit) for unit in units]


def _parts(framework: Framework, node: Node, points: Values) -> tuple[list[str], Places]:
    """Name what stands right below a node, and say for each indicator under which of it it is."""
    column = {indicator.id: place for place, indicator in enumerate(framework.indicators)}
    row = {each.id: place for place, each in enumerate(framework.nodes)}
    codes = [child.id for child in framework.children(node.id) if child.scored or not node.scored]
    home = np.full(len(column), -1)
    for place, code in enumerate(codes):
        below = points[row[code]] > 0 if code in row else np.arange(len(column)) == column[code]
        home[below & (home < 0)] = place
    return codes, home


@dataclass(frozen=True)
class _Node:
    """One node in one period: indicators × units."""

    node: Node
    weights: Values
    rates: Values
    errors: Values
    score: Values
    skip: bool

    @property
    def known(self) -> Values:
        return (~np.isnan(self.rates)).astype(float)

    def mean(self, weights: Values) -> Values:
        """Give the score under other weights, draws × units."""
        earned = weights @ np.nan_to_num(self.rates)
        counted = weights @ self.known if self.skip else weights.sum(axis=1, keepdims=True)
        blank = np.full(earned.shape, np.nan)
        found: Values = np.divide(earned, counted, out=blank, where=counted > 0)
        return found

    @property
    def error(self) -> Values:
        """The standard error of each unit's score."""
        spread = np.sqrt(self.weights**2 @ (self.known * self.errors) ** 2)
        counted = self.weights @ self.known if self.skip else self.weights.sum()
        found: Values = np.divide(spread, counted, out=np.zeros(spread.shape), where=counted > 0)
        return found

    def draw(self, factor: Values, rng: np.random.Generator) -> Values:
        """Draw scores, draws × units: the posterior, moved as the weights move it."""
        centre, spread = posterior(self.score, self.error)
        base = self.mean(self.weights[None, :])
        moved = self.mean(self.weights * factor) - base
        drawn = centre + spread * rng.standard_normal(moved.shape) + moved
        drawn[:, np.isnan(self.score)] = np.nan
        if self.node.gate:
            drawn[:, self.score == 0] = 0.0
        bounded: Values = np.clip(drawn, 0.0, max(1.0, np.nanmax(self.score, initial=1.0)))
        return bounded


def posterior(scores: Values, errors: Values) -> tuple[Values, Values]:
    """Give mean and standard deviation of each unit's true score.

    Args:
        scores: One measured score a unit; NaN for none.
        errors: Its standard error; 0 where none is known, and then the score stays as it is.

    Source: Efron and Morris (1975); the variance of the population by moments.
    """
    known = ~np.isnan(scores)
    if known.sum() < 3 or not errors[known].any():
        return scores, np.where(known, errors, np.nan)
    noise = errors[known] ** 2
    spread = max(np.var(scores[known], ddof=1) - noise.mean(), 0.0)
    weight = 1.0 / (spread + noise + 1e-15)
    middle = np.sum(weight * scores[known]) / weight.sum()
    keep = np.where(errors > 0, spread / (spread + errors**2 + 1e-15), 1.0)
    return middle + keep * (scores - middle), np.sqrt(keep) * errors


def _frame(
    drawn: Values,
    members: list[str | None],
    rates: Rates,
    tie: Tie,
    options: Options,
) -> pl.DataFrame:
    ranked = np.full(drawn.shape, np.nan)
    for group in dict.fromkeys(members):
        mine = np.flatnonzero([member == group for member in members])
        ranked[:, mine] = rank(drawn[:, mine], tie=tie)
    tails = ((1 - options.level) / 2, (1 + options.level) / 2)
    unknown = np.isnan(drawn).any(axis=0)
    safe, places = np.where(unknown, 0.0, drawn), np.where(unknown, 0.0, ranked)
    low, high = np.quantile(safe, tails, axis=0)
    best = np.quantile(places, tails[0], axis=0, method="lower")
    worst = np.quantile(places, tails[1], axis=0, method="higher")
    columns = {"low": low, "high": high, "rank_low": best, "rank_high": worst}
    return pl.DataFrame({"unit": rates.cube.units, **columns}).with_columns(
        pl.when(pl.Series(~unknown)).then(pl.col(name)).alias(name).cast(SCORES[name])
        for name in columns
    )


def _joined(scores: pl.DataFrame, found: list[pl.DataFrame]) -> pl.DataFrame:
    if not found:
        return scores
    names = ["low", "high", "rank_low", "rank_high"]
    return (
        scores.drop(names)
        .join(pl.concat(found), on=list(_KEYS), how="left", maintain_order="left")
        .select(SCORES.names())
    )


def _recorded(parts: list[str], factor: Values, keys: dict[str, str]) -> pl.DataFrame:
    draws, count = factor.shape
    return pl.DataFrame(
        {
            "node": keys["node"],
            "period": keys["period"],
            "draw": np.repeat(np.arange(draws), count),
            "part": parts * draws,
            "weight": factor.ravel(),
        },
        schema=_RECORD,
    )
