"""The tree of an index: indicators below, aggregates above, the index at the root."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import polars as pl

from saola.errors import InputError, SaolaError, raise_all
from saola.index.table import Floats

FRAMEWORK = {
    "code": pl.String,
    "name": pl.String,
    "level": pl.Int64,
    "parent": pl.String,
    "weight": pl.Float64,
    "share": pl.Float64,
    "direction": pl.Int64,
}


@dataclass(frozen=True)
class Part:
    """An indicator or an aggregate of the tree.

    Args:
        code: Its code.
        parents: Codes of the aggregates it belongs to; none for the root.
        name: Its name.
        level: 1 for indicators, one more for each step up.
        weight: Its weight among its siblings, not negative.
        direction: 1 if more is better, -1 if less is.
        unit: The unit of its values.
        target: The value to reach, if any.
        denominator: The column to divide by, if any.
        parameters: Other numbers of its own, such as `goalpost_lower`.
    """

    code: str
    parents: tuple[str, ...] = ()
    name: str = ""
    level: int = 1
    weight: float = 1.0
    direction: int = 1
    unit: str = ""
    target: float | None = None
    denominator: str | None = None
    parameters: Mapping[str, float] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Tree:
    """Indicators and aggregates, the aggregates in an order where children come first.

    Make one with `tree_of`, which checks it.

    Args:
        indicators: The leaves, in the order of the table's columns.
        nodes: The aggregates, children before parents; the last is the root.
    """

    indicators: tuple[Part, ...]
    nodes: tuple[Part, ...]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes of the indicators, then of the aggregates."""
        return tuple(part.code for part in (*self.indicators, *self.nodes))

    @cached_property
    def parts(self) -> Mapping[str, Part]:
        """Each part by its code."""
        return {part.code: part for part in (*self.indicators, *self.nodes)}

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """For each aggregate the places of its children in `codes`."""
        return tuple(
            tuple(
                place
                for place, part in enumerate((*self.indicators, *self.nodes))
                if node.code in part.parents
            )
            for node in self.nodes
        )

    @cached_property
    def weights(self) -> Floats:
        """The given weight of each part, in the order of `codes`."""
        return np.array([part.weight for part in (*self.indicators, *self.nodes)])

    @cached_property
    def directions(self) -> Floats:
        """The direction of each indicator, 1 or -1."""
        return np.array([float(part.direction) for part in self.indicators])

    @property
    def root(self) -> str:
        """The code of the index itself."""
        return self.nodes[-1].code

    def place(self, code: str) -> int:
        """Give the place of a part in `codes`.

        Raises:
            InputError: If there is no such part.
        """
        if code not in self.parts:
            raise InputError("index-node-unknown", found=code, known=", ".join(self.codes))
        return self.codes.index(code)

    def right_below(self, node: str) -> list[str]:
        """Give the codes of the children of an aggregate."""
        return [self.codes[at] for at in self.children[self.place(node) - len(self.indicators)]]

    def levels(self) -> tuple[int, ...]:
        """Give the level of each part, in the order of `codes`."""
        return tuple(part.level for part in (*self.indicators, *self.nodes))

    def below(self, code: str) -> tuple[str, ...]:
        """Give the codes of the indicators under a part (itself, for an indicator)."""
        wanted = {code}
        for node, children in zip(reversed(self.nodes), reversed(self.children), strict=True):
            if node.code in wanted:
                wanted.update(self.codes[child] for child in children)
        return tuple(part.code for part in self.indicators if part.code in wanted)

    def frame(self, weights: Floats | None = None) -> pl.DataFrame:
        """Give the framework as a table in the schema `FRAMEWORK`, one row a part and parent.

        Args:
            weights: The weights in use, by default the given ones; `share` is the effective
                weight of each part in the root.
        """
        used = self.weights if weights is None else weights
        share = shares(self, used[:, None])[:, 0]
        rows = [
            (part.code, part.name, part.level, parent, used[i], share[i], part.direction)
            for i, part in enumerate((*self.indicators, *self.nodes))
            for parent in part.parents or (None,)
        ]
        return pl.DataFrame(rows, schema=FRAMEWORK, orient="row")


