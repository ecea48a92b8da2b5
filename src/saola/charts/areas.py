"""Map of boundaries: each unit's area in the colour of its score."""

import json
from dataclasses import replace
from typing import Any

import altair as alt
import polars as pl

from saola.charts.chart import Chart, Scale
from saola.charts.palette import STEPS, light, step
from saola.charts.score_map import marks, score_map

_WIDE, _TALL = 420, 640


def areas(frame: pl.DataFrame, lang: str, *, title: str = "", scale: Scale | None = None) -> Chart:
    """Draw a map of boundaries.

    Args:
        frame: One row a unit: `label`, `score` (0–1 or null), `rank`, and `geometry`, a GeoJSON
            polygon on a plane of equal lengths in both directions, y northwards; null for a unit
            without a boundary, which sentence and table tell of.
        lang: The language.
        title: The heading.
        scale: How scores are written.
    """
    scale = scale or Scale()
    drawn = _drawn(lang, scale)
    chart = score_map("areas", drawn, frame, lang, title=title, scale=scale, place="geometry")
    placed = frame.drop_nulls("geometry")
    # Altair walks through all it is given: through a thousand borders for seconds.
    features = [_feature(row, lang, scale) for row in placed.iter_rows(named=True)]
    return replace(chart, spec={**chart.spec, "data": _collection(features)})


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "values": {"type": "FeatureCollection", "features": features},
        "format": {"type": "json", "property": "features"},
    }


def _drawn(lang: str, scale: Scale) -> alt.TopLevelMixin:
    colour, tips = marks(lang, scale, within="properties.")
    shapes = alt.Chart(alt.InlineData(values={})).mark_geoshape(
        stroke=light("paper"), strokeWidth=0.8
    )
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
