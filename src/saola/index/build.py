"""Building an index: raw values through the steps of a recipe to scores and ranks."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from saola.index.aggregate import aggregate
from saola.index.denominate import denominate
from saola.index.impute import impute
from saola.index.normalise import normalise
from saola.index.rank import Ranks, ranks
from saola.index.recipe import Recipe
from saola.index.screen import screen
from saola.index.steps import Denominate, Impute, Normalise, Screen, Step, Treat
from saola.index.table import Floats, Table
from saola.index.treat import Custom, treat
from saola.index.tree import Tree
from saola.index.weigh import weigh

Cache = dict[tuple[Step, ...], Table]
SCORES = {"unit": pl.String, "node": pl.String, "score": pl.Float64, "rank": pl.Int64}


@dataclass(frozen=True, eq=False)
class Build:
    """An index with every table on the way to it.

    Args:
        tree: The framework.
        recipe: The steps taken.
        stages: The table after each step, by the step's kind; `raw` is the first.
        weights: The weight of each part among its siblings, in the order of `tree.codes`.
        columns: The scores of each aggregate, one a row of the last table.
    """

    tree: Tree
    recipe: Recipe
    stages: Mapping[str, Table]
    weights: Floats
    columns: Mapping[str, Floats]

    @property
    def normalised(self) -> Table:
        """The last table: indicators on one scale."""
        return list(self.stages.values())[-1]

    @property
    def units(self) -> tuple[str, ...]:
        """The unit of each row of the scores."""
        return self.normalised.units

    def column(self, code: str) -> Floats:
        """Give the scores of an aggregate, or the normalised values of an indicator."""
        self.tree.place(code)
        return self.columns[code] if code in self.columns else self.normalised.column(code)

    def ranks(self, code: str | None = None) -> Ranks:
        """Give competition ranks of an aggregate, by default the index, within each period."""
        column = self.column(code or self.tree.root)
        found = np.zeros(len(column), dtype=np.int32)
        for rows in self.normalised.blocks("period"):
            found[rows] = ranks(column[rows])
        return found

    def score(self, unit: str, code: str | None = None, period: str | None = None) -> float:
        """Give one score; of a panel, that of the period (the last where none is named)."""
        table = self.normalised
        rows = [
            row
            for row, name in enumerate(table.units)
            if name == unit
            and (period is None or not table.periods or table.periods[row] == period)
        ]
        return float(self.column(code or self.tree.root)[rows[-1]])

    def scores(self) -> pl.DataFrame:
        """Give one row a unit and aggregate, in the schema `SCORES`; of a panel also `period`."""
        table = self.normalised
        frames = []
        for node in reversed(self.tree.nodes):
            rank = self.ranks(node.code).astype(np.int64)
            frame = pl.DataFrame(
                {
                    "unit": table.units,
                    "node": [node.code] * len(table.units),
                    "score": self.columns[node.code],
                    "rank": rank,
                },
                schema=SCORES,
            )
            if table.periods:
                frame = frame.with_columns(pl.Series("period", table.periods, dtype=pl.String))
            frames.append(frame)
        # A unit that could not be scored has neither score nor rank.
        return pl.concat(frames).with_columns(
            pl.col("score").fill_nan(None), pl.when(pl.col("rank") > 0).then(pl.col("rank"))
        )

    def framework(self) -> pl.DataFrame:
        """Give the parts with the weights in use, in the schema `FRAMEWORK`."""
        return self.tree.frame(self.weights)

    def _repr_html_(self) -> str:
        top = self.scores().filter(pl.col("node") == self.tree.root).sort("rank").head(20)
        return str(top._repr_html_())


def take(table: Table, tree: Tree, step: Step, custom: Mapping[str, Custom] | None = None) -> Table:
    """Take one step that changes the table."""
    match step:
        case Denominate():
            return denominate(table, tree, step)
        case Screen():
            return screen(table, tree, step)
        case Impute():
            return impute(table, tree, step)
        case Treat():
            return treat(table, tree, step, custom)
        case Normalise():
            return normalise(table, tree, step)
        case _:
            return table


def prepare(
    table: Table,
    tree: Tree,
    recipe: Recipe,
    custom: Mapping[str, Custom] | None = None,
    done: Cache | None = None,
) -> dict[str, Table]:
    """Take every step up to and with normalising.

    Args:
        table: Raw values.
        tree: The framework.
        recipe: The steps.
        custom: Functions of indicators treated by the method `custom`.
        done: Tables made before from the same values, by the steps taken; added to.

    Returns:
        The table after each step by the step's kind, `raw` first; a kind taken twice has a
        number behind its second name.
    """
    stages = {"raw": table}
    done = {} if done is None else done
    for count, step in enumerate(recipe.prepare, start=1):
        key = recipe.prepare[:count]
        if key not in done:
            done[key] = take(table, tree, step, custom)
        table = done[key]
        again = sum(other.kind == step.kind for other in key)
        name = step.kind if again == 1 else f"{step.kind}-{again}"
        stages[name] = table
    return stages


def build(
    table: Table,
    tree: Tree,
    recipe: Recipe,
    custom: Mapping[str, Custom] | None = None,
    done: Cache | None = None,
) -> Build:
    """Build the index.

    Args:
        table: Raw values.
        tree: The framework.
        recipe: The steps.
        custom: Functions of indicators treated by the method `custom`.
        done: Tables made before from the same values, by the steps taken.

    Raises:
        InputError: What any step finds wrong.
    """
    stages = prepare(table, tree, recipe, custom, done)
    values = list(stages.values())[-1].values
    weights = weigh(values, tree, recipe.weigh, recipe.aggregate)
    scores = aggregate(values, tree, weights[:, None], recipe.aggregate)
    columns = {code: column[:, 0] for code, column in scores.items()}
    return Build(tree, recipe, stages, weights, columns)
