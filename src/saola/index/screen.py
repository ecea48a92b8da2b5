"""Leaving out units and indicators with too few data."""

import numpy as np
import polars as pl

from saola.errors import InputError, raise_all
from saola.index.steps import Screen
from saola.index.table import Flags, Floats, Table
from saola.index.tree import Tree

AVAILABILITY = {
    "unit": pl.String,
    "period": pl.String,
    "missing": pl.Int64,
    "zero": pl.Int64,
    "available": pl.Float64,
    "nonzero": pl.Float64,
    "kept": pl.Boolean,
}


def screen(table: Table, tree: Tree, step: Screen) -> Table:  # noqa: ARG001  (one signature for all steps)
    """Give the table without the units that have too few data.

    An indicator with too few data keeps its column and loses its values: its siblings then share
    its weight.

    Raises:
        InputErrors: If a unit kept or dropped by name does not exist, or none is left.
    """
    raise_all(
        [
            InputError("index-unit-unknown", where="screen", found=code)
            for code in (*step.keep, *step.drop)
            if code not in table.units
        ]
    )
    kept = _kept(table, step)
    if not kept.any():
        raise InputError("index-nothing-left", found=step.available)
    left = table.only(kept)
    known = np.mean(~np.isnan(left.values), axis=0)
    values = np.where(known >= step.indicator_available, left.values, np.nan)
    return left.changed(values)


def _shares(table: Table) -> tuple[Floats, Floats]:
    missing = np.isnan(table.values).sum(axis=1)
    zero = (table.values == 0).sum(axis=1)
    width = table.values.shape[1]
    known = np.maximum(width - missing, 1)
    return 1 - missing / width, 1 - zero / known


def _kept(table: Table, step: Screen) -> Flags:
    available, nonzero = _shares(table)
    units = np.asarray(table.units)
    kept = (available >= step.available) & (nonzero >= step.nonzero)
    kept |= np.isin(units, step.keep)
    return kept & ~np.isin(units, step.drop)


def availability(table: Table, step: Screen | None = None) -> pl.DataFrame:
    """Count for each unit what is missing and what is zero.

    Returns:
        One row a unit and period, in the schema `AVAILABILITY`.
    """
    step = step or Screen()
    available, nonzero = _shares(table)
    return pl.DataFrame(
        {
            "unit": table.units,
            "period": table.periods or ("",) * len(table.units),
            "missing": np.isnan(table.values).sum(axis=1),
            "zero": (table.values == 0).sum(axis=1),
            "available": available,
            "nonzero": nonzero,
            "kept": _kept(table, step),
        },
        schema=AVAILABILITY,
    )
