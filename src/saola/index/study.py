"""An uncertainty analysis: one index under thousands of equally plausible choices."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from saola.errors import InputError
from saola.index.aggregate import aggregate
from saola.index.build import Build, Cache, build
from saola.index.drawn import Drawn
from saola.index.engine import Engine, rank_draws
from saola.index.errors_drawn import moved
from saola.index.normalise import normalise
from saola.index.recipe import Recipe, spoken
from saola.index.steps import Normalise
from saola.index.table import Floats, Table
from saola.index.tree import Tree
from saola.index.vary import Draws, design_columns, factors_of, noisy, steps_of
from saola.index.weigh import weigh
from saola.sampling.design import Kind, points

LEAST_DRAWS = 16


@dataclass(frozen=True)
class Sample:
    """How many draws are made, and how.

    Args:
        draws: How many, at least 16.
        seed: The seed; with it every draw is fixed.
        kind: How choices are spread: quasi-random, Latin hypercube or random.
        threads: How many threads share the work, by default one a processor; no result depends
            on it.
        bootstrap: How many bootstrap samples make intervals of Sobol indices.

    Raises:
        InputError: If there are too few draws.
    """

    draws: int
    seed: int
    kind: Kind = "sobol"
    threads: int | None = None
    bootstrap: int = 200

    def __post_init__(self) -> None:
        if self.draws < LEAST_DRAWS:
            raise InputError("index-draws-few", found=self.draws, least=LEAST_DRAWS)

    def rng(self, use: int) -> np.random.Generator:
        """Give a generator of its own for each use, apart from the streams of value errors."""
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(2**31, use)))


@dataclass(frozen=True, eq=False)
class Study(Drawn):
    """The draws of an uncertainty analysis, and what each of them chose.

    Args:
        nominal: The index as published.
        node: The aggregate looked at.
        engine: What computed the draws.
        draws: What each draw chose.
    """

    nominal: Build
    node: str
    engine: Engine
    draws: Draws

    def record(self) -> pl.DataFrame:
        """Give one row a draw: its alternatives by number, its weights, its stream of errors.

        `rerun` makes any of them again.
        """
        frame = pl.DataFrame({"draw": np.arange(len(self.draws))})
        for name, choice in self.draws.choices().items():
            frame = frame.with_columns(pl.Series(name, choice))
        weights = self.weights()
        for factor in self.draws.factors:
            if factor.name == "weights":
                columns = [
                    pl.Series(f"weight:{self.nominal.tree.codes[part]}", weights[part])
                    for part in factor.parts
                ]
                frame = frame.with_columns(columns)
            if factor.name == "values":
                frame = frame.with_columns(pl.Series("errors", self.draws.streams))
        return frame

    def alternatives(self) -> pl.DataFrame:
        """Say what each number of the record stands for: what differs from the published step.

        Returns:
            `factor, alternative, changed`; nothing is changed where the alternative is the
            published step itself.
        """
        steps = self.nominal.recipe.steps
        rows = [
            (
                factor.name,
                number,
                ", ".join(f"{k} = {v}" for k, v in spoken(other, steps[factor.place]).items()),
            )
            for factor in self.draws.factors
            for number, other in enumerate(factor.alternatives)
        ]
        schema = {"factor": pl.String, "alternative": pl.Int64, "changed": pl.String}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def weights(self) -> Floats:
        """Give the weights of every draw around the given ones, parts by draws."""
        tree, step = self.nominal.tree, self.nominal.recipe.weigh
        uniform = self.draws.columns("weights")
        if uniform.shape[1] == 0:
            return np.repeat(self.nominal.weights[:, None], len(self.draws), axis=1)
        return noisy(self.nominal.weights, tree, step, uniform)

    def rerun(self, draw: int) -> Floats:
        """Compute one draw again, step by step, as the nominal index is computed.

        Args:
            draw: Its number, counted from 0.

        Returns:
            The scores of the units, NaN where the draw gives none.

        Raises:
            InputError: If there is no such draw.
        """
        if not 0 <= draw < len(self.draws):
            raise InputError("index-draw-unknown", found=draw, draws=len(self.draws))
        tree = self.nominal.tree
        choices = self.draws.choices()
        varied = [factor for factor in self.draws.factors if factor.alternatives]
        key = [int(choices[factor.name][draw]) for factor in varied]
        recipe = steps_of(self.nominal.recipe, varied, key)
        before, after = self.engine.prepared(recipe)
        weights = weigh(after.values, tree, recipe.weigh, recipe.aggregate)
        uniform = self.draws.columns("weights")[[draw]]
        drawn = noisy(weights, tree, recipe.weigh, uniform) if uniform.size else weights[:, None]
        if any(factor.name == "values" for factor in self.draws.factors):
            step = next(s for s in reversed(recipe.prepare) if isinstance(s, Normalise))
            before = moved(before, self.draws.seed, int(self.draws.streams[draw]))
            after = normalise(before, tree, step)
        column = aggregate(after.values, tree, drawn, recipe.aggregate, self.node)[self.node][:, 0]
        told = dict(zip(after.units, column, strict=True))
        return np.array([told.get(unit, np.nan) for unit in self.units])


def prepared(
    table: Table, tree: Tree, recipe: Recipe, node: str | None = None
) -> tuple[Build, Engine]:
    """Build the nominal index and the engine that varies it.

    Args:
        table: Raw values of one period.
        tree: The framework.
        recipe: Steps with alternatives, noise of weights; `stderr` of the table counts too.
        node: The aggregate looked at; by default the index.

    Raises:
        InputError: If the table is a panel or nothing is varied.
    """
    if table.periods:
        found = ", ".join(sorted(set(table.periods)))
        raise InputError("index-panel-audit", where="audit", found=found)
    factors = factors_of(table, tree, recipe)
    done: Cache = {}
    nominal = build(table, tree, recipe, done=done)
    wanted = tree.codes[tree.place(node or tree.root)]
    return nominal, Engine(table, tree, recipe, factors, wanted, nominal.units, done)


def vary(
    table: Table, tree: Tree, recipe: Recipe, sample: Sample, node: str | None = None
) -> Study:
    """Score an index under many equally plausible sets of choices.

    The intervals that follow say how far choices of method, weights and the known errors move
    scores and ranks. From choices alone they make no claim to hold a truth with any probability.

    Args:
        table: Raw values of one period.
        tree: The framework.
        recipe: Steps, their alternatives, the noise of weights.
        sample: How many draws, from which seed.
        node: The aggregate looked at; by default the index.

    Raises:
        InputError: If there are too few draws, the table is a panel, nothing is varied, or an
            alternative cannot be computed.

    Source: OECD/JRC Handbook (2008), step 7; Saisana, Saltelli and Tarantola (2005).
    """
    nominal, engine = prepared(table, tree, recipe, node)
    rng = sample.rng(0)
    uniform = points(sample.draws, design_columns(engine.factors), rng, sample.kind)
    made = Draws(engine.factors, uniform, np.arange(sample.draws), sample.seed)
    return studied(nominal, engine, made, sample.threads)


def studied(nominal: Build, engine: Engine, draws: Draws, threads: int | None = None) -> Study:
    """Score and rank given draws."""
    across = engine.scores(draws, threads)
    ranked, counts = rank_draws(across, threads)
    column, ranks = nominal.column(engine.node), nominal.ranks(engine.node)
    return Study(
        nominal.units, column, ranks, across, ranked, counts, nominal, engine.node, engine, draws
    )
