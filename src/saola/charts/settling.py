"""Convergence: how a result settles as draws are added."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, finished, rows, words
from saola.charts.palette import light


def settling(frame: pl.DataFrame, lang: str, *, title: str = "") -> Chart:
    """Draw a result against the number of draws it was read from.

    Args:
        frame: `draws`, `rank_change` (the mean absolute change of rank from the published one).
        lang: The language.
        title: The heading.
    """
    finding = language.text("There are no draws.", lang=lang)
    if frame.height:
        last = frame.sort("draws")["rank_change"].to_list()
        moved = abs(last[-1] - last[-2]) if frame.height > 1 else 0.0
        finding = language.text(
            "The last step changed the mean absolute rank change by {moved} places.",
            lang=lang,
            moved=language.number(moved, lang=lang, decimals=3),
        )
    x = alt.X("draws:Q").scale(type="log", nice=False).title(language.text("Draws", lang=lang))
    heading = language.text("Mean absolute rank change", lang=lang)
    y = alt.Y("rank_change:Q").scale(zero=False).title(heading)
    base = alt.Chart(rows(frame))
    line = base.mark_line(color=light("mark")).encode(x=x, y=y)
    drawing = alt.layer(line, base.mark_point(color=light("mark"), size=40).encode(x=x, y=y))
    return finished(
        "settling",
        drawing.properties(width=420, height=180),
        title=title or language.text("Enough draws?", lang=lang),
        finding=finding,
        table=frame,
        headings=words(lang, draws="Draws", rank_change="Mean absolute rank change"),
        lang=lang,
    )
