"""Joining indicators into aggregates and aggregates into the index."""

from collections.abc import Mapping

import numpy as np

from saola.errors import InputError, raise_all
from saola.index import joining
from saola.index.means import EXPONENTS, check_positive, mean
from saola.index.steps import MEANS, Aggregate
from saola.index.table import Floats
from saola.index.tree import Part, Tree


def method_of(step: Aggregate, part: Part) -> str:
    """Give the method that joins the children of one aggregate."""
    return step.by_node.get(part.code, step.by_level.get(str(part.level), step.method))


def exponent_of(method: str, step: Aggregate) -> float:
    """Give the exponent of a mean."""
    return EXPONENTS.get(method, step.power)


def check_names(tree: Tree, step: Aggregate) -> None:
    """Refuse a step that names aggregates or levels the tree has not.

    Raises:
        InputErrors: One for each unknown name.
    """
    nodes = {node.code for node in tree.nodes}
    levels = {str(node.level) for node in tree.nodes}
    raise_all(
        [
            InputError("index-node-unknown", where="aggregate", found=name, known=", ".join(known))
            for names, known in ((step.by_node, nodes), (step.by_level, levels))
            for name in names
            if name not in known
        ]
    )


def join(
    children: list[Floats], weights: Floats, part: Part, step: Aggregate, codes: list[str]
) -> Floats:
    """Join the children of one aggregate by its method.

    Args:
        children: For each child its values, rows by draws (or by 1).
        weights: Children by draws.
        part: The aggregate.
        step: The methods.
        codes: Codes of the children, for errors.

    Returns:
        Rows by draws.
    """
    method = method_of(step, part)
    if method in MEANS:
        exponent = exponent_of(method, step)
        for child, code in zip(children, codes, strict=True):
            check_positive(child, exponent, code)
        return mean(children, weights, exponent, step.available)
    draws = max(weights.shape[1], *(child.shape[1] for child in children))
    spread = [np.broadcast_to(child, (len(child), draws)) for child in children]
    each = np.broadcast_to(weights, (len(weights), draws))
    columns = []
    for draw in range(draws):
        table = np.column_stack([child[:, draw] for child in spread])
        score = _JOINED[method](table, each[:, draw], step)
        few = np.mean(~np.isnan(table), axis=1) < step.available
        columns.append(np.where(few | np.isnan(table).all(axis=1), np.nan, score))
    return np.asarray(np.column_stack(columns), dtype=np.float64)


def _copeland(table: Floats, weights: Floats, _: Aggregate) -> Floats:
    return joining.copeland(table, weights)


def _mazziotta_pareto(table: Floats, weights: Floats, step: Aggregate) -> Floats:
    return joining.mazziotta_pareto(table, weights, step.penalty)


def _doubt(table: Floats, _: Floats, step: Aggregate) -> Floats:
    return joining.benefit_of_the_doubt(table, step.least)


def _minimum(table: Floats, _: Floats, __: Aggregate) -> Floats:
    least: Floats = np.where(np.isnan(table), np.inf, table).min(axis=1)
    return least


def _median(table: Floats, weights: Floats, _: Aggregate) -> Floats:
    """Give the weighted median: the middle of the values once ordered and weighted."""
    order = np.argsort(table, axis=1)
    ordered = np.take_along_axis(table, order, axis=1)
    share = np.where(np.isnan(ordered), 0.0, weights[order])
    run = np.cumsum(share, axis=1) / np.maximum(share.sum(axis=1, keepdims=True), 1e-300)
    low = np.argmax(run >= 0.5 - 1e-12, axis=1)
    high = np.argmax(run > 0.5 + 1e-12, axis=1)
    rows = np.arange(len(table))
    middle: Floats = (ordered[rows, low] + ordered[rows, high]) / 2
    return middle


_JOINED = {
    "copeland": _copeland,
    "mazziotta-pareto": _mazziotta_pareto,
    "benefit-of-the-doubt": _doubt,
    "minimum": _minimum,
    "median": _median,
}


def aggregate(
    values: Floats, tree: Tree, weights: Floats, step: Aggregate, wanted: str | None = None
) -> Mapping[str, Floats]:
    """Aggregate normalised values up the tree.

    Args:
        values: Rows by indicators.
        tree: The tree.
        weights: The weight of every part, parts by draws.
        step: The methods.
        wanted: The only aggregate needed; those not under it are left out.

    Returns:
        For each aggregate its scores, rows by draws.

    Raises:
        InputErrors: If a method meets values it is not defined for, or a name is unknown.
    """
    check_names(tree, step)
    known: list[Floats | None] = [values[:, [i]] for i in range(len(tree.indicators))]
    needed = _needed(tree, wanted)
    scores: dict[str, Floats] = {}
    for part, places in zip(tree.nodes, tree.children, strict=True):
        if part.code not in needed:
            known.append(None)
            continue
        children = [child for place in places if (child := known[place]) is not None]
        codes = [tree.codes[place] for place in places]
        found = join(children, weights[list(places)], part, step, codes)
        known.append(found)
        scores[part.code] = found
    return scores


def _needed(tree: Tree, wanted: str | None) -> set[str]:
    if wanted is None:
        return {part.code for part in tree.nodes}
    needed = {tree.codes[tree.place(wanted)]}
    for part, places in zip(reversed(tree.nodes), reversed(tree.children), strict=True):
        if part.code in needed:
            needed.update(tree.codes[place] for place in places)
    return needed
