"""Gaps: two groups of people on one line, and the distance between them."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, finished, rows, words
from saola.charts.palette import SERIES, light

_ROW = 34


def gaps(frame: pl.DataFrame, lang: str, *, title: str = "") -> Chart:
    """Draw who is ahead and who is left behind, widest gap first.

    Args:
        frame: One row a gap: `label` (what is measured), `group_a`, `group_b` (labels of the
            groups, the one usually ahead first), `a`, `b` (shares in 0..1).
        lang: The language.
        title: The heading.
    """
    known = (
        frame.drop_nulls(["a", "b"])
        .with_columns(gap=pl.col("a") - pl.col("b"))
        .sort(pl.col("gap").abs(), descending=True)
    )
    return finished(
        "gaps",
        _drawn(known, lang),
        title=title or language.text("Who is left behind", lang=lang),
        finding=_finding(known, lang),
        table=known,
        headings=words(
            lang,
            label="Indicator",
            group_a="First group",
            a="Share of the first",
            group_b="Second group",
            b="Share of the second",
            gap="Difference",
        ),
        lang=lang,
    )


def _drawn(known: pl.DataFrame, lang: str) -> alt.TopLevelMixin:
    ahead = pl.col("a") >= pl.col("b")
    shown = known.with_columns(
        left=pl.min_horizontal("a", "b") * 100,
        right=pl.max_horizontal("a", "b") * 100,
        behind=pl.when(ahead).then("group_b").otherwise("group_a"),
        before=pl.when(ahead).then("group_a").otherwise("group_b"),
        said=pl.col("gap").abs().map_elements(lambda v: _points(v, lang), pl.String),
    )
    y = alt.Y("label:N").sort(shown["label"].to_list()).title(None).axis(labelLimit=380)
    x = alt.X("left:Q").scale(domain=[0, 100]).axis(tickCount=5)
    x = x.title(language.text("Of 100 people", lang=lang))
    tips = [
        alt.Tooltip("label:N").title(language.text("Indicator", lang=lang)),
        alt.Tooltip("before:N").title(language.text("Ahead", lang=lang)),
        alt.Tooltip("behind:N").title(language.text("Behind", lang=lang)),
        alt.Tooltip("said:N").title(language.text("Difference", lang=lang)),
    ]
    base = alt.Chart(rows(shown)).encode(y=y, tooltip=tips)
    right = alt.X("right:Q")
    names = base.mark_text(fontSize=11, color=light("quiet"), dx=-9, align="right")
    layers = (
        base.mark_rule(strokeWidth=3, color=light("soft")).encode(x=x, x2="right:Q"),
        base.mark_point(size=110, shape="diamond", color=light(SERIES[1])).encode(x=x),
        base.mark_point(size=110, color=light(SERIES[0])).encode(x=right),
        names.encode(x=x, text="behind:N"),
        base.mark_text(fontSize=11, color=light("quiet"), dx=9, align="left").encode(
            x=right, text="before:N"
        ),
        base.mark_text(align="left", fontSize=12).encode(x=alt.value(468), text="said:N"),
    )
    return alt.layer(*layers).properties(width=360, height=_ROW * max(known.height, 1))


def _points(gap: float, lang: str) -> str:
    return language.number(gap * 100, lang=lang, decimals=1)


def _finding(known: pl.DataFrame, lang: str) -> str:
    if known.is_empty():
        return language.text("No figure is known yet.", lang=lang)
    widest = known.row(0, named=True)
    ahead, behind = ("a", "b") if widest["gap"] >= 0 else ("b", "a")
    return language.text(
        "The widest gap is in “{label}”: {high} of 100 for {ahead}, {low} for {behind}.",
        lang=lang,
        label=widest["label"],
        high=language.number(widest[ahead] * 100, lang=lang, decimals=1),
        ahead=widest[f"group_{ahead}"],
        low=language.number(widest[behind] * 100, lang=lang, decimals=1),
        behind=widest[f"group_{behind}"],
    )
