"""Waterfall: from one score to another, step by step of what made the difference."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, Scale, finished, rows, words
from saola.charts.palette import light

_ROW = 24


def waterfall(
    frame: pl.DataFrame, lang: str, *, title: str = "", scale: Scale | None = None
) -> Chart:
    """Draw contributions one after the other, from a start to an end.

    Args:
        frame: In the order to draw: `label`, `change` (added to what stands so far).
        lang: The language.
        title: The heading.
        scale: How numbers are written.
    """
    scale = scale or Scale(top=1, decimals=2)
    shown = frame.with_columns(
        to=pl.col("change").cum_sum(), said=pl.col("change") * scale.top
    ).with_columns(
        since=pl.col("to") - pl.col("change"),
        kind=pl.when(pl.col("change") < 0).then(pl.lit("down")).otherwise(pl.lit("up")),
    )
    finding = language.text("Nothing changed.", lang=lang)
    if shown.height:
        largest = shown.sort(pl.col("change").abs(), descending=True).row(0, named=True)
        finding = language.text(
            "{label} makes the greatest difference, {change}.",
            lang=lang,
            label=largest["label"],
            change=scale.write(largest["change"], lang),
        )
    return finished(
        "waterfall",
        _drawn(shown, lang),
        title=title or language.text("What makes the difference", lang=lang),
        finding=finding,
        table=frame,
        headings=words(lang, label="Part", change="Contribution"),
        lang=lang,
    )


def _drawn(shown: pl.DataFrame, lang: str) -> alt.TopLevelMixin:
    y = alt.Y("label:N").sort(shown["label"].to_list()).title(None)
    x = alt.X("since:Q").title(language.text("Score", lang=lang)).axis(orient="top")
    colour = alt.Color("kind:N").legend(None)
    colour = colour.scale(domain=["up", "down"], range=[light("mark"), light("series-2")])
    tips = [
        alt.Tooltip("label:N").title(language.text("Part", lang=lang)),
        alt.Tooltip("said:Q", format=".3f").title(language.text("Contribution", lang=lang)),
    ]
    bars = alt.Chart(rows(shown)).mark_bar(height=15)
    drawn: alt.TopLevelMixin = bars.encode(y=y, x=x, x2="to:Q", color=colour, tooltip=tips)
    return drawn.properties(width=520, height=max(_ROW * shown.height, _ROW))
