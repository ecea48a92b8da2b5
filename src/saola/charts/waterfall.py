"""Waterfall: from one score to another, step by step of what made the difference."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, Scale, finished, rows, words
from saola.charts.palette import light

_ROW = 24


def waterfall(
    frame: pl.DataFrame, lang: str, *, title: str = "", scale: Scale | None = None, rest: str = ""
) -> Chart:
    """Draw contributions one after the other, from a start to an end.

    Args:
        frame: In the order to draw: `label`, `change` (added to what stands so far); where it has
            a column `whole`, rows that hold there are totals and are drawn from nothing.
        lang: The language.
        title: The heading.
        scale: How numbers are written.
        rest: The label of the row that stands for many parts, which is not named as the greatest.
    """
    scale = scale or Scale(top=1, decimals=2)
    shown = _placed(frame, scale)
    finding = language.text("Nothing changed.", lang=lang)
    parts = shown.filter(pl.col("kind") != "whole", pl.col("label") != rest)
    if parts.height:
        largest = parts.sort(pl.col("change").abs(), descending=True).row(0, named=True)
        finding = language.text(
            "{label} makes the greatest difference, {change}.",
            lang=lang,
            label=largest["label"],
            change=scale.write(largest["change"], lang),
        )
    return finished(
        "waterfall",
        _drawn(shown, lang, scale),
        title=title or language.text("What makes the difference", lang=lang),
        finding=finding,
        table=frame,
        headings=words(lang, label="Part", change="Contribution"),
        lang=lang,
    )


def _placed(frame: pl.DataFrame, scale: Scale) -> pl.DataFrame:
    """Give each bar its two ends: a total stands on nothing, a part on what came before it."""
    if "whole" not in frame.columns:
        frame = frame.with_columns(whole=pl.lit(value=False))
    first = pl.int_range(pl.len()) == 0
    # A total at the start is where the parts begin; any other only repeats what stands so far.
    step = pl.when(pl.col("whole") & ~first).then(0.0).otherwise("change")
    return frame.with_columns(
        to=step.cum_sum() * scale.top, said=pl.col("change") * scale.top
    ).with_columns(
        since=pl.when("whole").then(0.0).otherwise(pl.col("to") - pl.col("said")),
        kind=pl.when("whole")
        .then(pl.lit("whole"))
        .when(pl.col("change") < 0)
        .then(pl.lit("down"))
        .otherwise(pl.lit("up")),
    )


def _drawn(shown: pl.DataFrame, lang: str, scale: Scale) -> alt.TopLevelMixin:
    y = alt.Y("label:N").sort(shown["label"].to_list()).title(None)
    x = alt.X("since:Q").title(language.text("Score", lang=lang)).axis(orient="top")
    # Totals tower over the parts: the axis begins near them, or nobody would see what changed.
    parts = shown.filter(pl.col("kind") != "whole")
    if parts.height < shown.height and parts.height:
        ends = [*parts["to"], *parts["since"]]
        margin = 0.08 * max(max(ends) - min(ends), 1e-3 * scale.top)
        low = max(0.0, min(ends) - margin)
        x = x.scale(domain=[low, max(ends) + margin], zero=False, nice=False, clamp=True)
    colour = alt.Color("kind:N").legend(None)
    colours = [light("mark"), light("series-2"), light("soft")]
    colour = colour.scale(domain=["up", "down", "whole"], range=colours)
    tips = [
        alt.Tooltip("label:N").title(language.text("Part", lang=lang)),
        alt.Tooltip("said:Q", format=".3f").title(language.text("Contribution", lang=lang)),
    ]
    bars = alt.Chart(rows(shown)).mark_bar(height=15)
    drawn: alt.TopLevelMixin = bars.encode(y=y, x=x, x2="to:Q", color=colour, tooltip=tips)
    return drawn.properties(width=520, height=max(_ROW * shown.height, _ROW))
