"""Rank intervals: where the draws of an audit put each unit, beside its published rank."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, finished, rows, words
from saola.charts.palette import light

_ROW = 17
_DRAWN = 60


def rank_spans(frame: pl.DataFrame, lang: str, *, title: str = "", known: bool = False) -> Chart:
    """Draw a line from the best to the worst rank of each unit, with its published rank on it.

    Of many units the first 60 are drawn; finding and table are of all.

    Args:
        frame: One row a unit: `label`, `rank`, `rank_low`, `rank_median`, `rank_high`.
        lang: The language.
        title: The heading.
        known: Whether the intervals come from known errors; those from choices of method alone
            say nothing of how often they hold a truth, and the finding says so.
    """
    shown = frame.filter(pl.col("rank").is_not_null(), pl.col("rank") > 0).sort("rank", "label")
    wide = language.number(_width(shown), lang=lang, decimals=1)
    return finished(
        "rank-spans",
        _drawn(shown.head(_DRAWN), lang),
        title=title or language.text("Ranks and how far they move", lang=lang),
        finding=_finding(shown, lang, wide, known=known),
        table=shown,
        headings=words(
            lang,
            rank="Rank",
            label="Unit",
            rank_low="Best rank",
            rank_median="Middle rank",
            rank_high="Worst rank",
        ),
        lang=lang,
    )


def _width(shown: pl.DataFrame) -> float | None:
    if shown.is_empty():
        return None
    return float((shown["rank_high"] - shown["rank_low"]).cast(pl.Float64).mean() or 0.0)  # type: ignore[arg-type]  # Polars types a mean as any literal


def _finding(shown: pl.DataFrame, lang: str, wide: str, *, known: bool) -> str:
    if shown.is_empty():
        return language.text("No unit has a rank.", lang=lang)
    settled = shown.filter(pl.col("rank_low") == pl.col("rank_high")).height
    said = language.text(
        "Of {count} units the rank of {settled} is settled; an interval is {wide} places wide "
        "on average.",
        lang=lang,
        count=language.number(shown.height, lang=lang),
        settled=language.number(settled, lang=lang),
        wide=wide,
    )
    if shown.height > _DRAWN:
        said += " " + language.text("The first {count} are drawn.", lang=lang, count=_DRAWN)
    if known:
        return said
    return f"{said} " + language.text(
        "The intervals show what choices of method do to ranks; they make no claim of coverage.",
        lang=lang,
    )


def _drawn(shown: pl.DataFrame, lang: str) -> alt.TopLevelMixin:
    order = shown["label"].to_list()
    y = alt.Y("label:N").sort(order).title(None).axis(labelFontSize=10)
    heading = language.text("Rank", lang=lang)
    x = alt.X("rank:Q").title(heading).scale(zero=False, nice=False).axis(orient="top")
    tips = [
        alt.Tooltip(f"{name}:{kind}").title(language.text(said, lang=lang))
        for name, kind, said in (
            ("label", "N", "Unit"),
            ("rank", "Q", "Rank"),
            ("rank_low", "Q", "Best rank"),
            ("rank_high", "Q", "Worst rank"),
        )
    ]
    base = alt.Chart(rows(shown))
    span = base.mark_rule(strokeWidth=4, opacity=0.7, strokeCap="round").encode(
        y=y, x="rank_low:Q", x2="rank_high:Q", tooltip=tips
    )
    middle = base.mark_tick(thickness=2, size=9, color=light("interval")).encode(
        y=y, x="rank_median:Q"
    )
    point = base.mark_point(color=light("mark"), size=42).encode(y=y, x=x, tooltip=tips)
    return alt.layer(span, middle, point).properties(
        width=560, height=max(_ROW * shown.height, _ROW)
    )
