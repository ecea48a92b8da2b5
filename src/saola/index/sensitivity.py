"""Which choice moves the ranks: Sobol indices of each factor, and leaving out each part."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from saola.errors import InputError
from saola.index.aggregate import aggregate
from saola.index.build import Build
from saola.index.drawn import rows_of
from saola.index.rank import ranks
from saola.index.recipe import Recipe
from saola.index.study import Sample, Study, prepared, studied
from saola.index.table import Floats, Table
from saola.index.tree import Tree
from saola.index.vary import Draws
from saola.sampling.design import saltelli
from saola.sampling.sobol import Indices, indices

SOBOL = {
    "factor": pl.String,
    "first": pl.Float64,
    "first_low": pl.Float64,
    "first_high": pl.Float64,
    "total": pl.Float64,
    "total_low": pl.Float64,
    "total_high": pl.Float64,
}
REMOVED = {"part": pl.String, "mean_rank_change": pl.Float64, "most_rank_change": pl.Int64}


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Sobol indices of the mean absolute rank change, and of each unit's rank.

    Args:
        runs: All runs: blocks A and B, then AB of each factor.
        sample: How they were drawn.
        overall: Indices whose target is the mean absolute rank change.
    """

    runs: Study
    sample: Sample
    overall: Indices

    @property
    def names(self) -> list[str]:
        """The names of the factors."""
        return [factor.name for factor in self.runs.draws.factors]

    @cached_property
    def by_unit(self) -> Indices:
        """Indices whose targets are the ranks of the units."""
        ranks_ = self.runs.ranked.astype(np.float64)
        # Units get a smaller bootstrap: there are many of them, and their intervals are a guide.
        many = min(self.sample.bootstrap, 100)
        return indices(ranks_, len(self.names), bootstrap=many, rng=self.sample.rng(3))

    @cached_property
    def study(self) -> Study:
        """Blocks A and B by themselves, which are plain draws of all choices."""
        runs, both = self.runs, slice(0, 2 * self.sample.draws)
        made = runs.draws
        kept = Draws(made.factors, made.uniform[both], made.streams[both], made.seed)
        ranked = runs.ranked[both]
        width = runs.counts.shape[1]
        spots = ranked + width * np.arange(ranked.shape[1])
        counts = np.bincount(spots.ravel(), minlength=runs.counts.size).astype(np.int32)
        return replace(
            runs,
            draws=kept,
            across=runs.across[both],
            ranked=ranked,
            counts=counts.reshape(runs.counts.shape),
        )

    def frame(self) -> pl.DataFrame:
        """Give one row a factor, in the schema `SOBOL`."""
        return self._told(self.overall, 0)

    def unit(self, code: str) -> pl.DataFrame:
        """Give one row a factor for the rank of one unit, in the schema `SOBOL`.

        Raises:
            InputError: If the unit does not exist.
        """
        return self._told(self.by_unit, rows_of(self.runs.units, [code])[0])

    def units(self) -> pl.DataFrame:
        """Give the indices of every unit: `unit`, then the schema `SOBOL`."""
        units, names = self.runs.units, self.names
        each = {name: getattr(self.by_unit, name).T.ravel() for name in SOBOL if name != "factor"}
        columns = {"unit": np.repeat(units, len(names)), "factor": names * len(units), **each}
        frame = pl.DataFrame(columns, schema={"unit": pl.String, **SOBOL})
        return frame.with_columns(pl.col(pl.Float64).fill_nan(None))

    def _told(self, found: Indices, target: int) -> pl.DataFrame:
        columns = {name: getattr(found, name)[:, target] for name in SOBOL if name != "factor"}
        frame = pl.DataFrame({"factor": self.names, **columns}, schema=SOBOL)
        return frame.with_columns(pl.col(pl.Float64).fill_nan(None))

    def _repr_html_(self) -> str:
        return str(self.frame()._repr_html_())


def sensitivity(
    table: Table, tree: Tree, recipe: Recipe, sample: Sample, node: str | None = None
) -> Sensitivity:
    """Say how much of the movement of ranks each choice explains, alone and with others.

    Args:
        table: Raw values of one period.
        tree: The framework.
        recipe: Steps, their alternatives, the noise of weights.
        sample: Rows of each block: draws x (factors + 2) runs in all. Below 1,000 the indices are
            too noisy to publish.
        node: The aggregate looked at; by default the index.

    Raises:
        InputError: If the table is a panel, nothing is varied, or an alternative cannot be
            computed.

    Source: Saisana, Saltelli and Tarantola (2005), J. R. Statist. Soc. A 168, 307-323.
    """
    nominal, engine = prepared(table, tree, recipe, node)
    rows = sample.draws
    groups = [0 if factor.name == "values" else factor.columns for factor in engine.factors]
    design = saltelli(rows, groups, sample.rng(1), sample.kind)
    # Errors are a factor like others: block B has streams of its own, and so has AB of `values`.
    streams = [np.arange(rows), rows + np.arange(rows)]
    streams += [streams[int(factor.name == "values")] for factor in engine.factors]
    made = Draws(engine.factors, design.stacked(), np.concatenate(streams), sample.seed)
    runs = studied(nominal, engine, made, sample.threads)
    many = sample.bootstrap
    found = indices(rank_change(runs), len(groups), bootstrap=many, rng=sample.rng(2))
    return Sensitivity(runs, sample, found)


def rank_change(study: Study) -> Floats:
    """Give the mean absolute change of rank from the published one, for each draw."""
    moved = np.abs(study.ranks - study.published_ranks[:, None])
    return np.asarray(moved.mean(axis=0), dtype=np.float64)


def leave_out(built: Build, level: int, node: str | None = None) -> pl.DataFrame:
    """Leave out each part of a level in turn and say how far the ranks move.

    Args:
        built: The index.
        level: 1 for indicators, 2 for what they make up, and so on.
        node: The aggregate looked at; by default the index.

    Returns:
        One row a part, in the schema `REMOVED`: the mean and the greatest absolute rank change.

    Raises:
        InputError: If the tree has no such level below the aggregate.
    """
    tree = built.tree
    target = node or tree.root
    places = [i for i, at in enumerate(tree.levels()) if at == level and tree.codes[i] != target]
    if not places:
        known = ", ".join(str(at) for at in sorted(set(tree.levels())))
        raise InputError("index-node-unknown", where="level", found=level, known=known)
    weights = np.repeat(built.weights[:, None], len(places), axis=1)
    weights[places, np.arange(len(places))] = 0.0
    values = built.normalised.values
    scores = aggregate(values, tree, weights, built.recipe.aggregate, target)[target]
    change = np.abs(ranks(scores) - built.ranks(target)[:, None])
    return pl.DataFrame(
        {
            "part": [tree.codes[place] for place in places],
            "mean_rank_change": change.mean(axis=0),
            "most_rank_change": change.max(axis=0),
        },
        schema=REMOVED,
    )
