"""Ranking of the units of a level, or of what a search leaves of them."""

import polars as pl

from saola import charts, language
from saola.charts import Chart
from saola.server.portal.view import View

MOST = 40


def chosen(view: View) -> pl.DataFrame:
    """Give the units of the level that group and search leave, ranked."""
    rows = view.peers
    group = view.asked.get("group", "")
    if group:
        rows = rows.filter(pl.col("group") == group)
    sought = language.fold(view.asked.get("q", "").strip())
    if sought:
        kept = [sought in language.fold(label) for label in rows["label"]]
        rows = rows.filter(pl.Series(kept, dtype=pl.Boolean))
    return rows


def draw(view: View) -> Chart:
    """Draw the first forty of them."""
    rows = chosen(view).filter(pl.col("score").is_not_null()).head(MOST)
    columns = ["label", "score", "rank", "low", "high", "rank_low", "rank_high"]
    name = language.pick(view.framework.label_of(view.node), view.lang)
    title = language.text("Ranking: {name}, {period}", name=name, period=view.period)
    return charts.ranking(rows.select(columns), view.lang, title=title, scale=view.scale)
