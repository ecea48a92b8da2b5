"""Sheets of units × nodes: the scores, and the points lost by indicator."""

import polars as pl

from saola.language import text
from saola.reports.sheets.book import HEAD, ROWS, Book, Column
from saola.reports.subject import Subject, kind_name

_NAMES = ("kind_name", "unit", "label")


def _wide(subject: Subject, rows: pl.DataFrame, value: str, codes: list[str]) -> pl.DataFrame:
    """Spread one value over columns, one a node, in the order of the tree."""
    wide = rows.pivot(on="node", index=["kind", "unit"], values=value)
    kinds = {kind: kind_name(kind) for kind in subject.kinds}
    names = {code: subject.name(code) for code in wide["unit"]}
    order = {kind: place for place, kind in enumerate(subject.kinds)}
    return (
        wide.with_columns(
            kind_name=pl.col("kind").replace_strict(kinds, return_dtype=pl.String),
            label=pl.col("unit").replace_strict(names, return_dtype=pl.String),
            _order=pl.col("kind").replace_strict(order, return_dtype=pl.Int64),
        )
        .sort("_order", "unit")
        .select(*_NAMES, *(code for code in codes if code in wide.columns))
    )


def _heads(subject: Subject, frame: pl.DataFrame) -> list[Column]:
    own = [
        Column("kind_name", text("Kind"), width=13),
        Column("unit", text("Code"), width=15),
        Column("label", text("Unit"), width=34),
    ]
    codes = [name for name in frame.columns if name not in _NAMES]
    return own + [Column(code, subject.label(code), "score", 14) for code in codes]


def write_scores(book: Book, subject: Subject) -> None:
    """Write the score of every unit on every node and indicator."""
    codes = [item.id for item in subject.shown]
    rows = subject.totals.with_columns(pl.col("score") * subject.scale.top)
    frame = _wide(subject, rows, "score", codes)
    note = text("One row a unit, one column a node or indicator of the tree.")
    sheet = book.sheet(text("Scores"), text("Scores: {title}", title=subject.title), note)
    book.table(sheet, frame, _heads(subject, frame))
    sheet.freeze_panes(HEAD + 1, len(_NAMES))


def write_lost(book: Book, subject: Subject) -> None:
    """Write the points that each indicator costs each unit, darker where it costs more."""
    codes = [each.id for each in subject.framework.indicators if each.scored]
    rows = subject.totals.filter(pl.col("node").is_in(codes)).with_columns(
        lost=pl.col("max_points") - pl.col("points")
    )
    frame = _wide(subject, rows, "lost", codes)
    note = text("The most points of an indicator less the points of the unit; darker is more.")
    title = text("Points lost: {title}", title=subject.title)
    sheet = book.sheet(text("Points lost"), title, note)
    lines = book.table(sheet, frame, _heads(subject, frame))
    sheet.freeze_panes(HEAD + 1, len(_NAMES))
    for place in range(len(_NAMES), frame.width):
        end = min(HEAD + lines, HEAD + ROWS)
        scale = {"type": "2_color_scale", "min_color": "#ffffff", "max_color": "#93c3c6"}
        sheet.conditional_format(HEAD + 1, place, end, place, scale)
