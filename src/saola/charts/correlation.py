"""Correlation map: which parts of an index go together and which against each other."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, finished, rows, words
from saola.charts.palette import STEPS, light
from saola.charts.step_legend import step_colour

_WIDE, _HIGH = 58, 24
_BOUNDS = (-0.4, 0.0, 0.3, 0.6, 0.8, 0.92)


def correlation(frame: pl.DataFrame, lang: str, *, title: str = "") -> Chart:
    """Draw a grid of correlations with their numbers.

    Args:
        frame: One row a pair: `row`, `column` (labels, in the order to draw), `value` (-1 to 1
            or null).
        lang: The language.
        title: The heading.
    """
    shown = frame.with_columns(
        step=pl.col("value")
        .map_elements(lambda v: STEPS[sum(v >= bound for bound in _BOUNDS)], pl.String)
        .fill_null("none"),
        said=pl.col("value")
        .map_elements(lambda v: language.number(v, lang=lang, decimals=2), pl.String)
        .fill_null(language.DASH),
    ).with_columns(strong=pl.col("step").is_in(STEPS[4:]))
    against = frame.filter(pl.col("value") < 0).height
    return finished(
        "correlation",
        _drawn(shown, lang),
        title=title or language.text("Correlations", lang=lang),
        finding=language.text(
            "Of {count} pairs {against} go against each other.",
            lang=lang,
            count=language.number(frame.height, lang=lang),
            against=language.number(against, lang=lang),
        ),
        table=frame,
        headings=words(lang, row="Part", column="Other part", value="Correlation"),
        lang=lang,
    )


def _drawn(shown: pl.DataFrame, lang: str) -> alt.TopLevelMixin:
    down = shown["row"].unique(maintain_order=True).to_list()
    across = shown["column"].unique(maintain_order=True).to_list()
    x = alt.X("column:N").sort(across).title(None).axis(orient="top", labelAngle=-38)
    y = alt.Y("row:N").sort(down).title(None)
    tips = [
        alt.Tooltip("row:N").title(language.text("Part", lang=lang)),
        alt.Tooltip("column:N").title(language.text("Other part", lang=lang)),
        alt.Tooltip("said:N").title(language.text("Correlation", lang=lang)),
    ]
    base = alt.Chart(rows(shown)).encode(x=x, y=y, tooltip=tips)
    cells = base.mark_rect(stroke=light("paper"), strokeWidth=2).encode(color=step_colour(None))
    ink = alt.condition("datum.strong", alt.value(light("on-strong")), alt.value(light("ink")))
    numbers = base.mark_text(fontSize=11).encode(text="said:N", color=ink)
    size = {"width": _WIDE * max(len(across), 1), "height": _HIGH * max(len(down), 1)}
    return alt.layer(cells, numbers).properties(**size)
