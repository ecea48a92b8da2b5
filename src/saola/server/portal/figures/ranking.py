"""Ranking of the units of a level, or of what a search leaves of them."""

import polars as pl

from saola import charts, language
from saola.charts import Chart
from saola.server.portal.view import View

MOST = 40


def chosen(view: View) -> pl.DataFrame:
    """Give the units of the level that group and search leave, ranked."""
    rows = distinct(view.peers) if view.asked.get("clear") else view.peers
    group = view.asked.get("group", "")
    if group:
        rows = rows.filter(pl.col("group") == group)
    sought = language.fold(view.asked.get("q", "").strip())
    if sought:
        kept = [sought in language.fold(label) for label in rows["label"]]
        rows = rows.filter(pl.Series(kept, dtype=pl.Boolean))
    return rows


def distinct(rows: pl.DataFrame) -> pl.DataFrame:
    """Let units share a rank where their scores cannot be told apart from that of the first.

    From the top, a unit whose interval of scores reaches that of the first unit of the group above
    joins the group; the next begins a new one. This is careful: two units may differ clearly though
    their intervals overlap a little.

    Args:
        rows: Units in the order of rank: `score`, `low`, `high`, `group`.
    """
    ends = rows.select(
        "group", "rank", pl.coalesce("low", "score"), high=pl.coalesce("high", "score")
    )
    shared: list[int | None] = []
    heads: dict[object, tuple[float, int]] = {}
    for group, rank, low, high in ends.iter_rows():
        if rank is None or low is None:
            shared.append(rank)
            continue
        if group not in heads or high < heads[group][0]:
            heads[group] = (low, rank)
        shared.append(heads[group][1])
    return rows.with_columns(rank=pl.Series(shared, dtype=pl.Int32))


def draw(view: View) -> Chart:
    """Draw the first forty of them; the sentence is about all."""
    rows = chosen(view).filter(pl.col("score").is_not_null())
    columns = ["label", "score", "rank", "low", "high", "rank_low", "rank_high"]
    named = dict(view.names.select("code", "label").iter_rows())
    if rows["group"].n_unique() > 1:
        label = [named.get(code, code) if code else None for code in rows["group"]]
        rows = rows.with_columns(group_name=pl.Series(label, dtype=pl.String))
        columns.append("group_name")
    name = language.pick(view.framework.label_of(view.node), view.lang)
    if view.asked.get("clear"):
        name = f"{name} ({language.text('Only clear differences')})"
    title = language.text("Ranking: {name}, {period}", name=name, period=view.period)
    return charts.ranking(rows.select(columns), view.lang, title=title, scale=view.scale, most=MOST)
