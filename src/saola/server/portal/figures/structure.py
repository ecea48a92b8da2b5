"""How an index is built and how its parts move together."""

import polars as pl

from saola import charts, language
from saola.charts import Chart
from saola.errors import SaolaError
from saola.index.edition_table import edition_tree
from saola.server.portal import analysis
from saola.server.portal.view import View

_TREE = {
    "code": pl.String, "label": pl.String, "parent": pl.String, "level": pl.Int64,
    "share": pl.Float64,
}  # fmt: skip
_PAIRS = {"row": pl.String, "column": pl.String, "value": pl.Float64}


def icicle(view: View) -> Chart:
    """Draw the tree of the index, each part as wide as it weighs."""
    title = language.text("What makes up the index: {name}", name=_name(view))
    return charts.icicle(tree(view), view.lang, title=title)


def _name(view: View) -> str:
    return language.pick(view.framework.root.label, view.lang)


def tree(view: View) -> pl.DataFrame:
    """Give each part with its parent and its weight in the index."""
    try:
        frame = edition_tree(view.framework).frame()
    except SaolaError:
        # Of an edition that is only quoted the parts below the index may not be known.
        return pl.DataFrame(schema=_TREE)
    # A part shown beside the index, which has no weight in it, is none of what it is made up of.
    root = view.framework.root.id
    frame = frame.filter((pl.col("share") > 0) | (pl.col("code") == root))
    kept = frame.with_columns(analysis.parts(view, frame["code"])).select(*_TREE)
    inside = kept["code"].implode()
    return kept.filter(pl.col("parent").is_null() | pl.col("parent").is_in(inside))


def together(view: View) -> Chart:
    """Draw how each part moves with the aggregates above it."""
    found = analysis.kept(view, "together")
    shown = pl.DataFrame(schema=_PAIRS)
    if found.height:
        shown = found.select(
            row=analysis.parts(view, found["one"]),
            column=analysis.parts(view, found["other"]),
            value="correlation",
        )
    title = language.text("Which parts go together: {name}", name=analysis.name(view))
    return charts.correlation(shown, view.lang, title=title)
