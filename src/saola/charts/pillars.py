"""Pillar bars: a unit's rate in each pillar, with the median of its peers as a tick."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, Scale, finished, rows, words
from saola.charts.look import axis_format
from saola.charts.palette import light

_ROW = 34


def pillars(
    frame: pl.DataFrame, lang: str, *, title: str = "", scale: Scale | None = None
) -> Chart:
    """Draw a bar for each pillar.

    Args:
        frame: One row a pillar, in the order of the framework: `label`, `score` (0–1),
            `median` (0–1, of all units assessed).
        lang: The language.
        title: The heading.
        scale: How scores are written.
    """
    scale = scale or Scale()
    shown = frame.with_columns(
        x=pl.col("score") * scale.top,
        middle=pl.col("median") * scale.top,
        said=pl.col("score")
        .map_elements(lambda v: scale.write(v, lang), pl.String)
        .fill_null(language.DASH),
        said_median=pl.col("median").map_elements(lambda v: scale.write(v, lang), pl.String),
    )
    return finished(
        "pillars",
        _drawn(shown, lang, scale),
        title=title or language.text("Scores by pillar", lang=lang),
        finding=_finding(frame, lang),
        table=frame,
        headings=words(lang, label="Pillar", score="Score (0–1)", median="Median of all"),
        lang=lang,
    )


def _drawn(shown: pl.DataFrame, lang: str, scale: Scale) -> alt.TopLevelMixin:
    y = alt.Y("label:N").sort(shown["label"].to_list()).title(None)
    x = alt.X("x:Q").scale(domain=[0, scale.top], nice=False)
    x = x.title(language.text("Score; the tick is the median of all units", lang=lang))
    x = x.axis(format=axis_format(scale.top), tickCount=5)
    tips = [
        alt.Tooltip("label:N").title(language.text("Pillar", lang=lang)),
        alt.Tooltip("said:N").title(language.text("Score", lang=lang)),
        alt.Tooltip("said_median:N").title(language.text("Median of all", lang=lang)),
    ]
    base = alt.Chart(rows(shown)).encode(y=y, tooltip=tips)
    bars = base.mark_bar(height=16, cornerRadiusEnd=3).encode(x=x)
    ticks = base.mark_tick(color=light("ink"), thickness=3, size=26).encode(x=alt.X("middle:Q"))
    numbers = base.mark_text(align="left", fontSize=12).encode(x=alt.value(266), text="said:N")
    return alt.layer(bars, ticks, numbers).properties(width=258, height=_ROW * max(shown.height, 1))


def _finding(frame: pl.DataFrame, lang: str) -> str:
    known = frame.filter(pl.col("score").is_not_null())
    if known.is_empty():
        return language.text("No figure is known yet.", lang=lang)
    ordered = known.sort("score", descending=True)["label"].to_list()
    above = known.filter(pl.col("score") > pl.col("median")).height
    said = language.text(
        "{above} of {count} pillars are above the median of all units.",
        lang=lang,
        above=above,
        count=known.height,
    )
    if known.height == 1:
        return said
    return (
        said
        + " "
        + language.text(
            "Strongest is {best}, weakest {worst}.", lang=lang, best=ordered[0], worst=ordered[-1]
        )
    )
