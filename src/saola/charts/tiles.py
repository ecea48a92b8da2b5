"""Tile map: one square a unit, near its place in the country, all of one size."""

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, Scale, rows
from saola.charts.palette import STEPS, light, step
from saola.charts.score_map import marks, score_map

_TILE = 76


def tiles(frame: pl.DataFrame, lang: str, *, title: str = "", scale: Scale | None = None) -> Chart:
    """Draw a tile-grid map.

    Args:
        frame: One row a unit: `label`, `row` and `column` (whole numbers, from the top left; null
            for a unit without a tile, which sentence and table tell of), `score` (0–1 or null),
            `rank`.
        lang: The language.
        title: The heading.
        scale: How scores are written.
    """
    scale = scale or Scale()
    shown = (
        frame.drop_nulls(["row", "column"])
        .with_columns(
            said=pl.col("score")
            .map_elements(lambda v: scale.write(v, lang), pl.String, skip_nulls=True)
            .fill_null(language.DASH),
            step=pl.col("score")
            .map_elements(lambda v: STEPS[step(v)], pl.String, skip_nulls=True)
            .fill_null("none"),
            first=pl.col("label").map_elements(lambda v: _lines(v)[0], pl.String),
            second=pl.col("label").map_elements(lambda v: _lines(v)[1], pl.String),
        )
        .with_columns(strong=pl.col("step").is_in(STEPS[4:]))
    )
    drawn = _drawn(shown, lang, scale)
    return score_map("tiles", drawn, frame, lang, title=title, scale=scale, place="row")


def _lines(label: str, width: int = 11) -> tuple[str, str]:
    """Break a name into two lines of a tile."""
    if len(label) <= width:
        return label, ""
    parts = label.replace("-", "- ").split()
    first = parts[0]
    rest = parts[1:]
    while rest and len(first) + 1 + len(rest[0]) <= width:
        first = f"{first} {rest.pop(0)}".replace("- ", "-")
    second = " ".join(rest).replace("- ", "-")
    return _cut(first, width + 1), _cut(second, width + 1)


def _cut(word: str, width: int) -> str:
    return word if len(word) <= width else word[: width - 1] + "…"


def _drawn(shown: pl.DataFrame, lang: str, scale: Scale) -> alt.TopLevelMixin:
    columns = range(int(shown["column"].max() or 0) + 1) if shown.height else range(1)  # type: ignore[arg-type]  # the column holds whole numbers
    lines = range(int(shown["row"].max() or 0) + 1) if shown.height else range(1)  # type: ignore[arg-type]  # as above
    x = alt.X("column:O").axis(None).scale(domain=list(columns), padding=0.05)
    y = alt.Y("row:O").axis(None).scale(domain=list(lines), padding=0.05)
    colour, tips = marks(lang, scale)
    base = alt.Chart(rows(shown)).encode(x=x, y=y, tooltip=tips)
    ink = alt.condition("datum.strong", alt.value(light("on-strong")), alt.value(light("ink")))
    square = base.mark_rect(cornerRadius=5).encode(color=colour)
    first = base.mark_text(fontSize=10.5, dy=-15).encode(text="first:N", color=ink)
    second = base.mark_text(fontSize=10.5, dy=-2).encode(text="second:N", color=ink)
    number = base.mark_text(fontSize=13, fontWeight=600, dy=18).encode(text="said:N", color=ink)
    return alt.layer(square, first, second, number).properties(
        width=_TILE * len(columns), height=_TILE * len(lines)
    )
