"""Trend of one unit, of several, or of the mean of a level."""

from collections.abc import Sequence

import polars as pl

from saola import charts, language
from saola.charts import Chart
from saola.frameworks import Framework, comparable
from saola.periods import Period
from saola.server.portal.reading import Edition
from saola.server.portal.view import View

MOST = 5
_SCHEMA = {
    "series": pl.String,
    "period": pl.String,
    "score": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "stretch": pl.Int32,
    "comparable": pl.Boolean,
}


def draw(view: View) -> Chart:
    """Draw the score of the index in every period it was computed for."""
    title = language.text("Over time: {name}", name=_name(view))
    return charts.trend(series(view), view.lang, title=title, scale=view.scale)


def _name(view: View) -> str:
    return language.pick(view.framework.label_of(view.node), view.lang)


def series(view: View) -> pl.DataFrame:
    """Give the series of the units asked for; of the level's mean where none is."""
    codes = [code for code in view.asked.get("unit", "").split(",") if code][:MOST]
    every = timeline(view)
    if not codes:
        rows = every.filter(pl.col("kind") == view.level)
        keys = ["period", "stretch", "comparable"]
        mean = rows.group_by(keys, maintain_order=True).agg(pl.col("score").mean())
        name = language.text("Mean of the units")
        empty = pl.lit(None, pl.Float64)
        return mean.select(
            "period", "score", "stretch", "comparable", series=pl.lit(name), low=empty, high=empty
        ).select(*_SCHEMA)
    parts = [
        every.filter(pl.col("unit") == code).select(
            pl.col("label").alias("series"), *list(_SCHEMA)[1:]
        )
        for code in codes
    ]
    return pl.concat([pl.DataFrame(schema=_SCHEMA), *parts])


def history(view: View) -> pl.DataFrame:
    """Give the node's scores of every unit in every period that may stand on one line."""
    every = timeline(view)
    mine = every.filter(pl.col("period") == view.period)["stretch"].unique()
    return every.filter(pl.col("stretch").is_in(mine.implode()))


def timeline(view: View) -> pl.DataFrame:
    """Give the node's scores of every unit in every period of the index.

    Returns:
        Beside the scores `stretch`, one number for periods in a row whose editions are comparable,
        and `comparable`, whether a period may be held against the one before it.
    """

    def gather() -> pl.DataFrame:
        columns = ["unit", "period", "score", "rank", "low", "high", "group"]
        stretch, parts = 0, []
        last: Framework | None = None
        for edition in editions_of(view) or [view.chosen]:
            same = None if last is None else comparable(last, edition.framework)
            stretch, last = stretch + (same is False), edition.framework
            rows = view.reader.scores(edition.run, node=_node(view, edition)).select(columns)
            marks = {"stretch": pl.lit(stretch, pl.Int32), "comparable": pl.lit(same, pl.Boolean)}
            parts.append(rows.with_columns(**marks))
        return view.labelled(pl.concat(parts))

    # A pinned run keeps the line that stood when it was made.
    key = ("timeline", view.run.id, view.pinned, view.node, view.lang)
    return view.reader.once(key, gather)


def _node(view: View, edition: Edition) -> str:
    """Name the same node in an edition: the index itself may have another code there."""
    return edition.framework.root.id if view.node == view.framework.root.id else view.node


def editions_of(view: View) -> list[Edition]:
    """Give the periods of the index; for a pinned run those that stood when it was made."""
    if view.pinned:
        return view.reader.as_of(Edition(view.framework, view.period, view.run))
    return view.reader.editions.get(view.framework.index, [])


def before(periods: Sequence[str], period: str) -> str | None:
    """Give the last of some periods before another, of its kind: a quarter follows no year."""
    asked = Period.parse(period)
    known = (Period.parse(each) for each in periods)
    earlier = [each for each in known if each.kind == asked.kind and each < asked]
    return str(max(earlier)) if earlier else None
