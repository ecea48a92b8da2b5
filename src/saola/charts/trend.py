"""Trend: one or a few series over time, with their intervals where known."""

import itertools

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, Scale, finished, rows, words
from saola.charts.look import axis_format
from saola.charts.palette import SERIES, light

# Room at either end of the axis, in steps between periods.
_PADDING = 0.3
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")


def trend(frame: pl.DataFrame, lang: str, *, title: str = "", scale: Scale | None = None) -> Chart:
    """Draw scores period after period.

    Args:
        frame: One row a series and period: `series` (label), `period` (code, in order of time),
            `score` (0–1); `low` and `high` where known. At most five series. Where editions are
            not comparable also `stretch`, one number for all periods that may stand on one line,
            and `comparable`, whether a period may be held against the one before.
        lang: The language.
        title: The heading.
        scale: How scores are written.
    """
    scale = scale or Scale()
    frame = frame if "stretch" in frame.columns else frame.with_columns(stretch=pl.lit(0))
    shown = frame.filter(pl.col("score").is_not_null()).with_columns(
        y=pl.col("score") * scale.top,
        y_low=pl.col("low") * scale.top,
        y_high=pl.col("high") * scale.top,
        said=pl.col("score").map_elements(lambda v: scale.write(v, lang), pl.String),
    )
    headings = words(
        lang, series="Unit", period="Period", score="Score (0–1)", low="Low", high="High"
    )
    if "comparable" in frame.columns:
        headings |= words(lang, comparable="Comparable with the period before")
    return finished(
        "trend",
        _drawn(shown, lang, scale),
        title=title or language.text("Over time", lang=lang),
        finding=_finding(shown, lang, scale),
        table=frame,
        headings=headings,
        lang=lang,
    )


def _drawn(shown: pl.DataFrame, lang: str, scale: Scale) -> alt.TopLevelMixin:
    names = shown["series"].unique(maintain_order=True).to_list()
    order = shown["period"].unique().sort().to_list()
    axis = alt.Axis(labelAngle=-45 if len(order) > 10 else 0, grid=False)
    breaks = breaks_of(shown)
    told = language.text("≠ not comparable with the period before", lang=lang) if breaks else None
    x = alt.X("period:O").sort(order).title(told).axis(axis).scale(padding=_PADDING)
    y = alt.Y("y:Q").title(None).scale(domain=[0, scale.top], nice=False)
    y = y.axis(format=axis_format(scale.top), tickCount=5)
    legend = (
        alt.Legend(title=None, orient="top", columns=2, symbolOpacity=1) if len(names) > 1 else None
    )
    colour = alt.Color("series:N").scale(domain=names, range=[light(n) for n in SERIES])
    shape = alt.Shape("series:N").scale(domain=names, range=list(_SHAPES)).legend(legend)
    base = alt.Chart(rows(shown)).encode(
        x=x, color=colour.legend(legend), detail=alt.Detail("stretch:N")
    )
    band = base.mark_area(opacity=0.18).encode(y=alt.Y("y_low:Q"), y2="y_high:Q")
    line = base.mark_line().encode(y=y)
    tips = [
        alt.Tooltip("series:N").title(language.text("Unit", lang=lang)),
        alt.Tooltip("period:N").title(language.text("Period", lang=lang)),
        alt.Tooltip("said:N").title(language.text("Score", lang=lang)),
    ]
    point = base.mark_point(size=55).encode(y=y, shape=shape, tooltip=tips)
    marks = _marks(base, [later for _, later in breaks], len(order)) if breaks else []
    return alt.layer(band, line, point, *marks).properties(width=430, height=230)


def breaks_of(frame: pl.DataFrame) -> list[tuple[str, str]]:
    """List the neighbouring periods between which editions are not comparable.

    Args:
        frame: As for `trend`, with `stretch`.
    """
    ordered = frame.select("period", "stretch").unique().sort("period").rows()
    pairs = itertools.pairwise(ordered)
    return [(one, other) for (one, first), (other, then) in pairs if first != then]


def _marks(base: alt.Chart, later: list[str], count: int) -> list[alt.Chart]:
    """Draw a dashed line and a sign halfway between a period and the one before it."""
    halfway = alt.ExprRef(f"-width / {2 * (count - 1 + 2 * _PADDING)}")
    at = base.transform_filter(alt.FieldOneOfPredicate("period", later))
    at = at.transform_aggregate(groupby=["period"]).encode(
        color=alt.Undefined, detail=alt.Undefined
    )
    line = at.mark_rule(xOffset=halfway, strokeDash=[2, 3], strokeWidth=1, stroke=light("quiet"))
    sign = at.mark_text(
        text="≠", xOffset=halfway, dx=3, align="left", fontSize=13, fill=light("quiet")
    )
    return [line, sign.encode(y=alt.value(6))]


def _finding(shown: pl.DataFrame, lang: str, scale: Scale) -> str:
    if shown.is_empty():
        return language.text("No figure is known yet.", lang=lang)
    sentences = []
    for (name,), own in shown.group_by("series", maintain_order=True):
        # Of what happened before the last change of edition no change can be stated.
        ordered = own.sort("period").filter(pl.col("stretch") == pl.col("stretch").last())
        start, end = ordered.row(0, named=True), ordered.row(-1, named=True)
        facts = {
            "name": name,
            "from": scale.write(start["score"], lang),
            "to": scale.write(end["score"], lang),
            "start": start["period"],
            "end": end["period"],
        }
        sentence = "{name} had {to} in {end}."
        if ordered.height > 1:
            sentence = _way(end["score"] - start["score"])
        sentences.append(language.text(sentence, lang=lang, **facts))
    sentences += _apart(shown, lang)
    return " ".join(sentences)


def _apart(shown: pl.DataFrame, lang: str) -> list[str]:
    """Say between which periods no change is stated."""
    breaks, periods = breaks_of(shown), shown["period"].unique().sort()
    if 2 < len(breaks) == periods.len() - 1:
        sentence = "None of the editions from {start} to {end} is comparable with the one before."
        return [language.text(sentence, lang=lang, start=periods[0], end=periods[-1])]
    pairs = [
        language.text("{before} and {after}", lang=lang, before=one, after=other)
        for one, other in breaks
    ]
    sentence = "Not comparable, as the editions differ: {pairs}."
    return [language.text(sentence, lang=lang, pairs="; ".join(pairs))] if pairs else []


def _way(change: float) -> str:
    if change > 0:
        return "{name} rose from {from} in {start} to {to} in {end}."
    if change < 0:
        return "{name} fell from {from} in {start} to {to} in {end}."
    return "{name} stayed at {to} from {start} to {end}."
