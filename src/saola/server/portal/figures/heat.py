"""Heat map: each agency's rate in each field; pillars where no field is counted apart."""

import polars as pl

from saola import charts, language
from saola.charts import Chart
from saola.server.portal import fields
from saola.server.portal.view import View

MOST = 40


def _level(view: View) -> str:
    """Ministries where there are any: they are whom fields belong to."""
    asked = view.asked.get("level", "")
    if asked in view.levels:
        return asked
    return "ministry" if "ministry" in view.levels else view.level


def draw(view: View) -> Chart:
    """Draw the heat map of a level."""
    level = _level(view)
    total = view.rows.filter(pl.col("kind") == level)
    most = total.sort("score", descending=True, nulls_last=True).head(MOST)
    kept = most.select("unit", row="label")
    apart = view.reader.scores(view.run, node=view.node, apart=True)
    cells = apart.join(kept, on="unit", how="inner")
    if cells.is_empty():
        return _by_pillar(view, kept)
    names = {code: fields.label(code, view.lang) for code in cells["field"].unique()}
    cells = cells.with_columns(column=pl.col("field").replace_strict(names, return_dtype=pl.String))
    title = language.text("Online activity by field and agency, {period}", period=view.period)
    shown = _filled(cells.select("row", "column", "score"))
    return charts.heat(shown, view.lang, title=title, row="Agency")


def _filled(cells: pl.DataFrame) -> pl.DataFrame:
    """Give every row every column, so that what is missing shows."""
    every = cells.select("row").unique().join(cells.select("column").unique(), how="cross")
    return every.join(cells, on=["row", "column"], how="left")


def _by_pillar(view: View, kept: pl.DataFrame) -> Chart:
    framework = view.framework
    below = framework.children(view.node) or framework.children(framework.root.id)
    parts = []
    for item in below:
        rows = view.reader.scores(view.run, node=item.id)
        label = language.pick(framework.label_of(item.id), view.lang)
        found = rows.join(kept, on="unit", how="inner")
        parts.append(found.select("row", "score", column=pl.lit(label)))
    cells = pl.concat(parts) if parts else pl.DataFrame(schema=_CELLS)
    title = language.text("Scores by pillar and unit, {period}", period=view.period)
    cells = cells.select("row", "column", "score")
    return charts.heat(cells, view.lang, title=title, column="Pillar")


_CELLS = {"row": pl.String, "score": pl.Float64, "column": pl.String}
