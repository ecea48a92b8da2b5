"""Workbooks of the JRC's COIN Tool: sheets `Database` and `Framework`.

On `Database` units start in row 17, their names in column B, codes in C; indicators start in column
E: code in row 16, name in 15, above them the codes of the four aggregates (sub-pillar in row 14,
then pillar, sub-index, index), upper and lower goalpost in rows 10 and 9, direction in 8, weight
in 7. `Framework` has a row for each aggregate under the head `Dimension/indicator` in column C:
its code there, its weight in column E, its name in column H.

Source: JRC COIN Tool user guide (2019); COINr, `import_coin_tool()`.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from saola.errors import InputError
from saola.index.grid import read_cells
from saola.index.table import Table
from saola.index.tree import Part, Tree, tree_of

_CODES, _NAMES, _FIRST = 15, 14, 4
_ABOVE = (13, 12, 11, 10)
_HIGH, _LOW, _DIRECTION, _WEIGHT = 9, 8, 7, 6
_HEAD, _CODE_AT, _WEIGHT_AT, _NAME_AT = "Dimension/indicator", 2, 4, 7


@dataclass(frozen=True)
class _Column:
    """What stands over one column of the database."""

    place: int
    code: str
    name: str
    above: tuple[str, ...]
    weight: float
    direction: int
    goalposts: dict[str, float]


def read_coin_tool(path: Path) -> tuple[Table, Tree]:
    """Read a workbook of the COIN Tool.

    Args:
        path: The `.xlsx` file.

    Raises:
        InputError: If it is no such workbook, or its framework has faults.
    """
    cells = read_cells(path, "Database")
    if len(cells) <= _CODES:
        raise InputError("index-cointool", where=str(path))
    columns = [
        column
        for place in range(_FIRST, len(cells[_CODES]))
        if (column := _column(cells, place)) is not None
    ]
    rows = [row for row in cells[_CODES + 1 :] if _said(row, 2)]
    if not columns or not rows:
        raise InputError("index-cointool", where=str(path))
    values = np.array([[_number(row, each.place) for each in columns] for row in rows])
    units = tuple(_said(row, 2) for row in rows)
    names = {_said(row, 2): _said(row, 1) or _said(row, 2) for row in rows}
    tree = _tree(columns, _framework(read_cells(path, "Framework"), path))
    return Table(units, tuple(each.code for each in columns), values, names=names), tree


def _cell(row: list[object], place: int) -> object:
    return row[place] if place < len(row) else ""


def _said(row: list[object], place: int) -> str:
    return str(_cell(row, place)).strip()


def _number(row: list[object], place: int) -> float:
    cell = _cell(row, place)
    return float(cell) if isinstance(cell, int | float) else float("nan")


def _column(cells: list[list[object]], place: int) -> _Column | None:
    code = _said(cells[_CODES], place)
    if not code:
        return None
    weight, direction = _number(cells[_WEIGHT], place), _number(cells[_DIRECTION], place)
    posts = {"goalpost_lower": _LOW, "goalpost_upper": _HIGH}
    return _Column(
        place,
        code,
        _said(cells[_NAMES], place) or code,
        tuple(_said(cells[row], place) for row in _ABOVE),
        1.0 if np.isnan(weight) else weight,
        -1 if direction < 0 else 1,
        {
            name: value
            for name, row in posts.items()
            if not np.isnan(value := _number(cells[row], place))
        },
    )


def _framework(cells: list[list[object]], path: Path) -> dict[str, tuple[str, float]]:
    """Give name and weight of each aggregate by its code."""
    start = next((at for at, row in enumerate(cells) if _said(row, _CODE_AT) == _HEAD), None)
    if start is None:
        raise InputError("index-cointool", where=str(path))
    found = {}
    for row in cells[start + 1 :]:
        code, weight = _said(row, _CODE_AT), _number(row, _WEIGHT_AT)
        if code not in {"", "--"}:
            found[code] = (_said(row, _NAME_AT) or code, 1.0 if np.isnan(weight) else weight)
    return found


def _tree(columns: list[_Column], framework: dict[str, tuple[str, float]]) -> Tree:
    """Make the tree of the levels in use: one that is the same for all is skipped, save the top."""
    used = [
        level
        for level in range(len(_ABOVE))
        if level == len(_ABOVE) - 1 or len({column.above[level] for column in columns}) > 1
    ]
    parts: dict[str, Part] = {}
    for column in columns:
        line = [column.above[level] for level in used]
        parts[column.code] = Part(
            column.code,
            (line[0],),
            column.name,
            weight=column.weight,
            direction=column.direction,
            parameters=column.goalposts,
        )
        for at, code in enumerate(line):
            name, weight = framework.get(code, (code, 1.0))
            above = (line[at + 1],) if at + 1 < len(line) else ()
            parts[code] = Part(code, above, name, level=at + 2, weight=weight)
    return tree_of(parts.values())
