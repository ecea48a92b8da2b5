"""One node of an edition in one period, as its intervals need it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saola.frameworks import Framework, Node, Rates
from saola.frameworks.rules.base import Values

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class EditionNode:
    """A node: its score is the mean of the rates of its indicators, weighted by their points.

    Args:
        parts: What stands right below it.
        home: For each indicator the place of the part it is under, -1 for none.
        weights: The points of each indicator in the node.
        rates: Indicators × units, NaN where missing.
        errors: One standard error a rate, 0 where none is known.
        score: The score of each unit.
        skip: Whether a missing indicator is left out, instead of counting as nothing.
        gated: Whether a score of 0 stands whatever the indicators say.
    """

    parts: tuple[str, ...]
    home: Places
    weights: Values
    rates: Values
    errors: Values
    score: Values
    skip: bool
    gated: bool

    @property
    def _known(self) -> Values:
        return (~np.isnan(self.rates)).astype(float)

    def mean(self, weights: Values) -> Values:
        """Give the score under other weights, draws × units."""
        earned = weights @ np.nan_to_num(self.rates)
        counted = weights @ self._known if self.skip else weights.sum(axis=1, keepdims=True)
        blank = np.full(earned.shape, np.nan)
        found: Values = np.divide(earned, counted, out=blank, where=counted > 0)
        return found

    @property
    def error(self) -> Values:
        """The standard error of each unit's score."""
        spread = np.sqrt(self.weights**2 @ (self._known * self.errors) ** 2)
        counted = self.weights @ self._known if self.skip else self.weights.sum()
        found: Values = np.divide(spread, counted, out=np.zeros(spread.shape), where=counted > 0)
        return found

    def varied(self, draws: int, by: float, rng: np.random.Generator) -> Values:
        """Draw a factor for the weight of each part, evenly up and down."""
        return rng.uniform(1 - by, 1 + by, (draws, len(self.parts)))

    def moved(self, factor: Values) -> Values:
        """Say how far other weights of the parts move each score, draws × units."""
        # Indicators under no part, at place -1, count as they are.
        whole = np.column_stack([factor, np.ones(len(factor))])
        return self.mean(self.weights * whole[:, self.home]) - self.mean(self.weights[None, :])

    def within(self, across: Values, score: Values) -> Values:
        """Keep draws on the scale, and what a gate holds at 0 there."""
        if self.gated:
            across[:, score == 0] = 0.0
        bounded: Values = np.clip(across, 0.0, np.nanmax(score, initial=1.0))
        return bounded


def edition_node(framework: Framework, rates: Rates, node: Node, at: int) -> EditionNode:
    """Give a node of an edition in the period at a place."""
    place = framework.nodes.index(node)
    parts, home = _parts(framework, node, rates.points)
    return EditionNode(
        tuple(parts),
        home,
        rates.points[place],
        rates.leaves[:, at, 0],
        rates.errors[:, at, 0],
        rates.nodes[place, at, 0],
        framework.missing == "skip",
        bool(node.gate),
    )


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
