"""An index over several editions: whose place really changed, and whose ranks really differ."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from saola.errors import InputError
from saola.index.drawn import intervals
from saola.index.engine import rank_draws
from saola.index.rank import Ranks, ranks
from saola.index.recipe import Recipe
from saola.index.standings import classes
from saola.index.study import Sample, Study, vary
from saola.index.table import Table
from saola.index.tree import Tree

PANEL = {
    "unit": pl.String, "period": pl.String, "score": pl.Float64, "rank": pl.Int64,
    "rank_low": pl.Int64, "rank_high": pl.Int64, "class": pl.Int64, "best": pl.Int64,
    "worst": pl.Int64,
}  # fmt: skip
CHANGES = {
    "unit": pl.String, "rank_from": pl.Int64, "rank_to": pl.Int64, "rose": pl.Float64,
    "told": pl.String,
}  # fmt: skip

Case = tuple[Table, Tree, Recipe]


def studies(cases: Mapping[str, Case], sample: Sample) -> dict[str, Study]:
    """Vary every edition by the same draws.

    One seed gives every edition the same weights in the same draw, so that editions can be compared
    draw by draw.

    Args:
        cases: For each period the table, the framework and the recipe of its edition.
        sample: How many draws, from which seed.
    """
    return {period: vary(*case, sample) for period, case in sorted(cases.items())}


def panel(found: Mapping[str, Study], level: float = 0.95) -> pl.DataFrame:
    """Put ranks, intervals and rank classes of every edition under each other.

    Args:
        found: Studies by period.
        level: The share of draws from which one unit counts as ahead of another.

    Returns:
        One row a unit and period, in the schema `PANEL`.
    """
    frames = []
    for period, study in found.items():
        joined = intervals(study).join(
            classes(study, level).drop("rank"), on="unit", how="left", maintain_order="left"
        )
        frames.append(joined.with_columns(pl.lit(period).alias("period")).select(*PANEL))
    return pl.concat(frames)


def changes(start: Study, end: Study, level: float = 0.95) -> pl.DataFrame:
    """Say whose rank really changed between two editions.

    Args:
        start: The first edition.
        end: The second, varied by the same draws.
        level: The share of draws in which a unit must rank better, or worse, to be told so.

    Returns:
        One row a unit of both editions, in the schema `CHANGES`: `rose` is the share of draws with
        a better rank in the second (an equal one counting half); `told` is `rose`, `fell`, `open`.
        Ranks are taken among the units that both editions have.

    Raises:
        InputError: If the two do not share their draws.
    """
    if start.draws.seed != end.draws.seed or len(start.draws) != len(end.draws):
        raise InputError("index-draws-differ", where="changes")
    both = [unit for unit in end.units if unit in set(start.units)]
    first, second = (_ranks(study, both) for study in (start, end))
    better = (second < first).mean(axis=0) + 0.5 * (second == first).mean(axis=0)
    told = np.where(better >= level, "rose", np.where(better <= 1 - level, "fell", "open"))
    nominal = [_published(study, both) for study in (start, end)]
    return pl.DataFrame(
        {
            "unit": both,
            "rank_from": nominal[0],
            "rank_to": nominal[1],
            "rose": better,
            "told": told,
        },
        schema=CHANGES,
    ).sort("rank_to", "unit")


def _ranks(study: Study, units: list[str]) -> Ranks:
    columns = [study.units.index(unit) for unit in units]
    return rank_draws(np.ascontiguousarray(study.across[:, columns]))[0]


def _published(study: Study, units: list[str]) -> list[int]:
    found = ranks(study.published[[study.units.index(unit) for unit in units]])
    return [int(rank) for rank in found]
