"""Why a score is what it is: contributions, changes, rank moves, points lost, peers."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from saola.errors import InputError
from saola.index.aggregate import exponent_of, method_of
from saola.index.build import Build
from saola.index.means import bend
from saola.index.rank import ranks
from saola.index.steps import MEANS
from saola.index.table import Floats
from saola.index.tree import shares

CONTRIBUTIONS = {"part": pl.String, "before": pl.Float64, "after": pl.Float64, "change": pl.Float64}
MOVES = {
    "unit": pl.String, "rank_before": pl.Int64, "rank_after": pl.Int64, "own": pl.Float64,
    "others": pl.Float64,
}  # fmt: skip
LOST = {
    "indicator": pl.String, "value": pl.Float64, "best": pl.Float64, "share": pl.Float64,
    "lost": pl.Float64,
}  # fmt: skip
PEERS = {
    "indicator": pl.String, "own": pl.Float64, "peers": pl.Float64, "ahead": pl.Float64,
    "counts": pl.Float64,
}  # fmt: skip


def row_of(built: Build, unit: str) -> int:
    """Give the row of a unit; of a panel its last.

    Raises:
        InputError: If there is no such unit.
    """
    rows = [row for row, name in enumerate(built.units) if name == unit]
    if not rows:
        raise InputError("index-unit-unknown", found=unit)
    return rows[-1]


def contributions(built: Build, unit: str, than: str | None = None) -> pl.DataFrame:
    """Split what parts a unit's score from another's, or from nothing, over the indicators.

    Args:
        built: The index.
        unit: The unit.
        than: The unit compared with; by default a score of zero everywhere, which arithmetic
            means alone allow.

    Returns:
        One row an indicator, in the schema `CONTRIBUTIONS`; `change` adds up to the difference of
        the two scores.

    Raises:
        InputError: If a unit does not exist, or an aggregate is joined by other than means.
    """
    after = built.normalised.values[row_of(built, unit)]
    before = np.zeros_like(after)
    if than is not None:
        before = built.normalised.values[row_of(built, than)]
    return _split(built, before, after)


def change(before: Build, after: Build, unit: str) -> pl.DataFrame:
    """Split the change of a unit's score between two builds over the indicators.

    Args:
        before: The index then.
        after: The index now, of the same framework and weights.
        unit: The unit.

    Returns:
        One row an indicator, in the schema `CONTRIBUTIONS`, and `_method` for what no value
        explains, where weights or methods differ; `change` adds up to the change of the score.

    Raises:
        InputError: If the unit does not exist, or an aggregate is joined by other than means.
    """
    old = before.normalised.values[row_of(before, unit)]
    new = after.normalised.values[row_of(after, unit)]
    told = _split(after, old, new)
    scored = after.score(unit) - before.score(unit)
    rest = scored - float(told["change"].sum())
    if abs(rest) > 1e-9 * max(abs(scored), 1.0):
        row = pl.DataFrame([("_method", None, None, rest)], schema=CONTRIBUTIONS, orient="row")
        told = pl.concat([told, row])
    return told


def _split(built: Build, before: Floats, after: Floats) -> pl.DataFrame:
    tree, how = built.tree, built.recipe.aggregate
    exponents = [
        exponent_of(method, how) if (method := method_of(how, node)) in MEANS else None
        for node in tree.nodes
    ]
    if None in exponents or np.isnan(before).any() or np.isnan(after).any():
        raise InputError("index-no-split", where="explain")
    if set(exponents) != {1.0} and min(before.min(), after.min()) <= 0:
        raise InputError("index-not-positive", where="explain", found=float(before.min()))
    old, new = list(before), list(after)
    slopes: list[Floats] = []
    for exponent, places in zip(exponents, tree.children, strict=True):
        share = built.weights[list(places)] / built.weights[list(places)].sum()
        one, two = (np.array([values[place] for place in places]) for values in (old, new))
        slopes.append(share * _secant(one, two, share, float(exponent or 0.0)))
        old.append(_mean(one, share, float(exponent or 0.0)))
        new.append(_mean(two, share, float(exponent or 0.0)))
    weight = np.zeros(len(old))
    weight[-1] = 1.0
    first = len(tree.indicators)
    for place in reversed(range(len(tree.nodes))):
        weight[list(tree.children[place])] += slopes[place] * weight[first + place]
    return pl.DataFrame(
        {
            "part": [part.code for part in tree.indicators],
            "before": before,
            "after": after,
            "change": weight[:first] * (after - before),
        },
        schema=CONTRIBUTIONS,
    )


def _mean(values: Floats, share: Floats, exponent: float) -> float:
    if exponent == 1.0:
        return float(share @ values)
    if exponent == 0.0:
        return float(np.exp(share @ np.log(values)))
    return float((share @ values**exponent) ** (1 / exponent))


def _secant(one: Floats, two: Floats, share: Floats, exponent: float) -> Floats:
    """Give for each child what its change is worth, so that the parts add up exactly.

    A power mean is additive once bent; the slope of the chord of the bend, for the child and for
    the mean, brings the parts back to the scale of scores (for geometric means this is the
    logarithmic-mean Divisia split).
    """
    if exponent == 1.0:
        return np.ones_like(one)
    bent = _chord(one, two, exponent)
    low, high = _mean(one, share, exponent), _mean(two, share, exponent)
    whole = _chord(np.array([low]), np.array([high]), exponent)[0]
    found: Floats = bent / whole
    return found


def _chord(one: Floats, two: Floats, exponent: float) -> Floats:
    same = np.abs(two - one) < 1e-12 * np.maximum(np.abs(one), 1.0)
    tangent = 1 / one if exponent == 0.0 else exponent * one ** (exponent - 1)
    step = np.where(same, 1.0, two - one)
    return np.where(same, tangent, (bend(two, exponent) - bend(one, exponent)) / step)


def moves(before: Build, after: Build, node: str | None = None) -> pl.DataFrame:
    """Split every unit's rank move into its own change and that of the others.

    Each part is the mean of two readings: the unit moving first, and the others moving first. A
    positive number is places won.

    Args:
        before: The index then.
        after: The index now; units of only one of the two are left out.
        node: The aggregate; by default the index.

    Returns:
        One row a unit, in the schema `MOVES`; `own` and `others` add up to the places won.
    """
    code = node or after.tree.root
    units = [unit for unit in after.units if unit in set(before.units)]
    old = before.column(code)[[row_of(before, unit) for unit in units]]
    new = after.column(code)[[row_of(after, unit) for unit in units]]
    return moved(units, old, new)


def moved(units: Sequence[str], old: Floats, new: Floats) -> pl.DataFrame:
    """Split the rank moves between two sets of scores; see `moves`.

    Args:
        units: The units.
        old: Their scores then.
        new: Their scores now.
    """
    start, end = ranks(old).astype(np.int64), ranks(new).astype(np.int64)
    alone = np.array([1 + int((np.delete(old, i) > new[i]).sum()) for i in range(len(units))])
    left = np.array([1 + int((np.delete(new, i) > old[i]).sum()) for i in range(len(units))])
    own = ((start - alone) + (left - end)) / 2
    return pl.DataFrame(
        {
            "unit": units,
            "rank_before": start,
            "rank_after": end,
            "own": own,
            "others": (start - end) - own,
        },
        schema=MOVES,
    )


def lost(built: Build, unit: str, best: float | None = None) -> pl.DataFrame:
    """Say how many points of the index a unit loses in each indicator.

    Args:
        built: The index.
        unit: The unit.
        best: The best value there is on the common scale; by default the best unit's.

    Returns:
        One row an indicator, the greatest loss first, in the schema `LOST`; `lost` is the effective
        weight times what is missing to the best, which for arithmetic means is the score lost.

    Raises:
        InputError: If the unit does not exist.
    """
    values = built.normalised.values
    own = values[row_of(built, unit)]
    top = np.nanmax(values, axis=0) if best is None else np.full(values.shape[1], best)
    share = _leaf_shares(built)
    frame = pl.DataFrame(
        {
            "indicator": built.normalised.indicators,
            "value": own,
            "best": top,
            "share": share,
            "lost": share * (top - own),
        },
        schema=LOST,
    )
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None)).sort(
        "lost", descending=True, nulls_last=True
    )


def peers(built: Build, unit: str, others: Sequence[str]) -> pl.DataFrame:
    """Compare a unit with chosen peers, strengths first.

    Args:
        built: The index.
        unit: The unit.
        others: The peers.

    Returns:
        One row an indicator, in the schema `PEERS`: `ahead` is the distance to the mean of the
        peers on the common scale, `counts` that distance times the effective weight.

    Raises:
        InputError: If a unit does not exist or there is no peer.
    """
    if not others:
        raise InputError("index-unit-unknown", where="peers", found="")
    values = built.normalised.values
    own = values[row_of(built, unit)]
    rows = values[[row_of(built, other) for other in others]]
    known = ~np.isnan(rows)
    mean = np.where(known, rows, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    ahead = np.where(known.any(axis=0), own - mean, np.nan)
    frame = pl.DataFrame(
        {
            "indicator": built.normalised.indicators,
            "own": own,
            "peers": mean,
            "ahead": ahead,
            "counts": ahead * _leaf_shares(built),
        },
        schema=PEERS,
    )
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None)).sort(
        "counts", descending=True, nulls_last=True
    )


def _leaf_shares(built: Build) -> Floats:
    return shares(built.tree, built.weights[:, None])[: len(built.tree.indicators), 0]
