"""Tables that users may put in the place of the shipped ones: CSV with one row a thing."""

import csv
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from saola.errors import InputError

Row = dict[str, str]


def read_rows(name: str, path: Path | None, columns: Sequence[str]) -> list[Row]:
    """Read the rows of a user's table, or of the shipped one.

    Args:
        name: The shipped file in `saola/connect/data`.
        path: The user's file, None for the shipped one.
        columns: What each row must have.

    Raises:
        InputError: If the file is missing, has no row or lacks a column.
    """
    where = name if path is None else str(path)
    if path is None:
        said = (resources.files("saola.connect") / "data" / name).read_text(encoding="utf-8")
    elif path.is_file():
        said = path.read_text(encoding="utf-8-sig")
    else:
        raise InputError("profile-file-missing", where=where, found=where)
    rows = list(csv.DictReader(said.splitlines()))
    missing = [column for column in columns if not rows or rows[0].get(column) is None]
    if missing:
        raise InputError("radio-table-columns", where=where, found=", ".join(missing))
    return rows


def value_of(row: Row, column: str, where: str) -> float:
    """Give a cell as a number.

    Raises:
        InputError: If it is none.
    """
    try:
        return float(row[column])
    except (TypeError, ValueError):
        place = f"{where}: {column}"
        raise InputError("profile-number", where=place, found=row[column]) from None
