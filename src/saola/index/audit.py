"""A statistical audit of an index, in the shape that the JRC gives to its own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from saola.index.build import Build
from saola.index.coherence import correlations, flags, reliability, statistics
from saola.index.drawn import intervals
from saola.index.recipe import Recipe
from saola.index.sensitivity import Sensitivity, leave_out, sensitivity
from saola.index.standings import DUELLERS, classes, convergence, pairs, top
from saola.index.steps import MEANS, Aggregate, Normalise, Step, Weigh
from saola.index.study import Sample, Study
from saola.index.table import Table
from saola.index.tree import Tree

_WIDE = 1 / 6


@dataclass(frozen=True, eq=False)
class Audit:
    """An index, how it holds together and how its ranks move.

    Args:
        sensitivity: Sobol indices; its blocks A and B are the uncertainty analysis.
        recipe: The recipe audited, with every alternative.
        added: Whether the alternatives are the usual ones, since the recipe named none.
    """

    sensitivity: Sensitivity
    recipe: Recipe
    added: bool

    @property
    def built(self) -> Build:
        """The index as published."""
        return self.sensitivity.runs.nominal

    @property
    def study(self) -> Study:
        """The draws that intervals are read from."""
        return self.sensitivity.study

    def wide(self, level: float = 0.90) -> pl.DataFrame:
        """Give the units whose rank interval is too wide to quote their rank.

        Too wide is more than a sixth of the field, and at least 5 places.
        """
        told = intervals(self.study, level)
        limit = max(5.0, _WIDE * told.height)
        return told.filter(pl.col("rank_high") - pl.col("rank_low") > limit)

    def tables(self) -> Mapping[str, pl.DataFrame]:
        """Give every table of the audit by name."""
        built, study = self.built, self.study
        levels = sorted(set(built.tree.levels()))
        last_before = list(built.stages)[-2]
        found = {
            "scores": built.scores(),
            "intervals": intervals(study),
            "classes": classes(study),
            "top10": top(study, 10),
            "sobol": self.sensitivity.frame(),
            "sobol_units": self.sensitivity.units(),
            "left_out": pl.concat([leave_out(built, level) for level in levels[:-1]]),
            "statistics": statistics(built.stages[last_before]),
            "reliability": reliability(built),
            "correlations": correlations(built, levels[-2], levels[-1]),
            "flags": flags(built),
            "convergence": convergence(study),
            "alternatives": study.alternatives(),
        }
        if len(study.units) <= DUELLERS:
            found["duels"] = pairs(study)
        return found

    def record(self) -> pl.DataFrame:
        """Give the choices of every run, blocks A, B and AB, one row a run."""
        return self.sensitivity.runs.record()


def usual_alternatives(recipe: Recipe) -> Recipe:
    """Add the alternatives that JRC audits try, where a recipe names none.

    Weights of every level are drawn up and down by a quarter; an index of arithmetic means is also
    joined by geometric ones, and one scaled by its extremes also by z-scores. Scales then start
    above zero, which geometric means need.
    """
    steps, others = list(recipe.steps), list(recipe.alternatives)
    if not any(isinstance(step, Weigh) for step in steps):
        steps.insert(_after(steps), Weigh())
        others.insert(_after(recipe.steps), ())
    if not any(isinstance(step, Aggregate) for step in steps):
        steps.append(Aggregate())
        others.append(())
    for place, step in enumerate(steps):
        if isinstance(step, Weigh):
            steps[place] = replace(step, noise=0.25)
        if isinstance(step, Normalise) and step.method == "minmax":
            scaled = replace(step, method="zscore", range=None, mean=10.0, sd=2.0)
            others[place] = (replace(step, range=(1.0, 100.0)), scaled)
            if not step.by_indicator and _means(steps):
                joined = next(i for i, each in enumerate(steps) if isinstance(each, Aggregate))
                how = steps[joined]
                others[joined] = (how, _geometric(how))
    return Recipe(tuple(steps), tuple(others))


def _after(steps: "list[Step] | tuple[Step, ...]") -> int:
    return 1 + next(place for place, step in enumerate(steps) if isinstance(step, Normalise))


def _means(steps: list[Step]) -> bool:
    how = next(step for step in steps if isinstance(step, Aggregate))
    return how.method in MEANS and not how.by_level and not how.by_node


def _geometric(how: Step) -> Step:
    return replace(how, method="geometric") if isinstance(how, Aggregate) else how


def audit(table: Table, tree: Tree, recipe: Recipe, sample: Sample) -> Audit:
    """Audit an index.

    Args:
        table: Raw values of one period.
        tree: The framework.
        recipe: The steps as published, with alternatives; where it has none the usual are added.
        sample: Rows of each block of the sensitivity design.

    Raises:
        InputError: If the table is a panel or an alternative cannot be computed.
    """
    bare = not any(recipe.alternatives) and recipe.weigh.noise == 0
    varied = usual_alternatives(recipe) if bare else recipe
    return Audit(sensitivity(table, tree, varied, sample), varied, bare)
