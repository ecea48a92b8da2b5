"""Bringing indicators to one scale."""

from dataclasses import replace

import numpy as np

from saola.errors import InputError, SaolaError, raise_all
from saola.index.steps import Normalise
from saola.index.table import Floats, Rows, Table
from saola.index.tree import Part, Tree

_SHARES = (
    "goalposts", "distance-to-target", "distance-to-leader", "distance-to-reference",
    "fraction-of-leader", "percentile",
)  # fmt: skip


def normalise(table: Table, tree: Tree, step: Normalise) -> Table:
    """Bring every indicator to one scale on which more is better.

    Args:
        table: The values.
        tree: Directions, targets and goalposts of the indicators.
        step: The method.

    Raises:
        InputErrors: All indicators at fault: constant ones, those without goalposts or target.
    """
    faults: list[SaolaError] = [
        InputError("index-indicator-unknown", where="normalise", found=code)
        for code in step.by_indicator
        if code not in tree.parts
    ]
    values = np.full(table.values.shape, np.nan)
    for rows in table.blocks(step.over):
        whole = _together(table.values[rows], tree, step)
        if whole is not None:
            values[rows] = whole
            continue
        for place, part in enumerate(tree.indicators):
            own = _own(step, part)
            column = table.values[rows, place]
            try:
                values[rows, place] = one(column, own, part, _reference(table, rows, own))
            except SaolaError as error:
                faults.append(error)
    raise_all(faults)
    done = table.changed(values)
    if table.stderr is None:
        return done
    return replace(done, stderr=_carried(table, table.stderr, values, step))


def _carried(table: Table, errors: Floats, values: Floats, step: Normalise) -> Floats:
    """Scale standard errors as the step scales differences between the extremes of a column."""
    stderr = np.full(values.shape, np.nan)
    for rows in table.blocks(step.over):
        before, after = table.values[rows], values[rows]
        some = ~np.isnan(before).all(axis=0)
        slope = np.zeros(before.shape[1])
        slope[some] = np.nanmax(after[:, some], axis=0) - np.nanmin(after[:, some], axis=0)
        spread = np.nanmax(before[:, some], axis=0) - np.nanmin(before[:, some], axis=0)
        # A column without spread, which some methods allow, tells no slope.
        slope[some] = np.divide(slope[some], spread, out=np.ones(len(spread)), where=spread > 0)
        stderr[rows] = errors[rows] * slope
    return stderr


def _own(step: Normalise, part: Part) -> Normalise:
    numbers = part.parameters
    low, high = (
        numbers.get(f"goalpost_{end}", numbers.get(f"scaled_{end}")) for end in ("lower", "upper")
    )
    own = replace(step, **{**step.by_indicator.get(part.code, {}), "by_indicator": {}})
    return replace(
        own,
        low=low if own.low is None else own.low,
        high=high if own.high is None else own.high,
        target=part.target if own.target is None else own.target,
    )


def _together(block: Floats, tree: Tree, step: Normalise) -> Floats | None:
    """Normalise all columns at once, where one formula serves all and nothing can fail."""
    if step.method not in {"minmax", "zscore"} or step.by_indicator or np.isnan(block).any():
        return None
    turned = block * tree.directions
    low, high = turned.min(axis=0), turned.max(axis=0)
    if not (high > low).all():
        return None
    if step.method == "zscore":
        away: Floats = (turned - turned.mean(axis=0)) / turned.std(axis=0, ddof=1)
        return away * step.sd + step.mean
    start, end = step.range or (0.0, 100.0)
    return np.asarray((turned - low) / (high - low) * (end - start) + start, dtype=np.float64)


def _reference(table: Table, rows: Rows, step: Normalise) -> int:
    if step.method != "distance-to-reference":
        return -1
    found = [place for place, row in enumerate(rows) if table.units[row] == step.reference]
    if not found:
        raise InputError("index-unit-unknown", where="normalise", found=step.reference)
    return found[-1]


