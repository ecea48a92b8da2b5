"""Land types: code lists with versions, as data; an agency's own list stands beside the shipped.

A file `land/land_types.csv` in the workspace adds lists, with the same columns; `successor` names
the code of the next list (or several, joined by `+`), so that types can be carried over.
"""

from importlib import resources
from pathlib import Path

import polars as pl

from saola import language

COLUMNS = ("list", "code", "group", "vi", "en", "fr", "successor", "source")


def table(home: Path | None = None) -> pl.DataFrame:
    """Give all land types: text columns `COLUMNS`."""
    shipped = resources.files("saola.server.land") / "land_types.csv"
    frames = [pl.read_csv(shipped.read_bytes(), infer_schema=False)]
    own = home / "land" / "land_types.csv" if home else None
    if own is not None and own.is_file():
        frames.append(pl.read_csv(own, infer_schema=False).select(COLUMNS))
    return pl.concat(frames)


def current(home: Path | None = None) -> str:
    """Give the newest list: the one whose name sorts last."""
    return str(table(home)["list"].max())


def codes(home: Path | None = None) -> dict[str, str]:
    """Give each code and the newest list that has it."""
    return dict(table(home).sort("list").select("code", "list").iter_rows())


def crosswalk(code: str, home: Path | None = None) -> str:
    """Carry a code over to the newest list; itself where no successor is named."""
    rows = table(home).filter(pl.col("code") == code).drop_nulls("successor")
    found = rows.filter(pl.col("successor") != "")
    return str(found["successor"][0]) if found.height else code


def said(land_type: str, home: Path | None = None) -> str:
    """Say a land type, or several joined by `+`, in the language."""
    rows = {row["code"]: row for row in table(home).iter_rows(named=True)}
    lang = language.current()
    return ", ".join(rows[code][lang] if code in rows else code for code in land_type.split("+"))
