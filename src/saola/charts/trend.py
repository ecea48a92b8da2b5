"""Trend: one or a few series over time, with their intervals where known."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, Scale, finished, rows, words
from saola.charts.look import axis_format
from saola.charts.palette import SERIES, light

_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")


def trend(frame: pl.DataFrame, lang: str, *, title: str = "", scale: Scale | None = None) -> Chart:
    """Draw scores period after period.

    Args:
        frame: One row a series and period: `series` (label), `period` (code, in order of time),
            `score` (0–1); `low` and `high` where known. At most five series.
        lang: The language.
        title: The heading.
        scale: How scores are written.
    """
    scale = scale or Scale()
    shown = frame.filter(pl.col("score").is_not_null()).with_columns(
        y=pl.col("score") * scale.top,
        y_low=pl.col("low") * scale.top,
        y_high=pl.col("high") * scale.top,
        said=pl.col("score").map_elements(lambda v: scale.write(v, lang), pl.String),
    )
    return finished(
        "trend",
        _drawn(shown, lang, scale),
        title=title or language.text("Over time", lang=lang),
        finding=_finding(shown, lang, scale),
        table=frame,
        headings=words(
            lang, series="Unit", period="Period", score="Score (0–1)", low="Low", high="High"
        ),
        lang=lang,
    )


def _drawn(shown: pl.DataFrame, lang: str, scale: Scale) -> alt.TopLevelMixin:
    names = shown["series"].unique(maintain_order=True).to_list()
    order = shown["period"].unique().sort().to_list()
    axis = alt.Axis(labelAngle=-45 if len(order) > 10 else 0, grid=False)
    x = alt.X("period:O").sort(order).title(None).axis(axis).scale(padding=0.3)
    y = alt.Y("y:Q").title(None).scale(domain=[0, scale.top], nice=False)
    y = y.axis(format=axis_format(scale.top), tickCount=5)
    legend = (
        alt.Legend(title=None, orient="top", columns=2, symbolOpacity=1) if len(names) > 1 else None
    )
    colour = alt.Color("series:N").scale(domain=names, range=[light(n) for n in SERIES])
    shape = alt.Shape("series:N").scale(domain=names, range=list(_SHAPES)).legend(legend)
    base = alt.Chart(rows(shown)).encode(x=x, color=colour.legend(legend))
    band = base.mark_area(opacity=0.18).encode(y=alt.Y("y_low:Q"), y2="y_high:Q")
    line = base.mark_line().encode(y=y)
    tips = [
        alt.Tooltip("series:N").title(language.text("Unit", lang=lang)),
        alt.Tooltip("period:N").title(language.text("Period", lang=lang)),
        alt.Tooltip("said:N").title(language.text("Score", lang=lang)),
    ]
    point = base.mark_point(size=55).encode(y=y, shape=shape, tooltip=tips)
    return alt.layer(band, line, point).properties(width=430, height=230)


def _finding(shown: pl.DataFrame, lang: str, scale: Scale) -> str:
    if shown.is_empty():
        return language.text("No figure is known yet.", lang=lang)
    sentences = []
    for (name,), own in shown.group_by("series", maintain_order=True):
        ordered = own.sort("period")
        start, end = ordered.row(0, named=True), ordered.row(-1, named=True)
        facts = {
            "name": name,
            "from": scale.write(start["score"], lang),
            "to": scale.write(end["score"], lang),
            "start": start["period"],
            "end": end["period"],
        }
        sentence = "{name} had {to} in {end}."
        if own.height > 1:
            sentence = _way(end["score"] - start["score"])
        sentences.append(language.text(sentence, lang=lang, **facts))
    return " ".join(sentences)


def _way(change: float) -> str:
    if change > 0:
        return "{name} rose from {from} in {start} to {to} in {end}."
    if change < 0:
        return "{name} fell from {from} in {start} to {to} in {end}."
    return "{name} stayed at {to} from {start} to {end}."
