"""Dividing indicators by population, area, output or any other column."""

import warnings
from dataclasses import replace

import numpy as np
import polars as pl

from saola.errors import InputError, raise_all
from saola.index.steps import Denominate
from saola.index.table import Floats, Table
from saola.index.tree import Tree

CHECK = {"indicator": pl.String, "denominator": pl.String, "correlation": pl.Float64}


def divisors(table: Table, tree: Tree, step: Denominate) -> dict[str, str]:
    """Give the denominator of each indicator that has one.

    Raises:
        InputErrors: If an indicator or a denominator does not exist.
    """
    by = {part.code: part.denominator for part in tree.indicators if part.denominator}
    by |= dict(step.by)
    raise_all(
        [
            InputError("index-indicator-unknown", where="denominate", found=code)
            for code in (*by, *step.scale)
            if code not in table.indicators
        ]
        + [
            InputError("index-denominator-absent", where=code, found=column)
            for code, column in by.items()
            if column not in table.denominators
        ]
    )
    return by


def denominate(table: Table, tree: Tree, step: Denominate) -> Table:
    """Divide the indicators that have a denominator; a zero denominator gives a missing value.

    Raises:
        InputErrors: If an indicator or a denominator does not exist.
    """
    values = table.values.copy()
    stderr = None if table.stderr is None else table.stderr.copy()
    for code, column in divisors(table, tree, step).items():
        place = table.indicators.index(code)
        divisor = table.denominators[column].copy()
        divisor[divisor == 0] = np.nan
        divisor /= step.scale.get(code, 1.0)
        values[:, place] /= divisor
        if stderr is not None:
            stderr[:, place] /= np.abs(divisor)
    return replace(table.changed(values), stderr=stderr)


def size_check(table: Table, tree: Tree, step: Denominate) -> pl.DataFrame:
    """Correlate each indicator with its denominator, before dividing.

    A strong correlation says that the indicator measures size; a weak one, that dividing may
    bring size in instead of taking it out.

    Returns:
        One row a denominated indicator, in the schema `CHECK`.
    """
    rows = [
        (code, column, correlation(table.column(code), table.denominators[column]))
        for code, column in divisors(table, tree, step).items()
    ]
    return pl.DataFrame(rows, schema=CHECK, orient="row")


def correlation(one: Floats, other: Floats) -> float:
    """Give Pearson's correlation over the rows where both are known; NaN where undefined."""
    both = ~(np.isnan(one) | np.isnan(other))
    if both.sum() < 3:
        return float("nan")
    with warnings.catch_warnings(), np.errstate(invalid="ignore", divide="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        return float(np.corrcoef(one[both], other[both])[0, 1])
