"""The table of a ranking on a page, and which units it speaks of."""

from collections.abc import Callable
from typing import Any

import polars as pl

from saola import language
from saola.frameworks import quoted
from saola.language import text
from saola.reports.page import Head, Listing
from saola.reports.subject import Subject

_Writer = Callable[[dict[str, Any]], str]


def shown_of(rows: pl.DataFrame) -> tuple[pl.DataFrame, bool]:
    """Give the units that have a score, and whether it is the published one.

    In quoted tables the published scores and ranks are shown, without intervals.

    Args:
        rows: Of `Subject.ranking`.
    """
    found = quoted.nodes(rows)
    known = quoted.standing(rows, found).filter(pl.col("score").is_not_null())
    if not found:
        return known.drop("computed", "carried"), False
    return known.sort("rank", "score", descending=[False, True], nulls_last=True), True


def in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Put units in the order of their published ranks where those are what is shown."""
    if not shown_of(rows)[1]:
        return rows
    return rows.sort("published_rank", nulls_last=True, maintain_order=True)


def between(low: str, high: str) -> str:
    """Write an interval; one dash where it is not known."""
    return language.DASH if language.DASH in (low, high) else f"{low} – {high}"


def standing(subject: Subject, rows: pl.DataFrame, mark: str = "") -> Listing:
    """Make the table of a ranking; columns that have no value are left out.

    Args:
        subject: The run.
        rows: Of `Subject.ranking`.
        mark: Code of a unit that stands out.
    """
    kept = [
        (head, writer)
        for column, head, writer in _columns(subject)
        if column == "label" or rows[column].null_count() < rows.height
    ]
    cells = [[writer(row) for _, writer in kept] for row in rows.iter_rows(named=True)]
    marked = [place for place, code in enumerate(rows["unit"]) if code == mark]
    return Listing([head for head, _ in kept], cells, marked)


def _columns(subject: Subject) -> list[tuple[str, Head, _Writer]]:
    """Give each column: what it needs of a row, its head, and how its cells are written."""
    lang = language.current()
    number = language.number

    def rate(name: str) -> _Writer:
        return lambda row: subject.scale.write(row[name], lang)

    def whole(name: str) -> _Writer:
        return lambda row: number(row[name])

    def span(low: _Writer, high: _Writer) -> _Writer:
        return lambda row: between(low(row), high(row))

    return [
        ("rank", Head(text("Rank"), right=True), whole("rank")),
        ("label", Head(text("Unit"), share=1), lambda row: str(row["label"])),
        ("score", Head(text("Score"), right=True), rate("score")),
        ("low", Head(text("Interval of 90 %"), right=True), span(rate("low"), rate("high"))),
        (
            "rank_low",
            Head(text("Interval of ranks"), right=True),
            span(whole("rank_low"), whole("rank_high")),
        ),
        ("published_score", Head(text("Published score"), right=True), rate("published_score")),
        ("published_rank", Head(text("Published rank"), right=True), whole("published_rank")),
    ]
