"""How far records are: what is usable and what is to be corrected, commune by commune."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, finished, rows, words
from saola.charts.palette import SERIES, light

MOST = 25
_ROW = 26


def digitised(frame: pl.DataFrame, lang: str, *, title: str = "") -> Chart:
    """Draw a bar for each commune, the least usable first.

    Args:
        frame: One row a commune: `label`, `usable` and `wrong` (records). The `MOST` communes with
            most to correct are drawn; all are in the table.
        lang: The language.
        title: The heading.
    """
    ordered = frame.sort(["wrong", "label"], descending=[True, False])
    return finished(
        "digitised",
        _drawn(ordered.head(MOST), lang),
        title=title or language.text("How far the records are", lang=lang),
        finding=_finding(frame, lang),
        table=ordered,
        headings=words(lang, label="Commune", usable="Usable", wrong="To be corrected"),
        lang=lang,
    )


def _drawn(shown: pl.DataFrame, lang: str) -> alt.TopLevelMixin:
    names = words(lang, usable="Usable", wrong="To be corrected")
    marks = shown.unpivot(["usable", "wrong"], index="label").with_columns(
        group=pl.col("variable").replace_strict(names, return_dtype=pl.String),
        place=pl.when(pl.col("variable") == "usable").then(0).otherwise(1),
    )
    colours = alt.Scale(domain=list(names.values()), range=[light("mark"), light(SERIES[1])])
    bars: alt.Chart = (
        alt.Chart(rows(marks))
        .mark_bar(height=16)
        .encode(
            y=alt.Y("label:N").sort(shown["label"].to_list()).title(None),
            x=alt.X("value:Q").title(language.text("Records", lang=lang)).axis(tickCount=5),
            color=alt.Color("group:N").scale(colours).title(None).legend(orient="top"),
            order=alt.Order("place:Q"),
        )
    )
    drawn: alt.TopLevelMixin = bars.properties(width=230, height=_ROW * max(shown.height, 1))
    return drawn


def _finding(frame: pl.DataFrame, lang: str) -> str:
    usable, wrong = (int(frame[name].sum() or 0) for name in ("usable", "wrong"))
    if not usable + wrong:
        return language.text("There are no records yet.", lang=lang)
    return language.text(
        "{share} of {count} records are usable.",
        lang=lang,
        share=language.percent(usable / (usable + wrong), lang=lang),
        count=language.number(usable + wrong, lang=lang, decimals=0),
    )
