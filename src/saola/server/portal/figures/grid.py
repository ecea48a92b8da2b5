"""Tile map of a level."""

import polars as pl

from saola import charts, language
from saola.charts import Chart
from saola.periods import Period
from saola.server.portal.figures.areas import within
from saola.server.portal.view import View


def draw(view: View) -> Chart:
    """Draw the tile grid of the units' family on the last day of the period."""
    tiles = placed(view)
    title = language.text("Map: {name}, {period}", name=_name(view), period=view.period)
    return charts.tiles(tiles, view.lang, title=title, scale=view.scale)


def _name(view: View) -> str:
    return language.pick(view.framework.label_of(view.node), view.lang)


def placed(view: View) -> pl.DataFrame:
    """Give each unit of the level its tile; an empty frame where the family has no grid."""
    families = sorted({code.rpartition(".")[0] for code in view.peers["unit"] if "." in code})
    day = Period.parse(view.period).end
    parts = [view.reader.units.tiles(family, on=day) for family in families]
    empty = pl.DataFrame(schema={"unit": pl.String, "x": pl.Int32, "y": pl.Int32})
    tiles = pl.concat([empty, *parts])
    if tiles.is_empty():
        tiles = _newest(view)
    found = tiles.join(within(view, view.peers), on="unit", how="inner")
    return found.select("unit", "label", "score", "rank", row="y", column="x")


def _newest(view: View) -> pl.DataFrame:
    frame = view.reader.units.frame.filter(pl.col("tile_x").is_not_null())
    return frame.select(unit="code", x="tile_x", y="tile_y")
