"""Gaps between groups of people, from the indicators that measure them."""

import polars as pl

from saola import charts, language, observations
from saola.charts import Chart
from saola.frameworks import Indicator, runs
from saola.frameworks.rules.kinds import Gap
from saola.server.portal import people
from saola.server.portal.view import View

_SCHEMA = {
    "node": pl.String,
    "label": pl.String,
    "group_a": pl.String,
    "group_b": pl.String,
    "a": pl.Float64,
    "b": pl.Float64,
}


def draw(view: View) -> Chart:
    """Draw the gaps of a unit; of the whole level where none is asked for."""
    title = language.text("Who is left behind, {period}", period=view.period)
    code = view.asked.get("unit", "")
    if code:
        name = view.unit(code).label(view.lang)
        title = language.text("Who is left behind: {unit}, {period}", unit=name, period=view.period)
    return charts.gaps(table(view), view.lang, title=title)


def measured(view: View) -> list[tuple[Indicator, Gap]]:
    """List the indicators of the framework that compare two groups, each comparison once."""
    found: dict[object, tuple[Indicator, Gap]] = {}
    for each in view.framework.indicators:
        if isinstance(each.rule, Gap):
            key = (each.rule.a, each.rule.b, frozenset(each.rule.between))
            found.setdefault(key, (each, each.rule))
    return list(found.values())


def table(view: View) -> pl.DataFrame:
    """Give the share of both groups for each such indicator."""
    found = measured(view)
    if not found or view.reader.workspace is None:
        return pl.DataFrame(schema=_SCHEMA)
    rows = [_row(view, indicator, rule) for indicator, rule in found]
    return pl.DataFrame(rows, schema=_SCHEMA)


def _row(view: View, indicator: Indicator, rule: Gap) -> dict[str, object]:
    first, second = (_share(view, rule, group) for group in rule.between)
    return {
        "node": indicator.id,
        "label": language.pick(view.framework.label_of(indicator.id), view.lang),
        "group_a": people.label(rule.between[0], view.lang),
        "group_b": people.label(rule.between[1], view.lang),
        "a": first,
        "b": second,
    }


def _share(view: View, rule: Gap, group: str) -> float | None:
    both = [_values(view, code, group) for code in rule.codes[:2]]
    return share(both[0], both[-1])


def share(top: pl.DataFrame, below: pl.DataFrame) -> float | None:
    """Divide the sums of two inputs over the units that report both; none where no one does.

    Args:
        top: Columns `unit`, `value`: what is counted.
        below: The same of what it is a share of.
    """
    joined = top.join(below, on="unit", suffix="_below").drop_nulls()
    whole = float(joined["value_below"].sum())
    return float(joined["value"].sum()) / whole if whole > 0 else None


def _values(view: View, code: str, group: str) -> pl.DataFrame:
    rows = _counts(view).filter(pl.col("indicator") == code, pl.col("breakdown") == group)
    unit = view.asked.get("unit", "")
    if unit:
        return rows.filter(pl.col("unit") == unit).select("unit", "value")
    kinds = view.names.filter(pl.col("kind") == view.level)["code"]
    return rows.filter(pl.col("unit").is_in(kinds.implode())).select("unit", "value")


def _counts(view: View) -> pl.DataFrame:
    """Read what the run counted of groups, once; what is counted now, where it kept nothing."""
    codes = sorted({code for _, rule in measured(view) for code in rule.codes})

    def read() -> pl.DataFrame:
        workspace = view.reader.workspace
        if workspace is None:
            return pl.DataFrame(schema=observations.SCHEMA)
        rows = runs.groups(workspace, view.run)
        if rows is None:
            rows = observations.current(workspace, indicators=codes)
        total = (pl.col("field") == "_T") & (pl.col("breakdown") != "_T")
        return rows.filter(
            total, pl.col("period") == view.period, pl.col("indicator").is_in(codes)
        ).select("indicator", "unit", "breakdown", "value")

    return view.reader.once(("gaps", view.run.id), read)
