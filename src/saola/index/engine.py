"""The engine under every audit: thousands of variants of one index, computed together."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from os import cpu_count

import numpy as np

from saola.index.aggregate import aggregate, check_names, exponent_of, method_of
from saola.index.build import Cache, prepare
from saola.index.errors_drawn import Mover
from saola.index.kernels import place, tally, weighted_sums
from saola.index.means import bend, check_positive, unbend
from saola.index.rank import Ranks
from saola.index.recipe import Recipe
from saola.index.steps import MEANS, Normalise
from saola.index.table import Floats, Rows, Table
from saola.index.tree import Tree, shares
from saola.index.vary import Draws, Factor, noisy, steps_of
from saola.index.weigh import weigh

# Draws are handled in blocks of this many values, whatever the number of threads.
_BLOCK_VALUES = 400_000
_MOST_IN_BLOCK = 4096
# Below so many scores threads cost more than they save.
_SMALL = 60_000
_TALLIED = 64


@dataclass(frozen=True, eq=False)
class Engine:
    """One index and what is varied in it.

    Args:
        table: Raw values.
        tree: The framework.
        recipe: Steps with alternatives.
        factors: What is varied.
        node: The aggregate that is scored.
        units: The units scored, in their order; a unit that a variant leaves out has no score
            there.
        done: Tables already made, shared by the variants.
    """

    table: Table
    tree: Tree
    recipe: Recipe
    factors: tuple[Factor, ...]
    node: str
    units: tuple[str, ...]
    done: Cache = field(default_factory=dict)

    def scores(self, draws: Draws, threads: int | None = None) -> Floats:
        """Score every draw.

        Args:
            draws: What each draw chooses.
            threads: How many threads share the work; the scores do not depend on it.

        Returns:
            Draws by units; NaN where a draw gives a unit no score.

        Raises:
            InputError: If an alternative cannot be computed from these values.
        """
        out = np.full((len(draws), len(self.units)), np.nan)
        groups = [self._group(key, draws) for key in self._keys(draws)]
        jobs = [(group, rows) for group in groups for rows in group.blocks()]

        def work(job: tuple[Group, Rows]) -> None:
            group, rows = job
            found = group.score(rows)
            if group.whole:
                out[rows] = found
            else:
                out[np.ix_(rows, group.lines)] = found[:, group.kept]

        if out.size <= _SMALL:
            list(map(work, jobs))
        else:
            with ThreadPoolExecutor(threads or cpu_count()) as pool:
                list(pool.map(work, jobs))
        return out

    def _keys(self, draws: Draws) -> Iterator[tuple[tuple[int, ...], Rows]]:
        choices = draws.choices()
        if not choices:
            yield (), np.arange(len(draws))
            return
        # One number a combination: sorting numbers is cheaper than sorting rows.
        sizes = [len(factor.alternatives) for factor in self.factors if factor.alternatives]
        combined = np.ravel_multi_index(tuple(choices.values()), sizes)
        keys, group = np.unique(combined, return_inverse=True)
        order = np.argsort(group, kind="stable")
        ends = np.cumsum(np.bincount(group))
        for number, rows in zip(keys, np.split(order, ends[:-1]), strict=True):
            yield tuple(int(k) for k in np.unravel_index(number, sizes)), rows

    def _group(self, keyed: tuple[tuple[int, ...], Rows], draws: Draws) -> "Group":
        key, rows = keyed
        varied = [factor for factor in self.factors if factor.alternatives]
        recipe = steps_of(self.recipe, varied, key)
        before, after = self.prepared(recipe)
        weights = weigh(after.values, self.tree, recipe.weigh, recipe.aggregate)
        places = {unit: line for line, unit in enumerate(self.units)}
        kept = [line for line, unit in enumerate(after.units) if unit in places]
        lines = np.array([places[after.units[line]] for line in kept])
        mover = None
        if any(factor.name == "values" for factor in self.factors):
            step = next(s for s in reversed(recipe.prepare) if isinstance(s, Normalise))
            mover = Mover(before, self.tree, step, draws.seed)
        return Group(
            self.tree, recipe, after.values, weights, rows, draws, self.node, lines,
            np.array(kept), mover,
        )  # fmt: skip

    def prepared(self, recipe: Recipe) -> tuple[Table, Table]:
        """Give the table before and after normalising, kept for the next variant that shares it."""
        stages = list(prepare(self.table, self.tree, recipe, done=self.done).values())
        return stages[-2], stages[-1]


@dataclass(frozen=True, eq=False)
class Group:
    """Draws that share every choice but weights and errors."""

    tree: Tree
    recipe: Recipe
    values: Floats
    weights: Floats
    rows: Rows
    draws: Draws
    node: str
    lines: Rows
    kept: Rows
    mover: Mover | None

    @property
    def whole(self) -> bool:
        """Whether the group's table has just the units scored, in their order."""
        return len(self.lines) == len(self.values) and bool(
            (self.lines == np.arange(len(self.lines))).all()
        )

    def blocks(self) -> list[Rows]:
        """Cut the draws into blocks of a size that depends on the table alone."""
        most = min(max(_BLOCK_VALUES // max(len(self.values), 1), 16), _MOST_IN_BLOCK)
        return [self.rows[at : at + most] for at in range(0, len(self.rows), most)]

    def weights_at(self, rows: Rows) -> Floats:
        """Give the weights of some draws, parts by draws."""
        step = self.recipe.weigh
        uniform = self.draws.columns("weights")
        if uniform.shape[1] == 0:
            return np.repeat(self.weights[:, None], len(rows), axis=1)
        return noisy(self.weights, self.tree, step, uniform[rows])

    def exponent(self) -> float | None:
        """Give the exponent where one kind of mean makes up the whole index, else nothing."""
        how = self.recipe.aggregate
        kinds = {
            exponent_of(method, how) if (method := method_of(how, part)) in MEANS else None
            for part in self.tree.nodes
        }
        open_weights = all(self.weights[list(places)].sum() > 0 for places in self.tree.children)
        whole = not np.isnan(self.values).any()
        return kinds.pop() if len(kinds) == 1 and whole and open_weights else None

    def score(self, rows: Rows) -> Floats:
        """Score some draws, draws by units of the group's own table."""
        weights = self.weights_at(rows)
        exponent = self.exponent()
        how = self.recipe.aggregate
        check_names(self.tree, how)
        if self.mover is not None:
            streams = self.draws.streams[rows]
            if exponent is not None and self.mover.fast:
                share = shares(self.tree, weights, self.node)[: self.values.shape[1]]
                return self.mover.flat(streams, share, exponent)
            return self.mover.slow(streams, weights, how, self.node)
        if exponent is None:
            found = aggregate(self.values, self.tree, weights, how, self.node)[self.node]
            return np.broadcast_to(found.T, (len(rows), len(self.values)))
        return self._flat(weights, exponent)

    def _flat(self, weights: Floats, exponent: float) -> Floats:
        """Score by effective weights: means of one kind over a tree are one mean."""
        if self.values.min() <= 0:
            for column, part in zip(self.values.T, self.tree.indicators, strict=True):
                check_positive(column, exponent, part.code)
        share = shares(self.tree, weights, self.node)[: self.values.shape[1]]
        out = np.empty((weights.shape[1], len(self.values)))
        bent = np.ascontiguousarray(bend(self.values, exponent).T)
        weighted_sums(bent, np.ascontiguousarray(share), out)
        return unbend(out, exponent)


def rank_draws(scores: Floats, threads: int | None = None) -> tuple[Ranks, Ranks]:
    """Rank the units in every draw.

    Args:
        scores: Draws by units.
        threads: How many threads share the work.

    Returns:
        Ranks, draws by units (0 without score), and how often each unit has each rank, units by
        ranks from 0.
    """
    draws, units = scores.shape
    ranks = np.empty((draws, units), dtype=np.int32)
    counts = np.zeros((units, units + 1), dtype=np.int32)
    size = max(_BLOCK_VALUES // max(units, 1), 16)

    def order(at: int) -> None:
        turned = -scores[at : at + size]
        place(turned, np.argsort(turned, axis=1), ranks[at : at + size])

    def count(at: int) -> None:
        tally(ranks, at, min(at + _TALLIED, units), counts)

    workers = 1 if scores.size <= _SMALL else (threads or cpu_count() or 1)
    with ThreadPoolExecutor(workers) as pool:
        run = map if workers == 1 else pool.map
        list(run(order, range(0, draws, size)))
        list(run(count, range(0, units, _TALLIED)))
    return ranks, counts
