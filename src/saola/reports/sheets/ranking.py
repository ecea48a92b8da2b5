"""Sheet: who stands where, and how sure that is."""

import polars as pl

from saola.charts.palette import light
from saola.language import text
from saola.reports.sheets.book import HEAD, Book, Column
from saola.reports.subject import Subject, kind_name
from saola.reports.words import marks

_BARS = 40
_SURE = ("low", "high")


def columns() -> list[Column]:
    """Name the columns; those without any value are left out of the sheet."""
    return [
        Column("kind_name", text("Kind"), width=13),
        Column("group_name", text("Group"), width=24),
        Column("rank", text("Rank"), "whole"),
        Column("unit", text("Code"), width=15),
        Column("label", text("Unit"), width=34),
        Column("score", text("Score"), "score"),
        Column("low", text("Low"), "score"),
        Column("high", text("High"), "score"),
        Column("rank_low", text("Best rank"), "whole"),
        Column("rank_high", text("Worst rank"), "whole"),
        Column("points", text("Points"), "score"),
        Column("max_points", text("Most points"), "score"),
        Column("status_said", text("Status"), width=24),
        Column("published_score", text("Published score"), "score"),
        Column("published_rank", text("Published rank"), "whole"),
        Column("rank_of_published", text("Rank of the published score"), "whole"),
    ]


def frame(subject: Subject) -> pl.DataFrame:
    """Give one row a unit, kind after kind, scores in the scale they are written in."""
    empty = subject.ranking("").with_columns(kind_name=pl.lit(""))
    parts = [
        subject.ranking(kind).with_columns(kind_name=pl.lit(kind_name(kind)))
        for kind in subject.kinds
    ]
    rows = pl.concat([empty, *parts])
    top = subject.scale.top
    return rows.with_columns(
        pl.col("score", *_SURE, "published_score") * top,
        status_said=pl.col("status").replace_strict(marks(), default=pl.col("status")),
    )


def write(book: Book, subject: Subject) -> None:
    """Write the sheet, with a bar chart of the first kind of unit."""
    name = text("Ranking")
    note = text("Low and high are the ends of the interval of 90 %, where it is known.")
    rows = frame(subject)
    kept = [c for c in columns() if rows[c.name].null_count() < rows.height]
    sheet = book.sheet(name, subject.title, note)
    book.table(sheet, rows, kept)
    first = rows.filter(pl.col("kind") == subject.kinds[0]) if subject.kinds else rows
    drawn = first.filter(pl.col("score").is_not_null()).head(_BARS)
    if drawn.height:
        _bars(book, sheet, name, drawn, kept)


def _bars(book: Book, sheet: object, name: str, drawn: pl.DataFrame, kept: list[Column]) -> None:
    places = {column.name: place for place, column in enumerate(kept)}
    first, last = HEAD + 1, HEAD + drawn.height
    chart = book.book.add_chart({"type": "bar"})
    series = {
        "name": text("Score"),
        "categories": [name, first, places["label"], last, places["label"]],
        "values": [name, first, places["score"], last, places["score"]],
        "fill": {"color": light("mark")},
        "gap": 45,
    }
    if set(_SURE) <= places.keys():
        known = drawn.with_columns(pl.col(_SURE).fill_null(pl.col("score")))
        series["x_error_bars"] = {
            "type": "custom",
            "plus_values": (known["high"] - known["score"]).to_list(),
            "minus_values": (known["score"] - known["low"]).to_list(),
            "line": {"color": light("ink")},
        }
    chart.add_series(series)
    chart.set_title({"name": text("Ranking"), "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    chart.set_x_axis({"min": 0, "major_gridlines": {"visible": True}})
    chart.set_size({"width": 620, "height": 120 + 22 * drawn.height})
    said = text(
        "Bars of the score of {count} units, the best on top: {first} to {last}.",
        count=drawn.height,
        first=drawn["label"][0],
        last=drawn["label"][-1],
    )
    options = {"description": said, "object_position": 3}
    sheet.insert_chart(HEAD, len(kept) + 1, chart, options)  # type: ignore[attr-defined]  # untyped part
