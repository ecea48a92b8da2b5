"""Map of boundaries: each unit's area in the colour of its score."""

import json
from typing import Any

import altair as alt
import polars as pl

from saola import language
from saola.charts.chart import Chart, Scale, finished, words
from saola.charts.palette import STEPS, light, step
from saola.charts.step_legend import NAMES, step_legend
from saola.charts.tiles import finding

_WIDE, _TALL = 420, 640


def areas(frame: pl.DataFrame, lang: str, *, title: str = "", scale: Scale | None = None) -> Chart:
    """Draw a map of boundaries.

    Args:
        frame: One row a unit: `label`, `score` (0–1 or null), `rank`, and `geometry`, a GeoJSON
            polygon on a plane of equal lengths in both directions, y northwards.
        lang: The language.
        title: The heading.
        scale: How scores are written.
    """
    scale = scale or Scale()
    return finished(
        "areas",
        _drawn(frame, lang, scale),
        title=title or language.text("Map", lang=lang),
        finding=finding(frame, lang, scale),
        table=frame.sort("rank", "label", nulls_last=True),
        headings=words(lang, rank="Rank", label="Unit", score="Score (0–1)"),
        lang=lang,
    )


def _drawn(frame: pl.DataFrame, lang: str, scale: Scale) -> alt.TopLevelMixin:
    features = [_feature(row, lang, scale) for row in frame.iter_rows(named=True)]
    data = alt.InlineData(
        values={"type": "FeatureCollection", "features": features},
        format=alt.JsonDataFormat(type="json", property="features"),
    )
    legend = step_legend(lang, language.text("Score", lang=lang), scale=scale, columns=4)
    colour = alt.Color("properties.step:N", legend=legend)
    colour = colour.scale(domain=NAMES, range=[light(name) for name in NAMES])
    tips = [
        alt.Tooltip("properties.label:N").title(language.text("Unit", lang=lang)),
        alt.Tooltip("properties.said:N").title(language.text("Score", lang=lang)),
        alt.Tooltip("properties.rank:N").title(language.text("Rank", lang=lang)),
    ]
    shapes = alt.Chart(data).mark_geoshape(stroke=light("paper"), strokeWidth=0.8)
    drawn: alt.TopLevelMixin = (
        shapes.encode(color=colour, tooltip=tips)
        .project(type="identity", reflectY=True)
        .properties(width=_WIDE, height=_TALL)
    )
    return drawn


def _feature(row: dict[str, Any], lang: str, scale: Scale) -> dict[str, Any]:
    score = row["score"]
    told = {
        "label": row["label"],
        "said": scale.write(score, lang),
        "rank": row["rank"],
        "step": "none" if score is None else STEPS[step(score)],
    }
    return {"type": "Feature", "geometry": json.loads(row["geometry"]), "properties": told}