def one(values: Floats, step: Normalise, part: Part, reference: int = -1) -> Floats:
    """Normalise one column.

    Args:
        values: The values of one indicator; NaN stays.
        step: The method with the indicator's own parameters.
        part: The indicator: its code and direction.
        reference: The row that others are compared with, for `distance-to-reference`.

    Returns:
        The column, more being better; all NaN where every value is missing.

    Raises:
        InputError: If the indicator is constant under a method that measures by its spread, or
            lacks a parameter.

    Source: OECD/JRC Handbook on Constructing Composite Indicators (2008), step 5; COINr,
        `Normalise()`.
    """
    if np.isnan(values).all():
        return values.copy()
    turned = values * part.direction
    raw = _METHODS[step.method](turned, step, part, reference)
    if step.method == "minmax":
        low, high = step.range or (0.0, 100.0)
        return raw * (high - low) + low
    if step.range is not None and step.method in _SHARES:
        low, high = step.range
        return raw * (high - low) + low
    if step.range is not None and step.method in {"rank", "borda"}:
        low, high = step.range
        return low + (high - low) * _share(raw, part, step)
    return raw


def _share(x: Floats, part: Part, step: Normalise) -> Floats:
    low, high = np.nanmin(x), np.nanmax(x)
    if not high > low:
        raise InputError("index-constant", where=part.code, found=f"{low:g}", method=step.method)
    return np.asarray((x - low) / (high - low), dtype=np.float64)


def _minmax(x: Floats, step: Normalise, part: Part, _: int) -> Floats:
    return _share(x, part, step)


def _zscore(x: Floats, step: Normalise, part: Part, _: int) -> Floats:
    _share(x, part, step)
    away: Floats = (x - np.nanmean(x)) / np.nanstd(x, ddof=1)
    return away * step.sd + step.mean


def _ends(step: Normalise, part: Part) -> tuple[float, float]:
    if step.low is None or step.high is None or step.low >= step.high:
        raise InputError("index-goalposts", where=part.code, found=f"{step.low}, {step.high}")
    if part.direction < 0:
        return -step.high, -step.low
    return step.low, step.high


def _cap(x: Floats, step: Normalise, low: float = 0.0) -> Floats:
    return np.clip(x, low, 1.0) if step.cap else x


def _goalposts(x: Floats, step: Normalise, part: Part, _: int) -> Floats:
    low, high = _ends(step, part)
    return _cap((x - low) / (high - low), step)


def _scaled(x: Floats, step: Normalise, part: Part, _: int) -> Floats:
    low, high = _ends(step, part)
    start, end = step.range or (0.0, 100.0)
    return (x - low) / (high - low) * (end - start) + start


def _to_target(x: Floats, step: Normalise, part: Part, _: int) -> Floats:
    if step.target is None:
        raise InputError("index-no-target", where=part.code)
    least = float(np.nanmin(x))
    target = step.target * part.direction
    if target <= least:
        raise InputError("index-target-met", where=part.code, found=step.target)
    return _cap((x - least) / (target - least), step, -np.inf)


def _to_reference(x: Floats, step: Normalise, part: Part, reference: int) -> Floats:
    least, wanted = float(np.nanmin(x)), float(x[reference])
    if not wanted > least:
        raise InputError("index-reference-least", where=part.code, found=step.reference)
    return _cap((x - least) / (wanted - least), step, -np.inf)


def _of_leader(x: Floats, step: Normalise, part: Part, _: int) -> Floats:
    if np.nanmin(x * part.direction) <= 0:
        raise InputError("index-not-positive", where=part.code, found=step.method)
    # For "less is better" the leader is the least value, and a unit has least / value of it.
    best = float(np.nanmax(x))
    return np.asarray(x / best if part.direction > 0 else best / x, dtype=np.float64)


def _rank(x: Floats, step: Normalise, part: Part, _: int) -> Floats:  # noqa: ARG001
    from scipy.stats import rankdata  # noqa: PLC0415  (pages that only read an index load no solver)

    return np.asarray(rankdata(x, method="min", nan_policy="omit"), dtype=np.float64)


def _borda(x: Floats, step: Normalise, part: Part, _: int) -> Floats:
    return _rank(x, step, part, _) - 1


def _percentile(x: Floats, step: Normalise, part: Part, _: int) -> Floats:
    _share(x, part, step)
    known = int((~np.isnan(x)).sum())
    return (_rank(x, step, part, _) - 1) / (known - 1)


def _none(x: Floats, step: Normalise, part: Part, _: int) -> Floats:  # noqa: ARG001
    return x


_METHODS = {
    "minmax": _minmax,
    "zscore": _zscore,
    "goalposts": _goalposts,
    "scaled": _scaled,
    "distance-to-target": _to_target,
    "distance-to-leader": _minmax,
    "distance-to-reference": _to_reference,
    "fraction-of-leader": _of_leader,
    "rank": _rank,
    "borda": _borda,
    "percentile": _percentile,
    "none": _none,
}
