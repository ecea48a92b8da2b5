"""Staircase: each unit's interval of ranks in the order of its rank; steps are differences."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, finished, rows, words
from saola.charts.palette import light

_WIDE, _HIGH = 720, 520


def staircase(frame: pl.DataFrame, lang: str, *, title: str = "") -> Chart:
    """Draw a field too large for one line a unit.

    Args:
        frame: One row a unit: `label`, `rank`, `rank_low`, `rank_high`, `class` (rank class).
        lang: The language.
        title: The heading.
    """
    shown = frame.filter(pl.col("rank") > 0).sort("rank", "label")
    odd = pl.when(pl.col("class") % 2 == 1).then(pl.lit("odd")).otherwise(pl.lit("even"))
    shown = shown.with_columns(side=odd)
    heads = shown.group_by("class", maintain_order=True).first()
    finding = language.text("No unit has a rank.", lang=lang)
    if shown.height:
        finding = language.text(
            "{count} units fall into {classes} classes that can be told apart.",
            lang=lang,
            count=language.number(shown.height, lang=lang),
            classes=language.number(heads.height, lang=lang),
        )
    return finished(
        "staircase",
        _drawn(shown, heads, lang),
        title=title or language.text("Which ranks really differ", lang=lang),
        finding=finding,
        table=shown.drop("side"),
        headings=words(
            lang,
            rank="Rank",
            label="Unit",
            rank_low="Best rank",
            rank_high="Worst rank",
            **{"class": "Class"},
        ),
        lang=lang,
    )


def _drawn(shown: pl.DataFrame, heads: pl.DataFrame, lang: str) -> alt.TopLevelMixin:
    x = alt.X("rank:Q").title(language.text("Rank", lang=lang)).scale(nice=False)
    heading = language.text("Best to worst rank in the draws", lang=lang)
    y = alt.Y("rank_low:Q").title(heading).scale(reverse=True, nice=False)
    colour = alt.Color("side:N").legend(None)
    colour = colour.scale(domain=["odd", "even"], range=[light("mark"), light("step-4")])
    tips = [
        alt.Tooltip(f"{name}:{kind}").title(language.text(said, lang=lang))
        for name, kind, said in (
            ("label", "N", "Unit"),
            ("rank", "Q", "Rank"),
            ("rank_low", "Q", "Best rank"),
            ("rank_high", "Q", "Worst rank"),
            ("class", "Q", "Class"),
        )
    ]
    spans = alt.Chart(rows(shown)).mark_rule(strokeWidth=2.6)
    spans = spans.encode(x=x, y=y, y2="rank_high:Q", color=colour, tooltip=tips)
    names = alt.Chart(rows(heads)).mark_text(align="left", angle=315, dx=4, dy=-3, fontSize=9)
    names = names.encode(x="rank:Q", y="rank_low:Q", text="label:N")
    return alt.layer(spans, names).properties(width=_WIDE, height=_HIGH)
