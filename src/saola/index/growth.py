"""Growth of raw values over the periods of a panel."""

import numpy as np
import polars as pl

from saola.errors import InputError
from saola.index.table import Table

GROWTH = {
    "unit": pl.String, "indicator": pl.String, "first": pl.String, "last": pl.String,
    "from": pl.Float64, "to": pl.Float64, "cagr": pl.Float64, "change": pl.Float64,
}  # fmt: skip


def growth(table: Table) -> pl.DataFrame:
    """Give the compound annual growth rate and the relative change of every series.

    Args:
        table: A panel whose periods are years.

    Returns:
        One row a unit and indicator with at least two known values, in the schema `GROWTH`:
        between the first and the last known value. `cagr` is null where the two do not share a
        sign or the first is 0.

    Raises:
        InputError: If the table is no panel of years.

    Source: COINr, `CAGR()` and `prc_change()`.
    """
    if not table.periods or not all(period.isdigit() for period in table.periods):
        raise InputError("index-not-a-panel", where="growth", found="growth")
    years = np.array([int(period) for period in table.periods])
    units = np.asarray(table.units)
    rows = []
    for unit in dict.fromkeys(table.units):
        mine = np.flatnonzero(units == unit)
        mine = mine[np.argsort(years[mine])]
        for place, code in enumerate(table.indicators):
            series = table.values[mine, place]
            known = np.flatnonzero(~np.isnan(series))
            if known.size < 2:
                continue
            first, last = mine[known[0]], mine[known[-1]]
            start, end = float(series[known[0]]), float(series[known[-1]])
            span = int(years[last] - years[first])
            rate = (end / start) ** (1 / span) - 1 if start * end > 0 else None
            moved = (end - start) / abs(start) if start else None
            rows.append((unit, code, str(years[first]), str(years[last]), start, end, rate, moved))
    return pl.DataFrame(rows, schema=GROWTH, orient="row")
