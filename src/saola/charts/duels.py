"""Pairwise matrix: how surely each unit is ahead of each other one."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, finished, rows, words
from saola.charts.palette import STEPS, light
from saola.charts.step_legend import step_colour, step_labels

_CELL = 15
_BOUNDS = (0.05, 0.2, 0.4, 0.6, 0.8, 0.95)


def duels(frame: pl.DataFrame, lang: str, *, title: str = "") -> Chart:
    """Draw a grid of the chances that the unit of a row is ahead of that of a column.

    Args:
        frame: One row a pair: `row`, `column` (labels, in the order to draw), `ahead` (0–1).
        lang: The language.
        title: The heading.
    """
    shown = frame.with_columns(
        step=pl.col("ahead")
        .map_elements(lambda v: STEPS[sum(v >= bound for bound in _BOUNDS)], pl.String)
        .fill_null("none")
        if frame.height
        else pl.lit("none"),
    )
    sure = frame.filter((pl.col("ahead") >= 0.95) | (pl.col("ahead") <= 0.05)).height
    finding = language.text("There is no pair to compare.", lang=lang)
    if frame.height:
        finding = language.text(
            "{share} of the pairs can be told apart at 95 %.",
            lang=lang,
            share=language.percent(sure / frame.height, lang=lang, decimals=0),
        )
    return finished(
        "duels",
        _drawn(shown, lang),
        title=title or language.text("Who is ahead of whom", lang=lang),
        finding=finding,
        table=frame,
        headings=words(lang, row="Unit", column="Other unit", ahead="Chance of being ahead"),
        lang=lang,
    )


def _drawn(shown: pl.DataFrame, lang: str) -> alt.TopLevelMixin:
    down = shown["row"].unique(maintain_order=True).to_list()
    x = alt.X("column:N").sort(down).title(None)
    x = x.axis(orient="top", labelAngle=-90, labelFontSize=9)
    y = alt.Y("row:N").sort(down).title(None).axis(labelFontSize=9)
    spans = ["0–5 %", "5–20 %", "20–40 %", "40–60 %", "60–80 %", "80–95 %", "95–100 %"]
    spans.append(language.text("no figure", lang=lang))
    legend = alt.Legend(
        title=language.text("Chance of being ahead", lang=lang),
        labelExpr=step_labels(spans),
        orient="bottom",
        columns=4,
    )
    tips = [
        alt.Tooltip("row:N").title(language.text("Unit", lang=lang)),
        alt.Tooltip("column:N").title(language.text("Other unit", lang=lang)),
        alt.Tooltip("ahead:Q").title(language.text("Chance of being ahead", lang=lang)),
    ]
    cells = alt.Chart(rows(shown)).mark_rect(stroke=light("paper"), strokeWidth=1)
    side = _CELL * max(len(down), 1)
    drawn: alt.TopLevelMixin = cells.encode(x=x, y=y, color=step_colour(legend), tooltip=tips)
    return drawn.properties(width=side, height=side)
