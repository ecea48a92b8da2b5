"""The parts of a framework: nodes, indicators, inputs and the edition that holds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from saola.frameworks.rules import Rule
from saola.periods import Period

Label = Mapping[str, str]
Tie = Literal["competition", "dense", "as-published"]
Missing = Literal["zero", "skip", "null"]

TIES: tuple[Tie, ...] = ("competition", "dense", "as-published")
MISSING: tuple[Missing, ...] = ("zero", "skip", "null")


@dataclass(frozen=True)
class Node:
    """A place of the tree that gathers indicators or other nodes.

    Attributes:
        id: Its code.
        parents: The nodes it counts in; none for a top node.
        points: The most a unit can get here; none where it is the sum of what is below.
        scored: False where the value is collected and shown but counts nowhere.
        gate: An input that makes the whole node zero when it is zero.
        published: The input that carries the value as published, never used to compute.
        published_rank: The input that carries the rank as published.
    """

    id: str
    parents: tuple[str, ...] = ()
    points: float | None = None
    scored: bool = True
    label: Label = field(default_factory=dict)
    description: Label = field(default_factory=dict)
    gate: str = ""
    published: str = ""
    published_rank: str = ""


@dataclass(frozen=True)
class Indicator:
    """A leaf of the tree: a rule that turns inputs into a rate between 0 and 1.

    Attributes:
        id: Its code.
        parents: The nodes it counts in.
        points: The most a unit can get.
        direction: 1 where more is better, -1 where less is.
        rule: How the rate comes from the inputs.
        evidence: Documents that prove the inputs.
        verifier: The body that checks them.
        fields: The social or economic fields in which it is counted apart; empty for none.
    """

    id: str
    parents: tuple[str, ...]
    points: float
    rule: Rule
    direction: Literal[1, -1] = 1
    scored: bool = True
    label: Label = field(default_factory=dict)
    description: Label = field(default_factory=dict)
    evidence: tuple[Label, ...] = ()
    verifier: Label = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    source: Label = field(default_factory=dict)


@dataclass(frozen=True)
class Input:
    """A quantity that agencies report or systems count.

    Attributes:
        id: The code of its observations.
        label: Its name.
        unit: What it counts, such as `dossiers` or `persons`.
        description: How to count it.
        words: What each of its categories means, by its code; for inputs that are words.
    """

    id: str
    label: Label = field(default_factory=dict)
    unit: str = ""
    description: Label = field(default_factory=dict)
    words: Mapping[str, Label] = field(default_factory=dict)


@dataclass(frozen=True)
class Framework:
    """One edition of one index.

    Attributes:
        id: The edition's code; `index` is the code that its editions share.
        valid: First and last period it is used for; the last may be empty.
        units: Prefix of the codes of the units it assesses, or a kind such as `country`.
        tie: How equal values are ranked.
        missing: What a missing indicator does: costs its points, is left out, or voids the node.
        decimals: Places to which the edition rounds, half up, before it publishes; none for not.
        groups: Unit groups within which ranks are given apart, such as `G.VNM-SERVICES`.
        complete: False where parts of the tree are unknown: its totals are then only carried.
        comparable_with: Editions whose scores may stand on one line with these.
    """

    id: str
    index: str
    valid: tuple[str, str]
    units: str
    tie: Tie
    label: Label
    nodes: tuple[Node, ...]
    indicators: tuple[Indicator, ...]
    inputs: tuple[Input, ...] = ()
    description: Label = field(default_factory=dict)
    comparable_with: tuple[str, ...] = ()
    complete: bool = True
    missing: Missing = "zero"
    decimals: int | None = None
    groups: tuple[str, ...] = ()
    source: Label = field(default_factory=dict)
    licence: Label = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    recipe: tuple[Mapping[str, Any], ...] = ()

    def assesses(self, country: str) -> bool:
        """Tell whether the units it assesses are a country's.

        Args:
            country: Its code; empty for none.
        """
        return bool(country) and self.units.startswith(country)

    def covers(self, period: Period) -> bool:
        """Tell whether a period lies wholly within the periods that it is used for."""
        first, last = self.valid
        early = period.start < Period.parse(first).start
        late = bool(last) and period.end > Period.parse(last).end
        return not (early or late)

    @property
    def dates(self) -> str:
        """The first and the last period that it is used for, such as `2021–2023`."""
        return "–".join(dict.fromkeys(part for part in self.valid if part))

    @cached_property
    def root(self) -> Node:
        """The first top node: the index itself."""
        return next(node for node in self.nodes if not node.parents)

    @cached_property
    def node_of(self) -> Mapping[str, Node]:
        """Nodes by code."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def indicator_of(self) -> Mapping[str, Indicator]:
        """Indicators by code."""
        return {indicator.id: indicator for indicator in self.indicators}

    @cached_property
    def input_of(self) -> Mapping[str, Input]:
        """Inputs by code; one that is only named by a rule has no label."""
        named = {name: Input(name) for i in self.indicators for name in i.rule.codes}
        return named | {each.id: each for each in self.inputs}

    @cached_property
    def items(self) -> tuple[Node | Indicator, ...]:
        """Nodes, then indicators."""
        return (*self.nodes, *self.indicators)

    def children(self, node: str) -> tuple[Node | Indicator, ...]:
        """Give what stands directly under a node, nodes first."""
        return tuple(item for item in self.items if node in item.parents)

    def label_of(self, code: str) -> Label:
        """Give the label of a node, an indicator or an input."""
        for table in (self.node_of, self.indicator_of, self.input_of):
            if code in table:
                return table[code].label or {"en": code}
        return {"en": code}

    def word_of(self, code: str, word: str) -> Label:
        """Give what a category of an input means; its code where the framework does not say."""
        given = self.input_of.get(code)
        return (given.words.get(word) if given else None) or {"en": word}
