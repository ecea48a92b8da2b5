"""What must hold between the parts of a framework."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from saola.errors import SaolaError
from saola.frameworks.keys import fault
from saola.frameworks.model import Framework
from saola.frameworks.tree import cycle, points_of


def check(framework: Framework, *, where: str) -> list[SaolaError]:
    """Name every fault of a framework's tree; none if it is sound."""
    faults = [*_codes(framework, where), *_parents(framework, where), *_fields(framework, where)]
    if faults:
        return faults
    if found := cycle(framework):
        return [fault("tree-cycle", where, " → ".join(found))]
    return [*_childless(framework, where), *_weights(framework, where)]


def _codes(framework: Framework, where: str) -> Iterator[SaolaError]:
    if not framework.indicators:
        yield fault("indicators-absent", where, framework.id)
    if not any(not node.parents for node in framework.nodes):
        yield fault("root-absent", where, framework.id)
    named = Counter(item.id for item in framework.items)
    for code, count in named.items():
        if count > 1:
            yield fault("code-twice", where, code)


def _parents(framework: Framework, where: str) -> Iterator[SaolaError]:
    for item in framework.items:
        for parent in item.parents:
            if parent not in framework.node_of:
                yield fault("parent-unknown", f"{where}: {item.id}", parent)
    for indicator in framework.indicators:
        if not indicator.parents:
            yield fault("parent-absent", f"{where}: {indicator.id}", indicator.id)


def _fields(framework: Framework, where: str) -> Iterator[SaolaError]:
    for indicator in framework.indicators:
        for name in indicator.fields:
            if name not in framework.fields:
                choices = ", ".join(framework.fields) or "–"
                yield fault("choice-unknown", f"{where}: {indicator.id}", name, choices=choices)


def _childless(framework: Framework, where: str) -> Iterator[SaolaError]:
    for node in framework.nodes:
        if not framework.children(node.id):
            yield fault("node-childless", where, node.id)


def _weights(framework: Framework, where: str) -> Iterator[SaolaError]:
    weights = points_of(framework)
    if np.isnan(weights).any():
        for place in np.flatnonzero(np.isnan(weights).any(axis=1)):
            yield fault("tree-ambiguous", where, framework.nodes[place].id)
    elif weights[framework.nodes.index(framework.root)].sum() <= 0:
        yield fault("points-absent", where, framework.root.id)
