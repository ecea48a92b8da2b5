"""Points lost: where a unit would gain most."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, finished, rows, words
from saola.charts.palette import light

_ROW = 27
SHOWN = 12
_FEW = 10


def lost(frame: pl.DataFrame, lang: str, *, title: str = "") -> Chart:
    """Draw the indicators that cost a unit most points, at most twelve.

    Args:
        frame: One row an indicator: `label`, `points`, `max_points`.
        lang: The language.
        title: The heading.
    """
    known = (
        frame.filter(pl.col("points").is_not_null())
        .with_columns(lost=pl.col("max_points") - pl.col("points"))
        .sort("lost", "label", descending=[True, False])
    )
    most = known.filter(pl.col("lost") > 0).head(SHOWN)
    # Of an index of a few points a tenth is much.
    decimals = 1 if known["max_points"].sum() > _FEW else 2
    shown = most.with_columns(
        said=pl.struct("lost", "max_points").map_elements(
            lambda v: _of(v["lost"], v["max_points"], lang, decimals), pl.String
        )
    )
    return finished(
        "lost",
        _drawn(shown, lang),
        title=title or language.text("Points lost", lang=lang),
        finding=_finding(most, known, lang, decimals),
        table=known,
        headings=words(
            lang, label="Indicator", points="Points", max_points="Most points", lost="Points lost"
        ),
        lang=lang,
    )


def _of(part: float, whole: float, lang: str, decimals: int) -> str:
    write = language.number
    return f"{write(part, lang=lang, decimals=decimals)} / {write(whole, lang=lang, decimals=0)}"


def _drawn(shown: pl.DataFrame, lang: str) -> alt.TopLevelMixin:
    edge = max([1.0, *shown["max_points"]])
    y = alt.Y("label:N").sort(shown["label"].to_list()).title(None).axis(labelLimit=340)
    x = alt.X("lost:Q").scale(domain=[0, edge], nice=False)
    x = x.title(language.text("Points lost, of the most that can be had", lang=lang))
    tips = [
        alt.Tooltip("label:N").title(language.text("Indicator", lang=lang)),
        alt.Tooltip("said:N").title(language.text("Points lost", lang=lang)),
    ]
    base = alt.Chart(rows(shown)).encode(y=y, tooltip=tips)
    ground = base.mark_bar(height=13, color="transparent", stroke=light("soft"), strokeWidth=1)
    bars = base.mark_bar(height=13).encode(x=x.axis(tickCount=5))
    numbers = base.mark_text(align="left", fontSize=11).encode(x=alt.value(408), text="said:N")
    layers = [ground.encode(x=alt.X("max_points:Q")), bars, numbers]
    return alt.layer(*layers).properties(width=400, height=_ROW * max(shown.height, 1))


def _finding(most: pl.DataFrame, known: pl.DataFrame, lang: str, decimals: int) -> str:
    if known.is_empty():
        return language.text("No figure is known yet.", lang=lang)
    if most.is_empty():
        return language.text("No indicator loses a point.", lang=lang)
    total = float(known["lost"].sum())
    first = most.row(0, named=True)
    return language.text(
        "Most is lost in “{label}”: {lost} of {total} points lost in all.",
        lang=lang,
        label=first["label"],
        lost=language.number(first["lost"], lang=lang, decimals=decimals),
        total=language.number(total, lang=lang, decimals=decimals),
    )
