"""Levels of agreement, one list a kind of column, from the strongest to the weakest.

Folding merges different names (Hòa, Hoa, Hóa), so a Vietnamese name has levels of its own: exact
after the tone marks are placed alike, then equal where one writer used no marks at all, then equal
but for tones, then equal when folded, then near. The second level is what tells a record typed
without tones from another person's name.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from saola.linkage import names


@dataclass(frozen=True)
class Level:
    """One level of agreement.

    Attributes:
        id: Its name in evidence and review.
        sql: The condition over `<column>_l` and `<column>_r`, in DuckDB's and Spark's SQL.
        frequency: The column whose value's frequency weighs the agreement, or empty.
    """

    id: str
    sql: str
    frequency: str = ""


def _vietnamese_name(column: str) -> tuple[Level, ...]:
    # A cheap condition first: edit distances are most of the work, and strangers share neither.
    shared = " OR ".join(f"{column}_{part}_l = {column}_{part}_r" for part in ("family", "given"))
    near = f"({shared}) AND damerau_levenshtein({column}_folded_l, {column}_folded_r)"
    like = f"({shared}) AND jaro_winkler_similarity({column}_folded_l, {column}_folded_r)"
    same = f"{column}_folded_l = {column}_folded_r"
    return (
        Level("exact", f"{column}_l = {column}_r", column),
        Level("unmarked", f"{same} AND ({column}_plain_l OR {column}_plain_r)", f"{column}_folded"),
        Level("toneless", f"{column}_toneless_l = {column}_toneless_r"),
        Level("folded", same),
        Level("reordered", f"{column}_sorted_l = {column}_sorted_r"),
        Level("one-letter", f"{near} <= 1"),
        Level("two-letters", f"{near} <= 2"),
        Level("near", f"{like} >= 0.92"),
    )


def _date(column: str) -> tuple[Level, ...]:
    year = f"{column}_year_l = {column}_year_r"
    day = f"{column}_day_l = {column}_day_r"
    swapped = (
        f"substr({column}_day_l, 1, 2) = substr({column}_day_r, 4, 2)"
        f" AND substr({column}_day_l, 4, 2) = substr({column}_day_r, 1, 2)"
    )
    first = f"({column}_day_l = '01-01' OR {column}_day_r = '01-01')"
    return (
        Level("exact", f"{column}_l = {column}_r"),
        Level("swapped", f"{year} AND {swapped}"),
        Level("first-of-january", f"{year} AND {first}"),
        Level("a-year-off", f"{day} AND abs({column}_year_l - {column}_year_r) = 1"),
        Level("same-month", f"substr({column}_l, 1, 7) = substr({column}_r, 1, 7)"),
        Level(
            "one-digit", f"({year} OR {day}) AND damerau_levenshtein({column}_l, {column}_r) <= 1"
        ),
        Level("same-year", year),
    )


def _name(column: str) -> tuple[Level, ...]:
    return (
        Level("exact", f"{column}_l = {column}_r", column),
        Level("one-letter", f"damerau_levenshtein({column}_l, {column}_r) <= 1"),
        Level("two-letters", f"damerau_levenshtein({column}_l, {column}_r) <= 2"),
        Level("near", f"jaro_winkler_similarity({column}_l, {column}_r) >= 0.85"),
    )


def _text(column: str) -> tuple[Level, ...]:
    return (
        Level("exact", f"{column}_l = {column}_r", column),
        Level("two-letters", f"damerau_levenshtein({column}_l, {column}_r) <= 2"),
        Level("near", f"jaro_winkler_similarity({column}_l, {column}_r) >= 0.85"),
    )


def _number(column: str) -> tuple[Level, ...]:
    ends = " OR ".join(f"{end}({column}_l, 2) = {end}({column}_r, 2)" for end in ("left", "right"))
    near = f"({ends}) AND damerau_levenshtein({column}_l, {column}_r)"
    return (
        Level("exact", f"{column}_l = {column}_r"),
        Level("one-digit", f"{near} <= 1"),
        Level("two-digits", f"{near} <= 2"),
    )


def _exact(column: str) -> tuple[Level, ...]:
    return (Level("exact", f"{column}_l = {column}_r", column),)


KINDS = {
    "vietnamese-name": _vietnamese_name,
    "date": _date,
    "name": _name,
    "text": _text,
    "number": _number,
    "exact": _exact,
}


def levels(kind: str, column: str) -> tuple[Level, ...]:
    """List the levels of a column, strongest first; whatever is left is the level `else`."""
    return KINDS[kind](column)


_DERIVED: dict[str, dict[str, tuple[str, ...]]] = {
    "vietnamese-name": {
        "": ("toneless", "folded", "plain"),
        "folded": ("sorted", "family", "given"),
    },
    "date": {"": ("year", "day")},
}


def determined(columns: Iterable[str], kinds: dict[str, str]) -> set[str]:
    """List the columns whose values follow from those of some columns, these included.

    Args:
        columns: Columns of a model, or derived ones.
        kinds: Column → kind.
    """
    found = set(columns)
    for column, kind in kinds.items():
        for part, derived in _DERIVED.get(kind, {}).items():
            if (f"{column}_{part}" if part else column) in found:
                found.update(f"{column}_{each}" for each in derived)
    return found


def derive(frame: pl.DataFrame, columns: dict[str, str]) -> pl.DataFrame:
    """Clean the columns of a model and add what their levels and blocks ask for.

    Args:
        frame: One row a record.
        columns: Column → kind.
    """
    for column, kind in columns.items():
        if kind == "vietnamese-name":
            frame = _derive_name(frame, column)
        elif kind == "date":
            frame = _derive_date(frame, column)
        else:
            text = pl.col(column).cast(pl.String).str.strip_chars().str.to_lowercase()
            frame = frame.with_columns(pl.when(text != "").then(text).alias(column))
    return frame


def _derive_name(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    standard = names.standard_column(pl.col(column).cast(pl.String))
    frame = frame.with_columns(pl.when(standard != "").then(standard).alias(column))
    folded = pl.col(f"{column}_folded")
    return frame.with_columns(
        names.toneless_column(pl.col(column)).alias(f"{column}_toneless"),
        names.folded_column(pl.col(column)).alias(f"{column}_folded"),
    ).with_columns(
        (pl.col(column) == folded).alias(f"{column}_plain"),
        folded.str.split(" ").list.sort().list.join(" ").alias(f"{column}_sorted"),
        folded.str.extract(r"^(\S+)").alias(f"{column}_family"),
        folded.str.extract(r"(\S+)$").alias(f"{column}_given"),
    )


def _derive_date(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    date = pl.col(column)
    if frame.schema[column] != pl.Date:
        date = date.cast(pl.String).str.to_date("%Y-%m-%d", strict=False)
    frame = frame.with_columns(date.alias(column))
    return frame.with_columns(
        pl.col(column).dt.year().alias(f"{column}_year"),
        pl.col(column).dt.strftime("%m-%d").alias(f"{column}_day"),
        pl.col(column).cast(pl.String),
    )
