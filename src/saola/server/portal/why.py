"""Why a unit has its score, what if it were other, and what must rise for a rank."""

import math
from typing import Any

import numpy as np
import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from saola import language
from saola.frameworks.runs import Run
from saola.index.edition_what_if import EditionWhatIf
from saola.index.explain import moved
from saola.server.portal import analysis, choices
from saola.server.portal.empty import needs_run
from saola.server.portal.figure import figure
from saola.server.portal.figures import why as drawn
from saola.server.portal.unit import assessing
from saola.server.portal.view import View, view_of

# Sliders move in tenths of a per cent; a value within half of one is left as it is.
_STEP = 0.1
_FIRST = 10
# Shares of a variance: an interval that ends beyond this is noise around a settled rank.
_NOISY = 1.5
_MOST = 10


@require_safe
@needs_run
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a unit's score is made of, and answer what-if questions about it."""
    asked = view_of(request)
    unit = asked.unit(code)
    view = assessing(asked, unit.code, named="index" in request.GET)
    view = view.asking(unit=unit.code, level=unit.kind)
    facts = {"unit": unit, "name": unit.label(view.lang)} | _answers(request, view)
    if request.headers.get("HX-Target") == "what-if":
        return render(request, "parts/what-if.html", {"view": view} | facts)
    if facts["question"]:
        facts |= {
            "contributions": figure("contributions", view),
            "change": figure("change", view),
            "sobol": figure("sobol-unit", view) if _movable(view) else None,
            "moves": _moves(view, unit.code),
        }
    return render(request, "portal/why.html", choices.context(view) | facts)


def question(view: View) -> EditionWhatIf | None:
    """Give what answers what-if questions; nothing where the unit's score is not computed."""
    unit = drawn.unit_of(view)
    own = drawn.score_of(view, view.run, unit)
    rates = drawn.leaves(view, view.run, unit)
    # Among the few units of a quoted table that can be recomputed, a rank would say nothing.
    if own is None or view.quoted or not view.framework.complete or np.isnan(rates).all():
        return None
    peers = _scores(view, view.run).filter(pl.col("unit") != unit)["score"]
    shut = bool(view.framework.root.gate) and own == 0
    return EditionWhatIf(view.framework, rates, peers.to_numpy(), shut)


def _answers(request: HttpRequest, view: View) -> dict[str, Any]:
    found = question(view)
    if found is None:
        return {"question": None}
    now = found.score()
    rank = found.rank(now)
    changes = _changes(request, found)
    then = found.score(changes)
    reached = found.rank(then)
    wanted = _wanted(request, rank)
    together = found.together(wanted)
    write = view.scale.write
    return {
        "question": found,
        "now": {"score": write(now, view.lang), "rank": rank},
        "then": {"score": write(then, view.lang), "rank": reached},
        "gain": write(then - now, view.lang),
        "changed": bool(changes),
        "count": len(found.peers) + 1,
        "sliders": _sliders(view, found, changes),
        "wanted": wanted,
        "needed": _needed(view, found, wanted),
        "together": together,
        "together_said": _up(together) if together is not None else "",
        "there": rank <= wanted,
    }


def _changes(request: HttpRequest, found: EditionWhatIf) -> dict[str, float]:
    """Read the rates asked for; what is no number, or as it is, changes nothing."""
    changes: dict[str, float] = {}
    for code, now in zip(found.codes, found.rates, strict=True):
        try:
            given = float(request.GET.get(f"r.{code}", "").replace(",", "."))
        except ValueError:
            continue
        shown = 0.0 if np.isnan(now) else round(float(now) * 100, 1)
        if 0 <= given <= 100 and abs(given - shown) > _STEP / 2:
            changes[code] = given / 100
    return changes


def _wanted(request: HttpRequest, rank: int) -> int:
    try:
        given = int(request.GET.get("rank", ""))
    except ValueError:
        given = rank - 1
    return min(max(given, 1), 100_000)


def _sliders(
    view: View, found: EditionWhatIf, changes: dict[str, float]
) -> list[list[dict[str, Any]]]:
    """Give a field for each scored indicator, those that cost most first, and the others apart."""
    points = {item.id: item.points for item in view.framework.indicators if item.scored}
    skip = view.framework.missing == "skip"
    rows = []
    for code, rate in zip(found.codes, found.rates, strict=True):
        if code not in points:
            continue
        now = 0.0 if np.isnan(rate) else float(rate)
        rows.append(
            {
                "code": code,
                "label": language.pick(view.framework.label_of(code), view.lang),
                "value": f"{changes.get(code, now) * 100:.1f}",
                "now": language.DASH if np.isnan(rate) else language.percent(now, decimals=1),
                "lost": 0.0 if np.isnan(rate) and skip else (1 - now) * points[code],
            }
        )
    rows.sort(key=lambda row: -float(str(row["lost"])))
    return [rows[:_FIRST], rows[_FIRST:]]


def _needed(view: View, found: EditionWhatIf, wanted: int) -> list[dict[str, Any]]:
    told = found.single(wanted).head(_MOST)
    labelled = told.with_columns(analysis.parts(view, told["indicator"]))
    return [
        row | {"needed_said": _up(row["needed"]), "said": view.scale.write(row["score"], view.lang)}
        for row in labelled.to_dicts()
    ]


def _movable(view: View) -> bool:
    """Tell whether the unit's rank moves enough to say what moves it."""
    found = analysis.kept(view, "sobol-units")
    if found.is_empty():
        return False
    own = found.filter(pl.col("unit") == view.asked["unit"])["total_high"]
    most = own.max()
    return isinstance(most, float) and most <= _NOISY


def _up(rate: float) -> str:
    """Write a rate rounded up: rounded down it would not be enough."""
    return language.percent(math.ceil(rate * 1000 - 1e-9) / 1000, decimals=1)


def _moves(view: View, unit: str) -> str:
    """Say how many places the unit won since the period before, and by whose change."""
    past = drawn.earlier(view)
    if past is None:
        return ""
    both = _scores(view, past.run).join(_scores(view, view.run), on="unit", suffix="_now")
    told = moved(both["unit"].to_list(), both["score"].to_numpy(), both["score_now"].to_numpy())
    own = told.filter(pl.col("unit") == unit)
    if own.is_empty():
        return ""
    row = own.row(0, named=True)
    return language.text(
        "Since {period} it went from rank {start} to {end}: {own} places by its own change, "
        "{others} by that of the others (a plus is a gain).",
        period=past.period,
        start=language.number(row["rank_before"]),
        end=language.number(row["rank_after"]),
        own=_signed(row["own"]),
        others=_signed(row["others"]),
    )


def _signed(value: float) -> str:
    said = language.number(abs(value), decimals=0 if value == int(value) else 1)
    return f"+{said}" if value > 0 else f"−{said}" if value < 0 else said


def _scores(view: View, run: Run) -> pl.DataFrame:
    """Give the scores in a run of the units that this one is ranked with."""
    rows = view.labelled(view.reader.scores(run, node=view.framework.root.id))
    kept = (pl.coalesce("group", "kind") == analysis.among(view)) & ~pl.col("carried")
    return rows.filter(kept, pl.col("score").is_not_null()).select("unit", "score")
