"""Tile map of a level."""

import polars as pl

from saola import charts, language
from saola.charts import Chart
from saola.periods import Period
from saola.server.portal.figures.areas import within
from saola.server.portal.view import View


def draw(view: View) -> Chart:
    """Draw the tile grid of the units' family."""
    tiles = placed(view)
    title = language.text("Map: {name}, {period}", name=_name(view), period=view.period)
    return charts.tiles(tiles, view.lang, title=title, scale=view.scale)


def _name(view: View) -> str:
    return language.pick(view.framework.label_of(view.node), view.lang)


def placed(view: View) -> pl.DataFrame:
    """Give each unit of the level its tile; null for one that the grids do not hold."""
    families = sorted({code.rpartition(".")[0] for code in view.peers["unit"] if "." in code})
    parts = [_grid(view, family) for family in families]
    empty = pl.DataFrame(schema={"unit": pl.String, "x": pl.Int32, "y": pl.Int32})
    tiles = pl.concat([empty, *parts])
    if tiles.is_empty():
        tiles = _newest(view)
    rows = within(view, view.peers)
    found = rows.join(tiles, on="unit", how="left", maintain_order="left")
    return found.select("unit", "label", "score", "rank", row="y", column="x")


def _grid(view: View, family: str) -> pl.DataFrame:
    """Give the grid of the period; the newest where that holds more of the units scored.

    An index may score the units of a later reform: that of 2024 scores the provinces of 2025.
    """
    day = Period.parse(view.period).end
    grids = [view.reader.units.tiles(family, on=on) for on in (day, None)]
    return max(grids, key=lambda grid: grid.join(view.peers, on="unit", how="semi").height)


def _newest(view: View) -> pl.DataFrame:
    frame = view.reader.units.frame.filter(pl.col("tile_x").is_not_null())
    return frame.select(unit="code", x="tile_x", y="tile_y")
