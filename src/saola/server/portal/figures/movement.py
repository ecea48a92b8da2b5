"""Trend of one unit, of several, or of the mean of a level."""

from collections.abc import Sequence

import polars as pl

from saola import charts, language
from saola.charts import Chart
from saola.frameworks import Framework
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
    every = history(view)
    if not codes:
        rows = every.filter(pl.col("kind") == view.level)
        mean = rows.group_by("period", maintain_order=True).agg(pl.col("score").mean())
        name = language.text("Mean of the units")
        empty = pl.lit(None, pl.Float64)
        return mean.select(
            series=pl.lit(name), period="period", score="score", low=empty, high=empty
        )
    parts = [
        every.filter(pl.col("unit") == code).select(
            pl.col("label").alias("series"), "period", "score", "low", "high"
        )
        for code in codes
    ]
    return pl.concat([pl.DataFrame(schema=_SCHEMA), *parts])


def history(view: View) -> pl.DataFrame:
    """Give the node's scores of every unit in every period that may stand on one line."""

    def gather() -> pl.DataFrame:
        columns = ["unit", "period", "score", "rank", "low", "high", "group"]
        parts = [
            view.reader.scores(edition.run, node=view.node).select(columns)
            for edition in editions_of(view)
            if comparable(view, edition.framework)
        ]
        parts = parts or [view.reader.scores(view.run, node=view.node).select(columns)]
        return view.labelled(pl.concat(parts))

    # A pinned run keeps the line that stood when it was made.
    key = ("history", view.run.id, view.pinned, view.node, view.lang)
    return view.reader.once(key, gather)


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


def comparable(view: View, theirs: Framework) -> bool:
    """Tell whether another edition's scores may stand on one line with these."""
    mine = view.framework
    listed = theirs.id in mine.comparable_with or mine.id in theirs.comparable_with
    return theirs.id == mine.id or listed
