"""How far records are: usable, to be corrected, to be rebuilt, commune by commune."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, finished, rows, words
from saola.charts.palette import SERIES, light

MOST = 25
_ROW = 26
GROUPS = {"usable": "Usable", "wrong": "To be corrected", "rebuild": "To be rebuilt"}


def digitised(frame: pl.DataFrame, lang: str, *, title: str = "") -> Chart:
    """Draw a bar for each commune, the least usable first.

    Args:
        frame: One row a commune: `label`, `usable`, `wrong` and `rebuild` (records). The `MOST`
            communes with most to correct or rebuild are drawn; all are in the table.
        lang: The language.
        title: The heading.
    """
    ordered = frame.sort([pl.col("wrong") + pl.col("rebuild"), "label"], descending=[True, False])
    return finished(
        "digitised",
        _drawn(ordered.head(MOST), lang),
        title=title or language.text("How far the records are", lang=lang),
        finding=_finding(frame, lang),
        table=ordered,
        headings=words(lang, label="Commune", **GROUPS),
        lang=lang,
    )


def _drawn(shown: pl.DataFrame, lang: str) -> alt.TopLevelMixin:
    names = words(lang, **GROUPS)
    marks = shown.unpivot(list(GROUPS), index="label").with_columns(
        group=pl.col("variable").replace_strict(names, return_dtype=pl.String),
        place=pl.col("variable").replace_strict(list(GROUPS), range(len(GROUPS))),
    )
    colours = alt.Scale(
        domain=list(names.values()), range=[light(c) for c in ("mark", SERIES[1], SERIES[2])]
    )
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
    usable, *others = (int(frame[name].sum() or 0) for name in GROUPS)
    records = usable + sum(others)
    if not records:
        return language.text("There are no records yet.", lang=lang)
    return language.text(
        "{share} of {count} records are usable.",
        lang=lang,
        share=language.percent(usable / records, lang=lang),
        count=language.number(records, lang=lang, decimals=0),
    )
