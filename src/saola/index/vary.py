"""What an audit varies: alternatives of steps, weights, and the values themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from saola.errors import InputError
from saola.index.recipe import Recipe
from saola.index.steps import Step, Weigh
from saola.index.table import Floats, Table
from saola.index.tree import Tree

Choices = NDArray[np.int64]


@dataclass(frozen=True)
class Factor:
    """One thing that is varied.

    Args:
        name: Its name: the kind of the step, `weights` or `values`.
        place: The step of the recipe it belongs to, counted from 0; -1 for values.
        alternatives: The steps drawn from; none for weights and values.
        parts: The places in the tree whose weights are drawn.
        columns: How many columns of the design it takes.
    """

    name: str
    place: int
    alternatives: tuple[Step, ...] = ()
    parts: tuple[int, ...] = ()
    columns: int = 1


def factors_of(table: Table, tree: Tree, recipe: Recipe) -> tuple[Factor, ...]:
    """Give what the audit of a recipe varies, in the order of its steps.

    Args:
        table: Values, whose `stderr` makes the values themselves a factor.
        tree: The framework.
        recipe: Steps with alternatives, and weights with noise.

    Raises:
        InputError: If nothing is varied.
    """
    found: list[Factor] = []
    for place, (step, others) in enumerate(zip(recipe.steps, recipe.alternatives, strict=True)):
        if others:
            names = [factor.name for factor in found]
            name = step.kind if step.kind not in names else f"{step.kind}-{place + 1}"
            found.append(Factor(name, place, tuple(others)))
        if isinstance(step, Weigh) and step.noise > 0:
            parts = noisy_parts(tree, step)
            found.append(Factor("weights", place, (), parts, len(parts)))
    if table.stderr is not None and np.nansum(table.stderr) > 0:
        found.append(Factor("values", -1, (), (), 1))
    if not found:
        raise InputError("index-nothing-varied", where="audit")
    return tuple(found)


def noisy_parts(tree: Tree, step: Weigh) -> tuple[int, ...]:
    """Give the parts whose weights are drawn: those of the noisy levels that have siblings."""
    alone = {places[0] for places in tree.children if len(places) == 1}
    top = tree.place(tree.root)
    return tuple(
        place
        for place, level in enumerate(tree.levels())
        if place != top and place not in alone
        if not step.noise_levels or level in step.noise_levels
    )


def chosen(uniform: Floats, count: int) -> Choices:
    """Cut the unit interval into equal parts, one an alternative."""
    return np.minimum((uniform * count).astype(np.int64), count - 1)


def noisy(weights: Floats, tree: Tree, step: Weigh, uniform: Floats) -> Floats:
    """Draw weights around given ones.

    Args:
        weights: One a part.
        tree: The framework.
        step: The width and shape of the noise.
        uniform: Draws by noisy parts, in [0, 1).

    Returns:
        Parts by draws. `uniform` spreads each weight evenly by a share of itself up and down;
        `dirichlet` draws the shares of siblings around the given ones.
    """
    parts = list(noisy_parts(tree, step))
    drawn = np.repeat(weights[:, None], len(uniform), axis=1)
    if step.spread == "uniform":
        drawn[parts] *= 1 + step.noise * (2 * uniform.T - 1)
        return drawn
    column = {part: uniform[:, at] for at, part in enumerate(parts)}
    for places in tree.children:
        siblings = [part for part in places if part in column]
        if len(siblings) > 1:
            drawn[siblings] = _dirichlet(
                weights[siblings], step.noise, [column[part] for part in siblings]
            )
    return drawn


def _dirichlet(weights: Floats, noise: float, uniform: Sequence[Floats]) -> Floats:
    """Draw shares whose coefficient of variation is about `noise` for equal weights."""
    share = weights / weights.sum()
    concentration = max((len(share) - 1) / noise**2 - 1, 1e-3)
    shape = np.maximum(share * concentration, 1e-9)
    gamma = gammaincinv(shape[:, None], np.vstack(uniform))
    total: Floats = gamma / gamma.sum(axis=0) * weights.sum()
    return total


@dataclass(frozen=True, eq=False)
class Draws:
    """The record of what every draw chose; any draw can be run again from it.

    Args:
        factors: What is varied.
        uniform: Draws by columns of all factors but `values`.
        streams: For each draw the number of its stream of value errors.
        seed: The seed of the streams.
    """

    factors: tuple[Factor, ...]
    uniform: Floats
    streams: Choices
    seed: int

    def __len__(self) -> int:
        return len(self.uniform)

    def columns(self, name: str) -> Floats:
        """Give the columns of one factor, draws by columns."""
        start = 0
        for factor in self.factors:
            width = 0 if factor.name == "values" else factor.columns
            if factor.name == name:
                return self.uniform[:, start : start + width]
            start += width
        return np.empty((len(self), 0))

    def choices(self) -> dict[str, Choices]:
        """Give for each step varied the alternative that each draw takes, counted from 0."""
        return {
            factor.name: chosen(self.columns(factor.name)[:, 0], len(factor.alternatives))
            for factor in self.factors
            if factor.alternatives
        }


def design_columns(factors: Sequence[Factor]) -> int:
    """Count the columns of a design; values take none, they have streams of their own."""
    return sum(factor.columns for factor in factors if factor.name != "values")


def steps_of(recipe: Recipe, factors: Sequence[Factor], key: Sequence[int]) -> Recipe:
    """Give the recipe with the alternatives of one draw.

    Args:
        recipe: The recipe.
        factors: The factors that have alternatives.
        key: For each of them the alternative taken.
    """
    for factor, number in zip(factors, key, strict=True):
        recipe = recipe.with_step(factor.place, factor.alternatives[number])
    return recipe
