"""What is kept beside a run: how its ranks move and how its parts hold together.

It is computed once, when the run is made, so that pages only read it. Units are analysed among
those they are ranked with: their rank group, or those of their kind.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from saola.frameworks import Framework, Rates
from saola.index.build import Build
from saola.index.coherence import flags, moving, reliability
from saola.index.drawn import Drawn, intervals
from saola.index.edition import CHOICES, ERRORS, MANY, Options, members_of, of_node
from saola.index.edition_node import edition_node
from saola.index.edition_table import edition_recipe, edition_table, edition_tree
from saola.index.recipe import Recipe
from saola.index.sensitivity import sensitivity
from saola.index.standings import DUELLERS, classes, convergence, pairs
from saola.index.study import Sample, vary
from saola.index.table import IMPUTED, Flags, Rows, Table
from saola.index.tree import Tree, pruned

# Rows of a block of the sensitivity design, and so also of the uncertainty analysis.
ROWS = 512
_LEAST = 3

TOGETHER = {"one": pl.String, "other": pl.String, "correlation": pl.Float64}

Tables = dict[str, pl.DataFrame]


def analyses(
    framework: Framework,
    rates: Rates,
    scores: pl.DataFrame,
    kinds: Mapping[str, str],
    options: Options | None = None,
    most: int = MANY,
) -> Tables:
    """Analyse one period of an edition among the units that are ranked together.

    Args:
        framework: The edition.
        rates: Its rates of one period, from `saola.frameworks.rates`.
        scores: Its scores, in the schema `SCORES`.
        kinds: The kind of each unit; units without a rank group are analysed among their kind.
        options: How the draws are made.
        most: Nothing is told of more units than this; the time grows with their square.

    Returns:
        Tables by name, each with a column `among`, the group or kind: `spans` (intervals of scores
        and ranks, with `claim`: of `errors` or of `choices`), `classes`, `duels`, `sobol`,
        `sobol-units`, `settling`, `alternatives`, `together` (correlations), `reliability`,
        `flags`, `values` (what was analysed). Nothing is told of fewer than three units, and no
        duels of more than 200.
    """
    options = options or Options()
    groups = members_of(scores, rates.cube.units)
    units = rates.cube.units
    among = [group or kinds.get(unit, "") for unit, group in zip(units, groups, strict=True)]
    scored = _scored(framework, rates)
    found: dict[str, list[pl.DataFrame]] = {}
    for name in dict.fromkeys(among):
        rows = np.flatnonzero([each == name for each in among])
        if not _LEAST <= scored[rows].sum() <= most:
            continue
        for table, frame in _of_group(framework, rates, rows, options).items():
            told = frame.select(pl.lit(name).alias("among"), pl.all())
            found.setdefault(table, []).append(told)
    return {table: pl.concat(frames) for table, frames in found.items()}


def case(framework: Framework, rates: Rates, rows: Rows) -> tuple[Table, Tree, Recipe]:
    """Give the table, tree and recipe of the scored units among some rows.

    An indicator that none of them has is left out of the tree. One that a unit lacks, where the
    edition leaves it out, stands at the unit's own score: that keeps the score as it is published.
    """
    table, tree, recipe = edition_table(framework, rates)
    scored = _scored(framework, rates)
    kept = np.zeros(len(table.units), dtype=bool)
    kept[rows] = True
    kept &= scored
    few = table.only(kept)
    known = np.flatnonzero(~np.isnan(few.values).all(axis=0))
    codes = [few.indicators[place] for place in known]
    tree = pruned(tree, codes)
    stderr = None if few.stderr is None else few.stderr[:, known]
    if stderr is not None and not np.nansum(stderr) > 0:
        stderr = None
    own = rates.nodes[framework.nodes.index(framework.root), -1, 0, kept]
    values = few.values[:, known]
    whole = np.where(np.isnan(values), own[:, None], values)
    few = replace(few, indicators=tuple(codes), values=values, stderr=stderr, marks=None)
    return few.changed(whole, IMPUTED), tree, recipe


def _scored(framework: Framework, rates: Rates) -> Flags:
    """Tell which units have a score in the last period."""
    found: Flags = ~np.isnan(rates.nodes[framework.nodes.index(framework.root), -1, 0])
    return found


def _of_group(framework: Framework, rates: Rates, rows: Rows, options: Options) -> Tables:
    table, tree, recipe = case(framework, rates, rows)
    sample = Sample(ROWS, options.seed)
    whole = sensitivity(table, tree, recipe, sample)
    # Without errors the draws of the indices are plain draws of the choices already.
    bare = replace(table, stderr=None)
    choices = vary(bare, tree, recipe, sample) if table.stderr is not None else whole.study
    spans = intervals(choices, options.level).with_columns(claim=pl.lit(CHOICES))
    known = _of_draws(framework, rates, rows, options)
    told = known or {"spans": spans.clear(), **_told(choices)}
    return told | {
        "spans": pl.concat([told["spans"], spans]),
        "values": _values(table),
        "sobol": whole.frame(),
        "sobol-units": whole.units(),
        "settling": convergence(whole.study),
        "alternatives": whole.study.alternatives(),
        **_together(whole.runs.nominal),
    }


def _of_draws(framework: Framework, rates: Rates, rows: Rows, options: Options) -> Tables:
    """Give what known errors make of the ranks; nothing where none are known."""
    one = edition_node(framework, rates, framework.root, len(rates.cube.periods) - 1)
    if not one.error[rows][~np.isnan(one.score[rows])].any():
        return {}
    rng = np.random.default_rng([options.seed, len(rows)])
    varied = one.varied(options.draws, options.varied, rng)
    drawn, _ = of_node(one, rates.cube.units, rows, varied, rng, framework.tie)
    spans = intervals(drawn, options.level).filter(pl.col("rank") > 0)
    return {"spans": spans.with_columns(claim=pl.lit(ERRORS)), **_told(drawn)}


def _values(table: Table) -> pl.DataFrame:
    """Give what was analysed, so that an audit of the run can be made at any time."""
    stderr = np.zeros(table.values.shape) if table.stderr is None else np.nan_to_num(table.stderr)
    frame = table.frame().select("unit", "indicator", "value")
    return frame.with_columns(stderr=pl.Series(stderr.ravel()))


def kept_case(
    framework: Framework, values: pl.DataFrame, names: Mapping[str, str]
) -> tuple[Table, Tree, Recipe]:
    """Give table, tree and recipe of a run again, from its table `values`.

    Args:
        framework: The edition.
        values: The rows of the table of one group or kind.
        names: The name of each unit, for what is written of them.
    """
    units = values["unit"].unique(maintain_order=True).to_list()
    codes = values["indicator"].unique(maintain_order=True).to_list()
    shape = (len(units), len(codes))
    stderr = values["stderr"].to_numpy().reshape(shape)
    table = Table(
        tuple(units),
        tuple(codes),
        values["value"].to_numpy().reshape(shape),
        names={unit: names.get(unit, unit) for unit in units},
        stderr=stderr if stderr.any() else None,
    )
    return table, pruned(edition_tree(framework), codes), edition_recipe(framework)


def _told(drawn: Drawn) -> Tables:
    found = {"classes": classes(drawn).filter(pl.col("rank") > 0)}
    if len(drawn.units) <= DUELLERS:
        order = found["classes"]["unit"].to_list()
        found["duels"] = pairs(drawn, order)
    return found


def _together(built: Build) -> Tables:
    """Say how the parts move with the aggregates right below the index, and with the index."""
    tree = built.tree
    tops = [node.code for node in tree.nodes if tree.root in node.parents]
    above = [*tops, tree.root]
    rows = [
        (one, other, moving(built.column(one), built.column(other)))
        for one in (*tops, *(part.code for part in tree.indicators))
        for other in above
        if one != other
    ]
    pairs = pl.DataFrame(rows, schema=TOGETHER, orient="row").with_columns(
        pl.col("correlation").fill_nan(None)
    )
    return {"together": pairs, "reliability": reliability(built), "flags": flags(built)}
