"""Errors of values that are reported and not yet verified, learnt from those that were."""

from dataclasses import replace

import numpy as np
import polars as pl

from saola.errors import InputError
from saola.index.table import Flags, Floats, Table

DOUBT = {
    "indicator": pl.String, "pairs": pl.Int64, "shift": pl.Float64, "spread": pl.Float64,
}  # fmt: skip
_ENOUGH = 8


def doubt(claimed: Table, verified: Table) -> pl.DataFrame:
    """Learn how far verification moves what is claimed.

    Args:
        claimed: Values as reported.
        verified: The same values after verification; units and indicators are matched by code.

    Returns:
        One row an indicator, in the schema `DOUBT`: how many values have both, the mean of verified
        less claimed, and its root mean square. An indicator with fewer than 8 pairs borrows the
        median ratio of this to the spread of its values from the others; null where none has 8.

    Raises:
        InputError: If the two have no unit or no indicator in common.
    """
    units = [unit for unit in claimed.units if unit in set(verified.units)]
    shared = [code for code in claimed.indicators if code in set(verified.indicators)]
    if not units or not shared:
        raise InputError("index-rows-few", where="doubt", found=0)
    rows = [claimed.units.index(unit) for unit in units]
    others = [verified.units.index(unit) for unit in units]
    found = []
    for code in shared:
        before, after = claimed.column(code)[rows], verified.column(code)[others]
        off = (after - before)[~np.isnan(after - before)]
        own = before[~np.isnan(before)]
        width = float(np.std(own)) if own.size else 0.0
        size = float(np.sqrt(np.mean(off**2))) if off.size else np.nan
        found.append((code, off.size, float(off.mean()) if off.size else None, size, width))
    ratios = [size / width for _, many, _, size, width in found if many >= _ENOUGH and width > 0]
    usual = float(np.median(ratios)) if ratios else np.nan
    told = [
        (code, many, shift, size if many >= _ENOUGH else usual * width)
        for code, many, shift, size, width in found
    ]
    frame = pl.DataFrame(told, schema=DOUBT, orient="row")
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None))


def doubted(table: Table, reported: Flags, learnt: pl.DataFrame) -> Table:
    """Give values that are not yet verified the error that verification usually finds.

    Args:
        table: The values, with the standard errors known so far.
        reported: Rows by indicators, true where a value is reported and not verified.
        learnt: What `doubt` found.

    Returns:
        The table with both errors joined, as independent ones are.
    """
    spread = dict(zip(learnt["indicator"], learnt["spread"], strict=True))
    more = np.array([spread.get(code) or 0.0 for code in table.indicators])
    known: Floats = np.zeros(table.values.shape)
    if table.stderr is not None:
        known = np.nan_to_num(table.stderr)
    return replace(table, stderr=np.sqrt(known**2 + np.where(reported, more, 0.0) ** 2))
