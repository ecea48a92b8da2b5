"""Two to five units beside each other."""

import polars as pl

from saola import charts, language
from saola.charts import Chart
from saola.server.portal.figures import profile
from saola.server.portal.view import View

MOST = 5


def chosen(view: View) -> list[str]:
    """Give the codes asked for, each once, at most five."""
    codes = dict.fromkeys(code for code in view.asked.get("unit", "").split(",") if code)
    return list(codes)[:MOST]


def draw(view: View) -> Chart:
    """Draw the units' scores in each pillar."""
    named = dict(view.names.select("code", "label").iter_rows())
    parts = []
    for code in chosen(view):
        unit = view.unit(code)
        own = profile.table(view, unit.code, unit.kind)
        parts.append(own.select("node", "label", "score", unit=pl.lit(named[unit.code])))
    empty = pl.DataFrame(
        schema={"node": pl.String, "label": pl.String, "score": pl.Float64, "unit": pl.String}
    )
    both = pl.concat([empty, *parts])
    title = language.text("Comparison, {period}", period=view.period)
    return charts.compare(both, view.lang, title=title, scale=view.scale)
