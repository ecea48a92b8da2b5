"""Sobol bars: how much of the movement of ranks each choice explains."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, finished, rows, words
from saola.charts.palette import light

_ROW = 46


def sobol(frame: pl.DataFrame, lang: str, *, title: str = "") -> Chart:
    """Draw the total index of each factor as a bar, its first-order part and its interval on it.

    Args:
        frame: One row a factor: `label`, `first`, `total`, and where they are known
            `total_low`, `total_high`.
        lang: The language.
        title: The heading.
    """
    shown = frame.sort("total", "label", descending=[True, False], nulls_last=True)
    finding = language.text("Nothing was varied.", lang=lang)
    if shown.height:
        first = shown.row(0, named=True)
        finding = language.text(
            "{factor} matters most: with all that it does together with the others it explains "
            "{share} of the movement.",
            lang=lang,
            factor=first["label"],
            share=language.percent(first["total"], lang=lang, decimals=0),
        )
    return finished(
        "sobol",
        _drawn(shown, lang),
        title=title or language.text("Which choice moves the ranks", lang=lang),
        finding=finding,
        table=shown,
        headings=words(
            lang,
            label="Choice",
            first="Alone",
            total="With others",
            total_low="Low",
            total_high="High",
        ),
        lang=lang,
    )


def _drawn(shown: pl.DataFrame, lang: str) -> alt.TopLevelMixin:
    y = alt.Y("label:N").sort(shown["label"].to_list()).title(None)
    heading = language.text("Share of the variance: dark alone, light with others", lang=lang)
    x = alt.X("total:Q").title(heading).axis(format="%", orient="top")
    tips = [
        alt.Tooltip("label:N").title(language.text("Choice", lang=lang)),
        alt.Tooltip("first:Q", format=".1%").title(language.text("Alone", lang=lang)),
        alt.Tooltip("total:Q", format=".1%").title(language.text("With others", lang=lang)),
    ]
    base = alt.Chart(rows(shown))
    total = base.mark_bar(color=light("step-3"), height=22).encode(y=y, x=x, tooltip=tips)
    alone = base.mark_bar(height=10).encode(y=y, x="first:Q", tooltip=tips)
    spread = base.mark_rule(color=light("ink"), strokeWidth=1.5).encode(
        y=y, x="total_low:Q", x2="total_high:Q"
    )
    return alt.layer(total, alone, spread).properties(
        width=500, height=max(_ROW * shown.height, _ROW)
    )
