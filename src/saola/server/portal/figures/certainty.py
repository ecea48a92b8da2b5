"""How sure ranks are: intervals, who is ahead of whom, and which choice moves them."""

import polars as pl

from saola import charts, language
from saola.charts import Chart
from saola.reports.factors import factor_name
from saola.server.portal import analysis
from saola.server.portal.view import View

MOST = 60
_SPANS = {
    "label": pl.String, "rank": pl.Int64, "rank_low": pl.Int64, "rank_median": pl.Int64,
    "rank_high": pl.Int64,
}  # fmt: skip
_DUELS = {"row": pl.String, "column": pl.String, "ahead": pl.Float64}
_SOBOL = {
    "label": pl.String, "first": pl.Float64, "total": pl.Float64, "total_low": pl.Float64,
    "total_high": pl.Float64,
}  # fmt: skip


def errors(view: View) -> Chart:
    """Draw the intervals of ranks that come from known errors of the values."""
    title = language.text("Ranks, given known errors: {name}", name=analysis.name(view))
    return charts.rank_spans(_spans(view, "errors"), view.lang, title=title, known=True)


def choices(view: View) -> Chart:
    """Draw how far choices of method move the ranks."""
    title = language.text("Ranks under other methods: {name}", name=analysis.name(view))
    return charts.rank_spans(_spans(view, "choices"), view.lang, title=title)


def _spans(view: View, claim: str) -> pl.DataFrame:
    found = analysis.kept(view, "spans")
    if found.is_empty():
        return pl.DataFrame(schema=_SPANS)
    found = found.filter(pl.col("claim") == claim)
    return found.with_columns(analysis.labels(view, found["unit"])).select(*_SPANS)


def duels(view: View) -> Chart:
    """Draw the chance that each unit is ahead of each other one."""
    title = language.text("Who is ahead of whom: {name}", name=analysis.name(view))
    found = analysis.kept(view, "duels")
    shown = pl.DataFrame(schema=_DUELS)
    if found.height:
        shown = found.select(
            row=analysis.labels(view, found["unit"]),
            column=analysis.labels(view, found["other"]),
            ahead="ahead",
        )
        first = shown["row"].unique(maintain_order=True).head(MOST).implode()
        shown = shown.filter(pl.col("row").is_in(first), pl.col("column").is_in(first))
    return charts.duels(shown, view.lang, title=title)


def sobol(view: View) -> Chart:
    """Draw how much of the movement of ranks each choice and the errors explain."""
    title = language.text("What moves the ranks: {name}", name=analysis.name(view))
    return charts.sobol(_told(view, analysis.kept(view, "sobol")), view.lang, title=title)


def of_unit(view: View) -> Chart:
    """Draw the same for the rank of one unit."""
    code = view.asked.get("unit", "")
    found = analysis.kept(view, "sobol-units")
    if found.height:
        found = found.filter(pl.col("unit") == code)
    title = language.text("What moves the rank of {unit}", unit=view.unit(code).label(view.lang))
    return charts.sobol(_told(view, found), view.lang, title=title)


def _told(view: View, found: pl.DataFrame) -> pl.DataFrame:
    if found.is_empty():
        return pl.DataFrame(schema=_SOBOL)
    with language.use(view.lang):
        labels = [factor_name(code) for code in found["factor"]]
    # A choice that moves nothing explains nothing; shares below 0 are noise of the estimate.
    shares = [pl.col(each).fill_null(0.0) for each in _SOBOL if each != "label"]
    return found.with_columns(pl.Series("label", labels), *shares).select(*_SOBOL)


def settling(view: View) -> Chart:
    """Draw how the result settles as draws are added."""
    found = analysis.kept(view, "settling")
    schema = {"draws": pl.Int64, "rank_change": pl.Float64}
    shown = found.select(*schema) if found.height else pl.DataFrame(schema=schema)
    return charts.settling(shown, view.lang)