def shares(tree: Tree, weights: Floats, node: str | None = None) -> Floats:
    """Give the effective weight of every part in one aggregate.

    Args:
        tree: The tree.
        weights: Weights of the parts, parts by draws.
        node: The aggregate; by default the root.

    Returns:
        Parts by draws; 1 for the aggregate itself, the indicators under it sum to 1.
    """
    share = np.zeros_like(weights)
    share[tree.place(node or tree.root)] = 1.0
    first = len(tree.indicators)
    for place in reversed(range(len(tree.nodes))):
        children = list(tree.children[place])
        among = weights[children]
        total = among.sum(axis=0)
        # An aggregate whose children all weigh nothing passes nothing down.
        part = np.divide(among, total, out=np.zeros_like(among), where=total > 0)
        share[children] += part * share[first + place]
    return share


def tree_of(parts: Iterable[Part]) -> Tree:
    """Check the parts of an index and put them in order.

    Args:
        parts: Indicators (level 1) and aggregates, in any order.

    Raises:
        InputErrors: All faults at once: repeated codes, unknown parents, aggregates without
            children, more than one root, levels that do not rise, cycles, negative weights.
    """
    listed = list(parts)
    faults: list[SaolaError] = []
    codes = [part.code for part in listed]
    faults += [
        InputError("index-code-repeated", found=code)
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]
    for part in listed:
        faults += _faults_of(part, {other.code: other for other in listed})
    parents = {code for part in listed for code in part.parents}
    aggregates = [part for part in listed if part.level > 1]
    faults += [
        InputError("index-childless", found=part.code)
        for part in aggregates
        if part.code not in parents
    ]
    tops = [part.code for part in aggregates if not part.parents]
    if not tops:
        faults.append(InputError("index-rootless", found=len(tops)))
    raise_all(faults)
    # A second top is kept: some indices show pillars beside the index. The highest is the root.
    ordered = sorted(aggregates, key=lambda part: part.level)
    return Tree(tuple(part for part in listed if part.level == 1), tuple(ordered))


def pruned(tree: Tree, indicators: Sequence[str]) -> Tree:
    """Give a tree without some indicators, and without the aggregates that they leave childless.

    An aggregate that loses indicators weighs less, by the share of the weight that they had in it.

    Args:
        tree: The tree.
        indicators: The codes of the indicators that stay.

    Raises:
        InputErrors: If nothing is left.
    """
    kept = set(indicators)
    parts: list[Part] = [part for part in tree.indicators if part.code in kept]
    for node in tree.nodes:
        below = tree.below(node.code)
        total = sum(tree.parts[code].weight for code in below)
        left = sum(tree.parts[code].weight for code in below if code in kept)
        if kept.intersection(below):
            share = left / total if total else 1.0
            parts.append(replace(node, weight=node.weight * share))
    return tree_of(parts)


def _faults_of(part: Part, by_code: Mapping[str, Part]) -> list[SaolaError]:
    faults: list[SaolaError] = []
    if not part.code or part.code != part.code.strip():
        faults.append(InputError("index-code-blank", found=part.code))
    if not (part.weight >= 0 and np.isfinite(part.weight)):
        faults.append(InputError("index-weight-negative", where=part.code, found=part.weight))
    if part.direction not in {1, -1}:
        faults.append(InputError("index-direction", where=part.code, found=part.direction))
    if part.level == 1 and not part.parents:
        faults.append(InputError("index-orphan", found=part.code))
    for parent in part.parents:
        if parent not in by_code:
            faults.append(InputError("index-parent-unknown", where=part.code, found=parent))
        elif by_code[parent].level <= part.level:
            faults.append(InputError("index-level", where=part.code, found=parent))
    return faults
