"""Heat map: a rate for each field of each agency, as colour and as a number."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, finished, rows, words
from saola.charts.palette import STEPS, light, step
from saola.charts.step_legend import step_colour, step_legend

_CELL_W, _CELL_H = 62, 25


def heat(
    frame: pl.DataFrame, lang: str, *, title: str = "", row: str = "Unit", column: str = "Field"
) -> Chart:
    """Draw a grid of rates, with rows and columns in the order of their means.

    Args:
        frame: One row a cell: `row` and `column` (labels), `score` (0–1 or null).
        lang: The language.
        title: The heading.
        row: What rows are, an English word.
        column: What columns are, an English word.
    """
    across = _order(frame, "column")
    down = _order(frame, "row")
    shown = frame.with_columns(
        said=pl.col("score")
        .map_elements(
            lambda v: language.number(v * 100, lang=lang, decimals=0), pl.String, skip_nulls=True
        )
        .fill_null(language.DASH),
        step=pl.col("score")
        .map_elements(lambda v: STEPS[step(v)], pl.String, skip_nulls=True)
        .fill_null("none"),
    ).with_columns(strong=pl.col("step").is_in(STEPS[4:]))
    return finished(
        "heat",
        _drawn(shown, down, across, lang),
        title=title or language.text("Rates by unit and field", lang=lang),
        finding=_finding(frame, across, lang),
        table=frame.sort("row", "column"),
        headings=words(lang, row=row, column=column, score="Rate (0–1)"),
        lang=lang,
    )


def _order(frame: pl.DataFrame, axis: str) -> list[str]:
    means = (
        frame.group_by(axis)
        .agg(pl.col("score").mean())
        .sort("score", axis, descending=[True, False], nulls_last=True)
    )
    return means[axis].to_list()


def _drawn(shown: pl.DataFrame, down: list[str], across: list[str], lang: str) -> alt.TopLevelMixin:
    x = alt.X("column:N").sort(across).title(None)
    x = x.axis(orient="top", labelAngle=-38, labelLimit=180, labelPadding=4)
    y = alt.Y("row:N").sort(down).title(None).axis(labelLimit=300)
    legend = step_legend(lang, language.text("Rate of 100", lang=lang))
    tips = [
        alt.Tooltip("row:N").title(language.text("Unit", lang=lang)),
        alt.Tooltip("column:N").title(language.text("Field", lang=lang)),
        alt.Tooltip("said:N").title(language.text("Rate of 100", lang=lang)),
    ]
    base = alt.Chart(rows(shown)).encode(x=x, y=y)
    cells = base.mark_rect(stroke=light("paper"), strokeWidth=2, cornerRadius=3).encode(
        color=step_colour(legend), tooltip=tips
    )
    ink = alt.condition("datum.strong", alt.value(light("on-strong")), alt.value(light("ink")))
    numbers = base.mark_text(fontSize=11).encode(text="said:N", color=ink, tooltip=tips)
    size = {"width": _CELL_W * max(len(across), 1), "height": _CELL_H * max(len(down), 1)}
    return alt.layer(cells, numbers).properties(**size)


def _finding(frame: pl.DataFrame, across: list[str], lang: str) -> str:
    known = frame.filter(pl.col("score").is_not_null())
    if known.is_empty():
        return language.text("No figure is known yet.", lang=lang)
    means = known.group_by("column").agg(pl.col("score").mean())
    mean = dict(means.iter_rows())
    ordered = [name for name in across if name in mean]

    def of_100(name: str) -> str:
        return language.number(mean[name] * 100, lang=lang, decimals=0)

    said = language.text(
        "On average {best} is furthest ({high} of 100) and {worst} least far ({low}).",
        lang=lang,
        best=ordered[0],
        high=of_100(ordered[0]),
        worst=ordered[-1],
        low=of_100(ordered[-1]),
    )
    missing = frame.height - known.height
    if missing:
        said += " " + language.plural(
            "{n} cell has no figure.", "{n} cells have no figure.", missing, lang=lang
        )
    return said
