"""Land types: code lists with versions, as data; an agency's own list stands beside the shipped.

A file `land/land_types.csv` in the workspace adds lists, with the same columns; `successor` names
the code of the next list (or several, joined by `+`), so that types can be carried over.
"""

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl

from saola import language

COLUMNS = ("list", "code", "group", "vi", "en", "fr", "successor", "source")


@cache
def _shipped() -> pl.DataFrame:
    file = resources.files("saola.server.land") / "land_types.csv"
    return pl.read_csv(file.read_bytes(), infer_schema=False)


def table(home: Path | None = None) -> pl.DataFrame:
    """Give all land types, the older lists first: text columns `COLUMNS`."""
    frames = [_shipped()]
    own = home / "land" / "land_types.csv" if home else None
    if own is not None and own.is_file():
        frames.append(pl.read_csv(own, infer_schema=False).select(COLUMNS))
    return pl.concat(frames).sort("list", maintain_order=True)


def current(home: Path | None = None) -> str:
    """Give the newest list: the one whose name sorts last."""
    return str(table(home)["list"].max())


def codes(home: Path | None = None) -> dict[str, str]:
    """Give each code and the newest list that has it."""
    return dict(table(home).select("code", "list").iter_rows())


def crosswalk(land_type: str, home: Path | None = None) -> str:
    """Carry a land type over to the newest list, from list to list.

    Args:
        land_type: A code, or several joined by `+`.
        home: The workspace, whose own lists count too.

    Returns:
        The codes of the newest list; a code that no list carries on stays as it is.
    """
    # The newest list that has a code says what became of it.
    next_of = dict(table(home).select("code", "successor").iter_rows())
    carried: dict[str, None] = {}
    waiting = land_type.split("+")
    seen: set[str] = set()
    while waiting:
        code = waiting.pop(0)
        successor = next_of.get(code)
        if successor and code not in seen:
            seen.add(code)
            waiting = successor.split("+") + waiting
        else:
            carried[code] = None
    return "+".join(carried)


def said(land_type: str, land_list: str = "", home: Path | None = None) -> str:
    """Say a land type in the language.

    Args:
        land_type: A code, or several joined by `+`.
        land_list: The list it is of; names of codes differ between lists. Empty: the newest.
        home: The workspace, whose own lists count too.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for row in table(home).iter_rows(named=True):
        rows[row["list"], row["code"]] = rows["", row["code"]] = row
    lang = language.current()
    named = [rows.get((land_list, code), rows.get(("", code))) for code in land_type.split("+")]
    return ", ".join(
        row[lang] if row else code for row, code in zip(named, land_type.split("+"), strict=True)
    )
