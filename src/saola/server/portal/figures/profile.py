"""One unit: its pillars, and where it loses points."""

import polars as pl
from django.http import Http404

from saola import charts, language
from saola.charts import Chart
from saola.frameworks import Indicator
from saola.server.portal.view import View


def _unit(view: View) -> str:
    code = view.asked.get("unit", "")
    if not code:
        raise Http404
    return code


def pillars(view: View) -> Chart:
    """Draw the unit's score in each pillar beside the median of its peers."""
    unit = view.unit(_unit(view))
    title = language.text("Scores by pillar: {unit}", unit=unit.label(view.lang))
    return charts.pillars(
        table(view, unit.code, unit.kind), view.lang, title=title, scale=view.scale
    )


def table(view: View, unit: str, kind: str) -> pl.DataFrame:
    """Give the score and the peers' median of each item below the node."""
    framework = view.framework
    below = framework.children(view.node) or framework.children(framework.root.id)
    rows = []
    for item in below:
        scores = view.labelled(view.reader.scores(view.run, node=item.id))
        own = scores.filter(pl.col("unit") == unit)["score"]
        rows.append(
            {
                "node": item.id,
                "label": language.pick(framework.label_of(item.id), view.lang),
                "score": own[0] if own.len() else None,
                "median": scores.filter(pl.col("kind") == kind)["score"].median(),
                "points": item.points,
            }
        )
    return pl.DataFrame(rows, schema=_PILLARS)


_PILLARS = {
    "node": pl.String,
    "label": pl.String,
    "score": pl.Float64,
    "median": pl.Float64,
    "points": pl.Float64,
}


def lost(view: View) -> Chart:
    """Draw the indicators that cost the unit most."""
    unit = view.unit(_unit(view))
    title = language.text("Points lost: {unit}", unit=unit.label(view.lang))
    return charts.lost(indicators(view, unit.code), view.lang, title=title)


def indicators(view: View, unit: str) -> pl.DataFrame:
    """Give points and most points of each scored indicator of a unit."""
    known: dict[str, Indicator] = {
        code: each for code, each in view.framework.indicator_of.items() if each.scored
    }
    rows = view.reader.scores(view.run, unit=unit).filter(pl.col("node").is_in(list(known)))
    names = {code: language.pick(view.framework.label_of(code), view.lang) for code in rows["node"]}
    label = pl.col("node").replace_strict(names, return_dtype=pl.String)
    return rows.select("node", "points", "max_points", "score", "status", label=label)
