"""Weights: given, equal, from components, from judges, or fitted to wanted importances."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from saola.errors import InputError, raise_all
from saola.index.aggregate import aggregate, join
from saola.index.denominate import correlation
from saola.index.steps import Aggregate, Weigh
from saola.index.table import Floats
from saola.index.tree import Tree

_MATCHED = 1e-6
JUDGED = {"code": pl.String, "weight": pl.Float64, "spread": pl.Float64}


def weigh(values: Floats, tree: Tree, step: Weigh, how: Aggregate) -> Floats:
    """Give the weight of every part among its siblings.

    Args:
        values: Normalised values, rows by indicators; needed by the methods that look at data.
        tree: The tree with the given weights.
        step: The method.
        how: How children are joined, needed for parts above the indicators.

    Returns:
        One weight a part, in the order of `tree.codes`, none negative.

    Raises:
        InputErrors: If a name is unknown, a weight negative, or no weights give what is wanted.
    """
    weights = tree.weights.copy()
    for code, weight in step.weights.items():
        if weight < 0:
            raise InputError("index-weight-negative", where=code, found=weight)
        weights[tree.place(code)] = weight
    match step.method:
        case "equal":
            weights[_at(tree, step.levels)] = 1.0
        case "budget":
            weights = _budget(tree, weights, step.weights)
        case "pca":
            weights = _components(values, tree, weights, step, how)
        case "optimised":
            weights = optimise(values, tree, weights, step, how)
        case _:
            pass
    return weights


def _at(tree: Tree, levels: Sequence[int]) -> list[int]:
    return [i for i, level in enumerate(tree.levels()) if not levels or level in levels]


def _budget(tree: Tree, weights: Floats, points: Mapping[str, float]) -> Floats:
    """Take points as weights where all siblings have some; a forgotten sibling is a fault."""
    raise_all(
        [
            InputError("index-budget-open", where=node.code, found=tree.codes[place])
            for node, places in zip(tree.nodes, tree.children, strict=True)
            if any(tree.codes[place] in points for place in places)
            for place in places
            if tree.codes[place] not in points
        ]
    )
    return weights


def budget(points: pl.DataFrame) -> pl.DataFrame:
    """Join the points that judges gave into one weight a part.

    Args:
        points: `judge, code, points`; each judge's points count as shares of what that judge gave.

    Returns:
        Mean and standard deviation of the shares over judges, in the schema `JUDGED`.

    Source: OECD/JRC Handbook (2008), section 6.4, budget allocation.
    """
    total = pl.col("points").sum().over("judge")
    return (
        points.with_columns(share=pl.col("points") / total)
        .group_by("code", maintain_order=True)
        .agg(weight=pl.col("share").mean(), spread=pl.col("share").std())
        .cast(JUDGED)  # type: ignore[arg-type]  # Polars types the mapping too narrowly
    )


def loadings(columns: Floats) -> Floats:
    """Give the first principal component of standardised columns.

    Args:
        columns: Rows by columns; rows with a gap are left out.

    Returns:
        One loading a column, of length 1, the largest in absolute value being positive.

    Raises:
        InputError: If fewer than 3 rows are complete or a column is constant.
    """
    whole = columns[~np.isnan(columns).any(axis=1)]
    if len(whole) < 3:
        raise InputError("index-rows-few", where="pca", found=len(whole))
    spread = whole.std(axis=0, ddof=1)
    if (spread == 0).any():
        raise InputError("index-constant", where="pca", found=int(np.argmin(spread)), method="pca")
    scaled = (whole - whole.mean(axis=0)) / spread
    first = np.linalg.svd(scaled, full_matrices=False)[2][0]
    found: Floats = first * np.sign(first[np.argmax(np.abs(first))])
    return found


def _components(values: Floats, tree: Tree, weights: Floats, step: Weigh, how: Aggregate) -> Floats:
    """Weigh siblings by squared loadings, which sum to 1 and are never negative."""
    wanted = set(_at(tree, step.levels))
    columns = [values[:, [i]] for i in range(len(tree.indicators))]
    for part, places in zip(tree.nodes, tree.children, strict=True):
        children = [columns[place] for place in places]
        if len(places) > 1 and wanted.issuperset(places):
            weights[list(places)] = loadings(np.hstack(children)) ** 2
        codes = [tree.codes[place] for place in places]
        columns.append(join(children, weights[list(places), None], part, how, codes))
    return weights


def optimise(values: Floats, tree: Tree, weights: Floats, step: Weigh, how: Aggregate) -> Floats:
    """Find the weights of one level whose parts correlate with the index as wanted.

    Args:
        values: Normalised values, rows by indicators.
        tree: The tree.
        weights: The weights of the other levels.
        step: Its `levels` names one level, its `importance` the wanted proportions of the
            correlations with the index (equal where nothing is said).
        how: How children are joined.

    Raises:
        InputError: If no weights above zero give the proportions to 1e-6.

    Source: Becker et al. (2017), Ecological Indicators 80, 12-22.
    """
    from scipy.optimize import least_squares  # noqa: PLC0415  (pages that only read an index load no solver)

    if len(step.levels) != 1:
        raise InputError("index-one-level", where="weigh", found=list(step.levels))
    places = _at(tree, step.levels)
    wanted = np.array([float(step.importance.get(tree.codes[place], 1.0)) for place in places])
    wanted /= wanted.sum()

    def weights_at(logs: Floats) -> Floats:
        trial = weights.copy()
        trial[places] = np.exp(logs - logs.max())
        return trial

    def miss(logs: Floats) -> Floats:
        found: Floats = importance(values, tree, weights_at(logs), places, how) - wanted
        return found

    found = least_squares(miss, np.log(wanted), xtol=1e-14, ftol=1e-14, gtol=1e-14)
    if not found.success or np.abs(found.fun).max() > _MATCHED:
        off = float(np.abs(found.fun).max())
        raise InputError("index-weights-unmatched", where="weigh", found=f"{off:.2g}")
    best = weights_at(found.x)
    best[places] /= best[places].sum()
    return np.asarray(best, dtype=np.float64)


def importance(
    values: Floats, tree: Tree, weights: Floats, places: Sequence[int], how: Aggregate
) -> Floats:
    """Give the correlations of some parts with the index, as shares of their sum.

    Args:
        values: Normalised values, rows by indicators.
        tree: The tree.
        weights: One a part.
        places: The parts, by their place in `tree.codes`.
        how: How children are joined.
    """
    scores = aggregate(values, tree, weights[:, None], how)
    index = scores[tree.root][:, 0]
    first = len(tree.indicators)
    found = np.array(
        [
            correlation(values[:, i] if i < first else scores[tree.codes[i]][:, 0], index)
            for i in places
        ]
    )
    share: Floats = found / found.sum()
    return share
