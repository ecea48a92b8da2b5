"""COINr-style tables: `iData` with one row a unit, `iMeta` with one row a column of it."""

from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl

from saola.errors import InputError, SaolaError, raise_all
from saola.index.grid import read_grid
from saola.index.table import Floats, Table
from saola.index.tree import Part, Tree, tree_of

NEEDED = ("iCode", "Type")
_OWN = {
    "Level", "iCode", "iName", "Direction", "Weight", "Unit", "Target", "Denominator", "Parent",
    "Type",
}  # fmt: skip
_TYPES = ("Indicator", "Aggregate", "Group", "Denominator", "Other")


def read_tables(
    data: Path, meta: Path, *, data_sheet: str | None = None, meta_sheet: str | None = None
) -> tuple[Table, Tree]:
    """Read a data table and its metadata from CSV or XLSX files.

    Args:
        data: One row a unit (and `Time`), one column an indicator, group or denominator.
        meta: One row a column: `Level, iCode, iName, Direction, Weight, Parent, Type, …`; several
            parents are parted by a semicolon.
        data_sheet: The sheet of the data in a workbook; by default the first.
        meta_sheet: The sheet of the metadata; by default the first.

    Raises:
        InputErrors: All faults found in the two tables.

    Source: COINr, `new_coin()`, iData and iMeta.
    """
    tree, described = meta_of(read_grid(meta, meta_sheet))
    return data_of(read_grid(data, data_sheet), tree, described), tree


def meta_of(frame: pl.DataFrame) -> tuple[Tree, dict[str, str]]:
    """Turn a metadata table into the tree and the type of every column.

    Raises:
        InputErrors: All faults of the table.
    """
    missing = [name for name in NEEDED if name not in frame.columns]
    raise_all([InputError("index-column-absent", where="metadata", found=name) for name in missing])
    described: dict[str, str] = {}
    parts: list[Part] = []
    faults: list[SaolaError] = []
    for row in frame.iter_rows(named=True):
        code, kind = str(row["iCode"]), str(row["Type"])
        if kind not in _TYPES:
            faults.append(InputError("index-type-unknown", where=code, found=kind))
        described[code] = kind
        if kind in {"Indicator", "Aggregate"}:
            parts.append(_part(row))
    raise_all(faults)
    return tree_of(parts), described


def _part(row: dict[str, object]) -> Part:
    parents = str(row.get("Parent") or "")
    numbers = {
        key: float(value)
        for key, value in row.items()
        if key not in _OWN and isinstance(value, int | float)
    }
    return Part(
        code=str(row["iCode"]),
        parents=tuple(code.strip() for code in parents.split(";") if code.strip()),
        name=str(row.get("iName") or row["iCode"]),
        level=int(_number(row.get("Level"), 1)),
        weight=_number(row.get("Weight"), 1.0),
        direction=int(_number(row.get("Direction"), 1)),
        unit=str(row.get("Unit") or ""),
        target=None if row.get("Target") is None else _number(row["Target"], np.nan),
        denominator=str(row["Denominator"]) if row.get("Denominator") else None,
        parameters=numbers,
    )


def _number(value: object, default: float) -> float:
    if value is None:
        return default
    try:
        return float(str(value))
    except ValueError:
        raise InputError("index-not-a-number", where="metadata", found=value) from None


def data_of(frame: pl.DataFrame, tree: Tree, described: dict[str, str]) -> Table:
    """Turn a data table into values, groups and denominators.

    Raises:
        InputErrors: Missing columns, cells that are not numbers, a unit twice in one period.
    """
    indicators = [part.code for part in tree.indicators]
    denominators = [code for code, kind in described.items() if kind == "Denominator"]
    numeric = indicators + denominators
    wanted = ["uCode", *numeric]
    faults: list[SaolaError] = [
        InputError("index-column-absent", where="data", found=name)
        for name in wanted
        if name not in frame.columns
    ]
    raise_all(faults)
    units = [str(code) for code in frame["uCode"]]
    periods = _periods(frame)
    faults += _repeated(units, periods)
    columns: dict[str, Floats] = {}
    for name in numeric:
        columns[name], more = _floats(frame[name], units)
        faults += more
    raise_all(faults)
    groups = [code for code, kind in described.items() if kind == "Group" and code in frame.columns]
    shown = frame["uName"] if "uName" in frame.columns else frame["uCode"]
    return Table(
        units=tuple(units),
        indicators=tuple(indicators),
        values=np.column_stack([columns[code] for code in indicators]),
        periods=periods if len(set(periods)) > 1 else (),
        names=dict(zip(units, (str(name) for name in shown), strict=True)),
        groups={code: tuple(_text(cell) for cell in frame[code]) for code in groups},
        denominators={code: columns[code] for code in denominators},
    )


def _text(cell: object) -> str | None:
    return None if cell is None else str(cell)


def _periods(frame: pl.DataFrame) -> tuple[str, ...]:
    if "Time" not in frame.columns:
        return ("",) * frame.height
    return tuple(str(int(t)) if isinstance(t, float) else str(t) for t in frame["Time"])


def _repeated(units: list[str], periods: tuple[str, ...]) -> list[SaolaError]:
    met = Counter(zip(units, periods, strict=True))
    twice = sorted(pair for pair, times in met.items() if times > 1)
    return [InputError("index-unit-repeated", where=period, found=unit) for unit, period in twice]


def _floats(column: pl.Series, units: list[str]) -> tuple[Floats, list[SaolaError]]:
    numbers = column.cast(pl.Float64, strict=False)
    bad = numbers.is_null() & column.is_not_null()
    faults: list[SaolaError] = [
        InputError("index-not-a-number", where=f"{column.name}, {units[row]}", found=column[row])
        for row in bad.arg_true()
    ]
    return numbers.fill_null(np.nan).to_numpy().astype(np.float64), faults
