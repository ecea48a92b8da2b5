"""Filling in missing values."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from saola.errors import InputError, raise_all
from saola.index.regression import by_em, by_regression
from saola.index.steps import Impute
from saola.index.table import IMPUTED, Floats, Rows, Table
from saola.index.tree import Tree


def impute(table: Table, tree: Tree, step: Impute) -> Table:  # noqa: ARG001  (one signature for all steps)
    """Fill in missing values and mark them.

    Raises:
        InputError: If the group or an indicator does not exist, or an iterative method does not
            converge.
    """
    raise_all(
        [
            InputError("index-indicator-unknown", where="impute", found=code)
            for code in step.by_indicator
            if code not in table.indicators
        ]
    )
    values = _filled(table, step)
    for code, keys in step.by_indicator.items():
        place = table.indicators.index(code)
        own = replace(step, **{**keys, "by_indicator": {}})
        values[:, place] = _filled(table, own)[:, place]
    return table.changed(values, IMPUTED)


def _filled(table: Table, step: Impute) -> Floats:
    match step.method:
        case "mean" | "median":
            over = table.blocks("period")
            return _by_rows(
                table.values, over, np.nanmean if step.method == "mean" else np.nanmedian
            )
        case "group-mean" | "group-median":
            centre = np.nanmean if step.method == "group-mean" else np.nanmedian
            return _by_rows(table.values, _group_rows(table, step.group), centre)
        case "linear" | "nearest" | "latest":
            return _through_time(table, step)
        case "regression":
            return by_regression(table.values, step.rounds)
        case "em":
            return by_em(table.values, step.rounds)
        case _:
            return table.values.copy()


def _by_rows(
    values: Floats,
    blocks: list[Rows],
    centre: Callable[..., Floats],
) -> Floats:
    filled = values.copy()
    for rows in blocks:
        part = values[rows]
        # A column without any value in the block keeps its gaps.
        some = ~np.isnan(part).all(axis=0)
        middle = np.full(part.shape[1], np.nan)
        middle[some] = centre(part[:, some], axis=0)
        filled[rows] = np.where(np.isnan(part), middle, part)
    return filled


def _group_rows(table: Table, group: str) -> list[Rows]:
    if group not in table.groups:
        known = ", ".join(table.groups)
        raise InputError("index-group-unknown", where="impute", found=group, known=known)
    member = np.asarray(["" if name is None else name for name in table.groups[group]])
    rows = []
    for block in table.blocks("period"):
        # Units of no group are left as they are: nothing says whom they resemble.
        rows += [block[member[block] == name] for name in sorted(set(member[block]) - {""})]
    return rows


def _through_time(table: Table, step: Impute) -> Floats:
    if not table.periods:
        raise InputError("index-not-a-panel", where="impute", found=step.method)
    order = {period: place for place, period in enumerate(sorted(set(table.periods)))}
    # Whole years keep their distance; other periods count as equally far apart.
    whole = all(period.isdigit() for period in order)
    times = np.array([float(p) if whole else float(order[p]) for p in table.periods])
    filled = table.values.copy()
    units = np.asarray(table.units)
    for unit in sorted(set(table.units)):
        rows = np.flatnonzero(units == unit)
        rows = rows[np.argsort(times[rows])]
        for column in range(filled.shape[1]):
            filled[rows, column] = along(times[rows], filled[rows, column], step.method, step.limit)
    return filled


def along(times: Floats, values: Floats, method: str, limit: float = 0) -> Floats:
    """Fill the gaps of one series in time.

    Args:
        times: Times, rising.
        values: Values, NaN where missing.
        method: `linear` between neighbours and constant beyond the ends, `nearest` in time (the
            earlier of two as near), `latest` before.
        limit: The greatest distance to the value used; 0 for any.
    """
    known = np.flatnonzero(~np.isnan(values))
    if known.size == 0:
        return values
    gap = np.abs(times[:, None] - times[known][None, :])
    if method == "latest":
        gap = np.where(times[known][None, :] <= times[:, None], gap, np.inf)
    near = gap.min(axis=1)
    reach = np.isfinite(near) & ((near <= limit) | (limit == 0))
    if method == "linear":
        told = np.interp(times, times[known], values[known])
    else:
        told = values[known][gap.argmin(axis=1)]
    return np.where(np.isnan(values) & reach, told, values)
