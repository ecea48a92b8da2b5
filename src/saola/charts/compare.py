"""Compare: two to five units beside each other, pillar by pillar."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, Scale, finished, rows, words
from saola.charts.look import axis_format
from saola.charts.palette import SERIES, light

_ROW = 40
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")


def compare(
    frame: pl.DataFrame, lang: str, *, title: str = "", scale: Scale | None = None
) -> Chart:
    """Draw each unit's score in each pillar on one line a pillar.

    Args:
        frame: One row a pillar and unit, pillars in the order of the framework: `label` (of the
            pillar), `unit` (label), `score` (0–1 or null). At most five units.
        lang: The language.
        title: The heading.
        scale: How scores are written.
    """
    scale = scale or Scale()
    shown = frame.filter(pl.col("score").is_not_null()).with_columns(
        x=pl.col("score") * scale.top,
        said=pl.col("score").map_elements(lambda v: scale.write(v, lang), pl.String),
    )
    return finished(
        "compare",
        _drawn(shown, lang, scale),
        title=title or language.text("Comparison", lang=lang),
        finding=_finding(shown, lang),
        table=frame,
        headings=words(lang, label="Pillar", unit="Unit", score="Score (0–1)"),
        lang=lang,
    )


def _drawn(shown: pl.DataFrame, lang: str, scale: Scale) -> alt.TopLevelMixin:
    order = shown["label"].unique(maintain_order=True).to_list()
    names = shown["unit"].unique(maintain_order=True).to_list()
    y = alt.Y("label:N").sort(order).title(None)
    x = alt.X("x:Q").scale(domain=[0, scale.top], nice=False)
    x = x.title(language.text("Score", lang=lang)).axis(format=axis_format(scale.top), tickCount=5)
    # A legend without entries would make the drawing infinitely wide.
    legend = alt.Legend(title=None, orient="top", columns=2) if names else None
    colour = alt.Color("unit:N").scale(domain=names, range=[light(n) for n in SERIES])
    shape = alt.Shape("unit:N").scale(domain=names, range=list(_SHAPES)).legend(legend)
    tips = [
        alt.Tooltip("label:N").title(language.text("Pillar", lang=lang)),
        alt.Tooltip("unit:N").title(language.text("Unit", lang=lang)),
        alt.Tooltip("said:N").title(language.text("Score", lang=lang)),
    ]
    base = alt.Chart(rows(shown)).encode(y=y)
    span = base.mark_rule(color=light("soft"), strokeWidth=2).encode(x="min(x):Q", x2="max(x):Q")
    point = base.mark_point(size=120).encode(
        x=x, color=colour.legend(legend), shape=shape, tooltip=tips
    )
    return alt.layer(span, point).properties(width=480, height=_ROW * max(len(order), 1))


def _finding(shown: pl.DataFrame, lang: str) -> str:
    spread = (
        shown.group_by("label", maintain_order=True)
        .agg(
            span=pl.col("score").max() - pl.col("score").min(),
            best=pl.col("unit").sort_by("score").last(),
            count=pl.len(),
        )
        .filter(pl.col("count") > 1)
        .sort("span", descending=True)
    )
    if spread.is_empty():
        return language.text("There is nothing to compare.", lang=lang)
    widest = spread.row(0, named=True)
    return language.text(
        "They differ most in “{label}” ({span} points of 100), where {best} is ahead.",
        lang=lang,
        label=widest["label"],
        span=language.number(widest["span"] * 100, lang=lang, decimals=1),
        best=widest["best"],
    )
