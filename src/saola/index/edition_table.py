"""An edition of a framework as the table, tree and recipe that the engine works on."""

import numpy as np

from saola import language
from saola.errors import InputError
from saola.frameworks import Framework, Rates
from saola.index.recipe import Recipe, recipe_of
from saola.index.table import Table
from saola.index.tree import Part, Tree, tree_of

# Rates share a scale and may be 0, so the mean that punishes weak spots is a power mean.
_USUAL = (
    {"step": "normalise", "method": "none"},
    {"step": "weigh", "noise": 0.25},
    {"step": "aggregate", "alternatives": [{}, {"method": "power", "power": 0.5}]},
)


def edition_tree(framework: Framework) -> Tree:
    """Give the tree of an edition: points are weights; what is not scored is left out.

    Raises:
        InputErrors: If the edition's tree cannot carry an index.
    """
    kept = {node.id for node in framework.nodes if node.scored}
    leaves = [
        Part(
            each.id,
            tuple(parent for parent in each.parents if parent in kept),
            language.pick(each.label),
            weight=each.points,
        )
        for each in framework.indicators
        if each.scored and kept.intersection(each.parents)
    ]
    levels = {leaf.code: 1 for leaf in leaves}
    points = {leaf.code: leaf.weight for leaf in leaves}
    parts: list[Part] = list(leaves)
    inside = _scoring(framework, set(levels), kept)
    waiting = [node for node in framework.nodes if node.id in inside]
    while waiting:
        node = waiting.pop(0)
        children = framework.children(node.id)
        below = [child.id for child in children if child.id in inside or child.id in levels]
        if any(code not in levels for code in below):
            waiting.append(node)
            continue
        levels[node.id] = 1 + max(levels[code] for code in below)
        points[node.id] = node.points or sum(points[code] for code in below)
        parents = tuple(parent for parent in node.parents if parent in kept)
        name = language.pick(node.label)
        parts.append(Part(node.id, parents, name, levels[node.id], points[node.id]))
    return tree_of(parts)


def _scoring(framework: Framework, leaves: set[str], kept: set[str]) -> set[str]:
    """Give the nodes under which an indicator is scored; others are no part of the index."""
    found: set[str] = set()
    waiting = [item for item in framework.indicators if item.id in leaves]
    above = [parent for item in waiting for parent in item.parents if parent in kept]
    while above:
        code = above.pop()
        if code not in found:
            found.add(code)
            above += [parent for parent in framework.node_of[code].parents if parent in kept]
    return found


def edition_table(
    framework: Framework, rates: Rates, period: str | None = None
) -> tuple[Table, Tree, Recipe]:
    """Give what the engine needs to vary an edition.

    Args:
        framework: The edition.
        rates: Its rates, from `saola.frameworks.rates`.
        period: The period; by default the last.

    Returns:
        The rates of the indicators with their standard errors, already pointing upwards; the tree;
        the edition's recipe, or the usual one: weights varied by a quarter, the arithmetic mean
        beside a power mean that lets strong spots make up less for weak ones.

    Raises:
        InputError: If there is no such period.
    """
    periods = [str(each) for each in rates.cube.periods]
    if period is not None and period not in periods:
        raise InputError("index-period-unknown", found=period, known=", ".join(periods))
    at = periods.index(period) if period else len(periods) - 1
    tree = edition_tree(framework)
    row = {each.id: place for place, each in enumerate(framework.indicators)}
    places = [row[part.code] for part in tree.indicators]
    values = rates.leaves[places, at, 0].T
    if framework.missing == "zero":
        values = np.nan_to_num(values)
    errors = rates.errors[places, at, 0].T
    table = Table(
        tuple(rates.cube.units),
        tuple(part.code for part in tree.indicators),
        values,
        stderr=errors if np.nansum(errors) > 0 else None,
    )
    return table, tree, edition_recipe(framework)


def edition_recipe(framework: Framework) -> Recipe:
    """Give the recipe of an edition, or the usual one."""
    return recipe_of(framework.recipe or _USUAL, where=framework.id)
