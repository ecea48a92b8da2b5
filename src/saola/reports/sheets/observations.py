"""Sheet: what the scores were computed from."""

import polars as pl

from saola.language import text
from saola.reports.sheets.book import ROWS, Book, Column
from saola.reports.subject import TOTAL, Subject
from saola.reports.words import named, statuses


def frame(subject: Subject) -> pl.DataFrame:
    """Give the observations with the names of what they speak of.

    Where there are more than a sheet takes, values of one field alone are left out first.
    """
    rows = subject.observations
    if rows.height > ROWS:
        rows = rows.filter(pl.col("field") == TOTAL)
    rows = rows.sort("indicator", "unit", "period", "field", "breakdown").head(ROWS)
    indicators = {code: subject.label(code) for code in rows["indicator"].unique()}
    names = {code: subject.name(code) for code in rows["unit"].unique()}
    return rows.with_columns(
        indicator_name=pl.col("indicator").replace_strict(indicators, return_dtype=pl.String),
        unit_name=pl.col("unit").replace_strict(names, return_dtype=pl.String),
        status_said=pl.col("status").replace_strict(statuses(), default=pl.col("status")),
        **{f"{name}_said": _said(rows, name) for name in ("field", "breakdown", "check")},
    )


def _said(rows: pl.DataFrame, name: str) -> pl.Expr:
    words = named(rows[name].unique(), of=name)
    return pl.col(name).replace_strict(words, return_dtype=pl.String)


def write(book: Book, subject: Subject) -> None:
    """Write the sheet, and say so where rows had to be left out."""
    columns = [
        Column("indicator_name", text("Input"), "wide", 40),
        Column("indicator", text("Code"), width=24),
        Column("unit", text("Unit code"), width=15),
        Column("unit_name", text("Unit"), width=28),
        Column("period", text("Period"), width=10),
        Column("field_said", text("Field of life"), width=12),
        Column("breakdown_said", text("Breakdown"), width=20),
        Column("value", text("Value"), "value"),
        Column("category", text("Category"), width=14),
        Column("stderr", text("Standard error"), "value", 11),
        Column("status_said", text("Status"), width=20),
        Column("check_said", text("Check"), width=14),
        Column("source", text("Source"), "wide", 36),
        Column("recorded", text("Recorded (UTC)"), "time", 17),
        Column("batch", text("Batch"), width=15),
    ]
    shown = frame(subject)
    note = text("The values that the scores were computed from, as they stand now.")
    if shown.height < subject.observations.height:
        note = text(
            "{shown} of {all} values: the rest is in the workspace and in the SDMX file.",
            shown=shown.height,
            all=subject.observations.height,
        )
    sheet = book.sheet(
        text("Observations"), text("Observations: {title}", title=subject.title), note
    )
    book.table(sheet, shown, columns)
