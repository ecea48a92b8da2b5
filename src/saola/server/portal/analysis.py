"""What was found out about a run when it was made, as pages read it."""

import polars as pl

from saola import language
from saola.frameworks import runs
from saola.reports.subject import kind_name
from saola.server.portal.view import View

TOO_MANY = 500


def among(view: View) -> str:
    """Give the units that those shown are ranked with: a rank group, or a kind of unit.

    The group is the one asked for, or that of the unit asked for, or the first with a score.
    """
    rows = view.peers.filter(pl.col("score").is_not_null())
    groups = rows["group"].drop_nulls().unique().sort().to_list()
    unit = view.asked.get("unit", "")
    own = view.rows.filter(pl.col("unit") == unit)
    if own.height:
        return str(own["group"][0] or own["kind"][0])
    asked = view.asked.get("group", "")
    if asked in groups:
        return asked
    return groups[0] if groups else view.level


def name(view: View) -> str:
    """Say what these units are called."""
    code = among(view)
    known = view.reader.units
    return known.unit(code).label(view.lang) if code in known else kind_name(code)


def kept(view: View, table: str, *, group: str | None = None) -> pl.DataFrame:
    """Read a table of the run, only of the units that are ranked together; else an empty one."""
    workspace, run = view.reader.workspace, view.run
    # What was found out is of the units computed; of a quoted table those are only a few.
    if workspace is None or view.quoted:
        return pl.DataFrame()
    key = (run.id, "analysis", table)
    found = view.reader.once(key, lambda: runs.table(workspace, run, table))
    if found is None:
        return pl.DataFrame()
    return found.filter(pl.col("among") == (group or among(view))).drop("among")


def known(view: View) -> bool:
    """Tell whether anything was found out about these units."""
    return kept(view, "spans").height > 0


def claim(view: View) -> str:
    """Say what the intervals of scores and ranks are of: `errors`, `choices`, or nothing."""
    spans = kept(view, "spans")
    if spans.is_empty():
        return ""
    return "errors" if "errors" in spans["claim"].to_list() else "choices"


def labels(view: View, codes: pl.Series) -> pl.Series:
    """Name units in the language of the view."""
    names = dict(view.names.select("code", "label").iter_rows())
    return pl.Series("label", [names.get(code, code) for code in codes], dtype=pl.String)


def parts(view: View, codes: pl.Series) -> pl.Series:
    """Name parts of the framework in the language of the view."""
    framework = view.framework
    every = {item.id: language.pick(item.label, view.lang) for item in framework.items}
    return pl.Series("label", [every.get(code, code) for code in codes], dtype=pl.String)
