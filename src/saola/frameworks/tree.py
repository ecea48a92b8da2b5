"""The tree as a matrix: how many points of each indicator count in each node."""

import numpy as np

from saola.frameworks.model import Framework, Indicator
from saola.frameworks.rules.base import Values


def cycle(framework: Framework) -> list[str]:
    """Give a chain of nodes that leads back to its start, or an empty list."""
    done: set[str] = set()

    def climb(code: str, path: list[str]) -> list[str]:
        if code in path:
            return [*path[path.index(code) :], code]
        if code not in done:
            for parent in framework.node_of[code].parents:
                if found := climb(parent, [*path, code]):
                    return found
            done.add(code)
        return []

    for node in framework.nodes:
        if found := climb(node.id, []):
            return found
    return []


def points_of(framework: Framework) -> Values:
    """Give the points of each indicator (column) that count in each node (row).

    An indicator that reaches a node by several ways counts once. A node with points of its own
    shares them among what is below in proportion. An unscored node or indicator passes nothing
    on to its parents, yet has a value of its own. Where the ways to a node disagree about an
    indicator's points the entry is NaN.

    Returns:
        Array of nodes × indicators.
    """
    column = {indicator.id: place for place, indicator in enumerate(framework.indicators)}
    found: dict[str, Values] = {}

    def gather(code: str) -> Values:
        if code in found:
            return found[code]
        total = np.zeros(len(column))
        for child in framework.children(code):
            passed = np.zeros(len(column))
            if isinstance(child, Indicator):
                passed[column[child.id]] = child.points
            else:
                passed = gather(child.id)
            if child.scored or not framework.node_of[code].scored:
                total = _join(total, passed)
        node = framework.node_of[code]
        if node.points is not None and total.sum() > 0:
            total = total * (node.points / total.sum())
        found[code] = total
        return total

    return np.stack([gather(node.id) for node in framework.nodes])


def _join(one: Values, other: Values) -> Values:
    both = (one > 0) & (other > 0)
    disagree = both & ~np.isclose(one, other, rtol=1e-9)
    return np.where(disagree, np.nan, np.maximum(one, other))


def depth_of(framework: Framework, code: str) -> int:
    """Give how many steps a node or indicator stands below the top."""
    item = framework.node_of.get(code) or framework.indicator_of[code]
    return 1 + min(depth_of(framework, parent) for parent in item.parents) if item.parents else 0
