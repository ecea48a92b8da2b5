"""Treating outliers: test, treat, test, treat otherwise."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from saola.errors import InputError, raise_all
from saola.index.moments import fine, kurtosis, moments, passes, skewness
from saola.index.steps import Treat
from saola.index.table import TREATED, Floats, Table
from saola.index.tree import Tree

Custom = Callable[[Floats], Floats]

TREATMENT = {
    "indicator": pl.String,
    "skew_before": pl.Float64,
    "kurtosis_before": pl.Float64,
    "passed_before": pl.Boolean,
    "method": pl.String,
    "winsorised": pl.Int64,
    "skew_after": pl.Float64,
    "kurtosis_after": pl.Float64,
    "passed_after": pl.Boolean,
}


def treat(
    table: Table, tree: Tree, step: Treat, custom: Mapping[str, Custom] | None = None
) -> Table:
    """Treat the indicators that fail the outlier test and mark the values that changed.

    Args:
        table: The values.
        tree: The tree.
        step: What to do.
        custom: The function of each indicator whose method is `custom`; it takes one column and
            gives one as long.

    Raises:
        InputErrors: If an indicator named does not exist, or has no function of its own.
    """
    return _treated(table, tree, step, custom or {})[0]


def treatment(table: Table, tree: Tree, step: Treat) -> pl.DataFrame:
    """Say what treating does to each indicator, in the schema `TREATMENT`."""
    after, methods = _treated(table, tree, step, {})
    changed = after.values != table.values
    gone = np.isnan(table.values)
    winsorised = np.array([method == "winsorise" for method in methods])
    before = passes(table.values, step.skew, step.kurtosis)
    return pl.DataFrame(
        {
            "indicator": table.indicators,
            "skew_before": skewness(table.values),
            "kurtosis_before": kurtosis(table.values),
            "passed_before": before,
            "method": methods,
            "winsorised": np.where(winsorised, (changed & ~gone).sum(axis=0), 0),
            "skew_after": skewness(after.values),
            "kurtosis_after": kurtosis(after.values),
            "passed_after": passes(after.values, step.skew, step.kurtosis),
        },
        schema=TREATMENT,
    ).with_columns(pl.col(pl.Float64).fill_nan(None))


def _treated(
    table: Table, tree: Tree, step: Treat, custom: Mapping[str, Custom]
) -> tuple[Table, list[str]]:
    known = {part.code for part in tree.indicators}
    raise_all(
        [
            InputError("index-indicator-unknown", where="treat", found=code)
            for code in step.by_indicator
            if code not in known
        ]
    )
    values = table.values.copy()
    methods = [""] * len(table.indicators)
    for rows in table.blocks(step.over):
        passed = passes(values[rows], step.skew, step.kurtosis)
        for place, code in enumerate(table.indicators):
            own = _own(step, code)
            if own is step and passed[place] and not step.force:
                continue
            column, method = _column(values[rows, place], own, custom.get(code))
            values[rows, place] = column
            methods[place] = method or methods[place]
    return table.changed(values, TREATED), methods


def _own(step: Treat, code: str) -> Treat:
    keys = step.by_indicator.get(code)
    if keys is None:
        return step
    return replace(step, **{**keys, "by_indicator": {}})


def _column(values: Floats, step: Treat, custom: Custom | None) -> tuple[Floats, str]:
    if step.method == "none" or (fine(values, step.skew, step.kurtosis) and not step.force):
        return values, ""
    if step.method == "winsorise":
        first, points = winsorise(values, step.most, step.skew, step.kurtosis, force=step.force)
        done = "winsorise" if points else ""
    elif step.method == "custom":
        if custom is None:
            raise InputError("index-no-custom", where="treat")
        first, done = custom(values), "custom"
    else:
        first, done = transform(values, step.method, step.exponent), step.method
    if fine(first, step.skew, step.kurtosis) or step.then == "none":
        return first, done
    start = first if step.combine else values
    return transform(start, step.then, step.exponent), step.then


def winsorise(
    values: Floats, most: int, skew: float, kurtosis_limit: float, *, force: bool = False
) -> tuple[Floats, int]:
    """Pull the farthest points in to the next, one value at a time, until the test is passed.

    Args:
        values: One column; NaN stays.
        most: The most points to pull in.
        skew: The limit of the absolute skewness.
        kurtosis_limit: The limit of the kurtosis.
        force: Whether to pull in `most` points whatever the test says.

    Returns:
        The column, and how many points are at a value that was pulled in.

    Source: JRC COIN Tool; COINr, `winsorise()`.
    """
    column = values.copy()
    high: int = 0
    low: int = 0
    while high + low < most:
        lean, tail = moments(column)
        if not force and (np.isnan(lean) or abs(lean) < skew or tail < kurtosis_limit):
            break
        upper = lean >= 0
        end = np.nanmax(column) if upper else np.nanmin(column)
        rest = column[~np.isnan(column) & (column != end)]
        # With two values left the next step would make the indicator constant.
        if rest.size == 0 or rest.min() == rest.max():
            break
        at_end = column == end
        column[at_end] = rest.max() if upper else rest.min()
        high, low = (int(at_end.sum()), low) if upper else (high, int(at_end.sum()))
    return column, high + low


def transform(values: Floats, method: str, exponent: float = 0.0) -> Floats:
    """Bend one column to draw in a long tail.

    Args:
        values: One column; NaN stays.
        method: `log` (shifted to a minimum of 1), `log-coin-tool` (shifted by a hundredth of the
            range), `log-skew` (the same, mirrored for a tail to the left), `log-gii` or `boxcox`
            (shifted to a minimum of 1).
        exponent: Box-Cox's exponent; 0 is the logarithm.

    Source: COINr, `log_CT_orig()`, `log_CT()`, `log_CT_plus()`, `boxcox()`; Global Innovation Index
        2013, technical notes, for `log-gii`.
    """
    low, high = np.nanmin(values), np.nanmax(values)
    shift = 0.01 * (high - low)
    match method:
        case "log":
            found = np.log(values - low + 1)
        case "log-skew" if skewness(values[:, None])[0] <= 0:
            found = -np.log(high - values + shift)
        case "log-coin-tool" | "log-skew":
            found = np.log(values - low + shift)
        case "log-gii":
            if high <= 1:
                raise InputError("index-log-gii", where="treat", found=high)
            found = np.log((high - 1) * (values - low) / (high - low) + 1)
        case _:
            up = values - low + 1
            found = np.log(up) if exponent == 0 else (up**exponent - 1) / exponent
    return np.asarray(found, dtype=np.float64)
