"""Why one unit has its score: against its peers, and against the period before."""

import numpy as np
import polars as pl
from django.http import Http404

from saola import charts, language
from saola.charts import Chart
from saola.frameworks import comparable
from saola.frameworks.runs import Run
from saola.index.edition_why import REST, STEPS, earned, steps
from saola.index.table import Floats
from saola.server.portal import analysis
from saola.server.portal.figures.movement import before, editions_of
from saola.server.portal.reading import Edition
from saola.server.portal.view import View


def unit_of(view: View) -> str:
    """Give the unit asked for, or answer 404."""
    code = view.asked.get("unit", "")
    if not code:
        raise Http404
    return view.unit(code).code


def leaves(view: View, run: Run, unit: str) -> Floats:
    """Give the rate of each indicator of a unit, NaN where missing."""
    rows = view.reader.scores(run, unit=unit)
    found = dict(rows.select("node", "score").iter_rows())
    codes = [indicator.id for indicator in view.framework.indicators]
    return np.array([found.get(code) for code in codes], dtype=np.float64)


def score_of(view: View, run: Run, unit: str) -> float | None:
    """Give the score of a unit in a run; nothing where none was computed."""
    rows = view.reader.scores(run, node=view.framework.root.id)
    own = rows.filter(pl.col("unit") == unit)["computed"]
    return own[0] if own.len() else None


def against_peers(view: View) -> Chart:
    """Draw the way from the mean of the peers to the unit's score."""
    unit = unit_of(view)
    names = {
        "_before": language.text("Mean of {name}", name=analysis.name(view)),
        "_after": view.unit(unit).label(view.lang),
    }
    title = language.text("Why {unit} has its score", unit=names["_after"])
    return _drawn(view, _peers(view, unit), names, title)


def _peers(view: View, unit: str) -> pl.DataFrame:
    values = analysis.kept(view, "values")
    own = score_of(view, view.run, unit)
    if values.is_empty() or own is None:
        return pl.DataFrame(schema=STEPS)
    units = values["unit"].unique(maintain_order=True).to_list()
    rows = view.reader.scores(view.run, node=view.framework.root.id)
    scores = dict(rows.select("unit", "score").iter_rows())
    codes = [indicator.id for indicator in view.framework.indicators]
    place = {code: at for at, code in enumerate(codes)}
    kept = values["indicator"].unique(maintain_order=True).to_list()
    table = np.full((len(codes), len(units)), np.nan)
    table[[place[code] for code in kept]] = values["value"].to_numpy().reshape(len(units), -1).T
    told = np.array([scores[each] for each in units], dtype=np.float64)
    mean = earned(view.framework, table, told).mean(axis=1)
    mine = earned(view.framework, leaves(view, view.run, unit)[:, None], np.array([own]))[:, 0]
    return steps(codes, mean, mine)


def earlier(view: View) -> Edition | None:
    """Give the same index one period before, where scores may stand on one line."""
    editions = {
        each.period: each
        for each in editions_of(view)
        if comparable(view.framework, each.framework)
    }
    found = before(list(editions), view.period)
    return editions[found] if found else None


def change(view: View) -> Chart:
    """Draw what made the score what it is since the period before."""
    unit = unit_of(view)
    past = earlier(view)
    names = {"_before": past.period if past else "", "_after": view.period}
    title = language.text("What changed: {unit}", unit=view.unit(unit).label(view.lang))
    return _drawn(view, _since(view, unit, past), names, title)


def _since(view: View, unit: str, past: Edition | None) -> pl.DataFrame:
    then = score_of(view, past.run, unit) if past else None
    now = score_of(view, view.run, unit)
    if past is None or then is None or now is None:
        return pl.DataFrame(schema=STEPS)
    framework = view.framework
    start = earned(framework, leaves(view, past.run, unit)[:, None], np.array([then]))[:, 0]
    end = earned(framework, leaves(view, view.run, unit)[:, None], np.array([now]))[:, 0]
    return steps([indicator.id for indicator in framework.indicators], start, end)


def _drawn(view: View, frame: pl.DataFrame, names: dict[str, str], title: str) -> Chart:
    rest = language.text("All other indicators", lang=view.lang)
    told = {**names, REST: rest}
    labels = analysis.parts(view, frame["part"])
    said = [told.get(code, label) for code, label in zip(frame["part"], labels, strict=True)]
    shown = frame.with_columns(pl.Series("label", said, dtype=pl.String))
    shown = shown.select("label", "change", "whole")
    return charts.waterfall(shown, view.lang, title=title, scale=view.scale, rest=rest)
