"""How unequally something is spread over units: Gini, Theil, Atkinson, gaps, within and between."""

from collections.abc import Callable

import numpy as np
import polars as pl

from saola.errors import InputError
from saola.frameworks.inequality import gini, theil
from saola.index.table import Floats

MEASURES = {
    "measure": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64,
}  # fmt: skip
PARTS = {"measure": pl.String, "within": pl.Float64, "between": pl.Float64, "whole": pl.Float64}

Measure = Callable[[Floats, Floats], float]
__all__ = [
    "MEASURES", "PARTS", "atkinson", "gini", "measures", "palma_ratio", "theil", "within_between",
]  # fmt: skip


def atkinson(values: Floats, weights: Floats, aversion: float = 1.0) -> float:
    """Give the Atkinson index of values that stand for several people each.

    Args:
        values: Amounts, above 0, one a place.
        weights: People of each place.
        aversion: How much inequality is minded, above 0; 1 takes the geometric mean.

    Returns:
        The share of the total that could be given up for an equal spread; NaN where a value or
        all people are missing.

    Source: Atkinson (1970), Journal of Economic Theory 2, 244-263.
    """
    share = weights / weights.sum() if weights.sum() > 0 else weights * np.nan
    mean = float(share @ values)
    if not mean > 0 or (values < 0).any():
        return float("nan")
    if (values == 0).any() and aversion >= 1:
        return 1.0
    if aversion == 1.0:
        return 1 - float(np.exp(share @ np.log(values))) / mean
    return 1 - float((share @ values ** (1 - aversion)) ** (1 / (1 - aversion))) / mean


def palma_ratio(values: Floats, weights: Floats, top: float = 0.1, low: float = 0.4) -> float:
    """Give the total of the best-off share of people over that of the worst-off.

    Args:
        values: Amounts, one a place.
        weights: People of each place; a place on the border counts in part.
        top: The share of people at the top.
        low: The share of people at the bottom.
    """
    order = np.argsort(values, kind="stable")
    people = np.concatenate([[0.0], np.cumsum(weights[order])]) / weights.sum()
    total = np.concatenate([[0.0], np.cumsum((values * weights)[order])])
    below, above = np.interp([low, 1 - top], people, total)
    return float((total[-1] - above) / below) if below > 0 else float("nan")


def _gap(values: Floats, weights: Floats) -> float:  # noqa: ARG001  (one signature for all measures)
    return float(values.max() - values.min())


_ALL: dict[str, Measure] = {
    "gini": gini,
    "theil": theil,
    "atkinson": atkinson,
    "palma": palma_ratio,
    "gap": _gap,
}


def measures(
    values: Floats,
    weights: Floats | None = None,
    *,
    rng: np.random.Generator,
    bootstrap: int = 500,
    level: float = 0.90,
) -> pl.DataFrame:
    """Measure inequality over units, with bootstrap intervals.

    Args:
        values: One a unit; units without a value are left out.
        weights: People of each unit; by default one each.
        rng: Where the randomness of the bootstrap comes from.
        bootstrap: How many times the units are drawn anew.
        level: The share of the bootstrap that an interval holds.

    Returns:
        One row a measure, in the schema `MEASURES`: `gini`, `theil`, `atkinson` (aversion 1),
        `palma` (top tenth over bottom four tenths) and `gap` (best less worst).

    Raises:
        InputError: If no unit has a value, or a value is negative.
    """
    kept, people = _known(values, weights)
    picks = rng.integers(0, len(kept), size=(bootstrap, len(kept)))
    rows = []
    for name, measure in _ALL.items():
        again = np.array([measure(kept[pick], people[pick]) for pick in picks])
        known = again[~np.isnan(again)]
        ends = (np.nan, np.nan)
        if known.size:
            low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
            ends = (float(low), float(high))
        rows.append((name, measure(kept, people), *ends))
    frame = pl.DataFrame(rows, schema=MEASURES, orient="row")
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None))


def within_between(
    values: Floats, groups: list[str], weights: Floats | None = None
) -> pl.DataFrame:
    """Split inequality into what is inside groups and what is between them.

    Args:
        values: One a unit, above 0; units without a value are left out.
        groups: The group of each unit.
        weights: People of each unit; by default one each.

    Returns:
        In the schema `PARTS`: `theil`, whose parts add up, and `gini` between the means of the
        groups, the rest being inside them or from groups that overlap.

    Source: Shorrocks (1980), Econometrica 48, 613-625.
    """
    kept, people = _known(values, weights)
    member = np.asarray(groups)[~np.isnan(values)]
    total = float(people @ kept)
    inside = 0.0
    level = np.zeros_like(kept)
    for name in sorted(set(member.tolist())):
        mine = member == name
        mean = float(people[mine] @ kept[mine] / people[mine].sum())
        level[mine] = mean
        part = theil(kept[mine], people[mine])
        inside += float(people[mine] @ kept[mine]) / total * (0.0 if np.isnan(part) else part)
    between, whole = theil(level, people), gini(kept, people)
    rows = [
        ("theil", inside, between, theil(kept, people)),
        ("gini", whole - gini(level, people), gini(level, people), whole),
    ]
    return pl.DataFrame(rows, schema=PARTS, orient="row")


def _known(values: Floats, weights: Floats | None) -> tuple[Floats, Floats]:
    known = ~np.isnan(values)
    if not known.any():
        raise InputError("index-rows-few", where="inequality", found=0)
    kept = values[known]
    if (kept < 0).any():
        raise InputError("index-not-positive", where="inequality", found=float(kept.min()))
    people = np.ones_like(values) if weights is None else weights
    return kept, people[known]
