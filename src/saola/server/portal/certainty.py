"""How sure the ranks of a run are, and how its index is built."""

from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from saola import language
from saola.reports.factors import changed_words, factor_name
from saola.server.portal import analysis, choices
from saola.server.portal.cache import public
from saola.server.portal.empty import needs_run
from saola.server.portal.figure import figure
from saola.server.portal.view import View, view_of

_FLAGS = {
    "redundant": "say the same twice",
    "silent": "is hardly heard in",
    "against": "goes against",
}
# Of a class with more units only the first are named.
_NAMED = 40


def _context(view: View) -> dict[str, Any]:
    return choices.context(view) | {
        "groups": choices.groups(view),
        "among": analysis.name(view),
        "known": analysis.known(view),
        "claim": analysis.claim(view),
    }


@public
@needs_run
def uncertainty(request: HttpRequest) -> HttpResponse:
    """Show intervals, duels, rank classes and what moves the ranks."""
    view = view_of(request)
    spans = analysis.kept(view, "spans")
    claims = spans["claim"].unique().to_list() if spans.height else []
    facts = {
        "errors": figure("rank-errors", view) if "errors" in claims else None,
        "choices": figure("rank-choices", view) if "choices" in claims else None,
        "classes": _classes(view),
        "tried": _tried(view),
    }
    if claims:
        names = ["sobol", "settling"] + ["duels"] * (not analysis.kept(view, "duels").is_empty())
        facts |= {name: figure(name, view) for name in names}
    return render(request, "portal/uncertainty.html", _context(view) | facts)


def _classes(view: View) -> list[dict[str, Any]]:
    found = analysis.kept(view, "classes")
    if found.is_empty():
        return []
    shown = found.group_by("class", maintain_order=True).head(_NAMED)
    labelled = shown.with_columns(analysis.labels(view, shown["unit"]))
    sizes = dict(found.group_by("class").len().iter_rows())
    return [
        {
            "number": number,
            "units": rows.select("unit", "label", "rank").to_dicts(),
            "more": _more(sizes[number] - rows.height),
        }
        for (number,), rows in labelled.group_by("class", maintain_order=True)
    ]


def _more(count: int) -> str:
    return language.plural("and {n} more", "and {n} more", count) if count else ""


def _tried(view: View) -> list[tuple[str, str]]:
    """Say what each choice was between."""
    found = analysis.kept(view, "alternatives")
    same = language.text("as published")
    told = [
        (factor_name(row["factor"]), changed_words(row["changed"]) or same)
        for row in found.iter_rows(named=True)
    ]
    factors = analysis.kept(view, "sobol")
    names = factors["factor"].to_list() if factors.height else []
    if "weights" in names:
        told.append((factor_name("weights"), language.text("each up and down by a quarter")))
    if "values" in names:
        said = language.text("drawn anew within their standard errors")
        told.append((factor_name("values"), said))
    return told


@public
@needs_run
def structure(request: HttpRequest) -> HttpResponse:
    """Show what the index is made of and how its parts move together."""
    view = view_of(request)
    facts: dict[str, Any] = {"icicle": figure("icicle", view)}
    if analysis.known(view):
        facts |= {
            "together": figure("together", view),
            "reliability": _reliability(view),
            "flags": _flags(view),
        }
    return render(request, "portal/structure.html", _context(view) | facts)


def _reliability(view: View) -> list[dict[str, Any]]:
    found = analysis.kept(view, "reliability")
    return found.with_columns(analysis.parts(view, found["node"])).to_dicts()


def _flags(view: View) -> list[dict[str, Any]]:
    found = analysis.kept(view, "flags")
    other = analysis.parts(view, found["other"]).alias("beside")
    told = found.with_columns(analysis.parts(view, found["part"]), other).sort(
        pl.col("value").abs(), descending=True
    )
    return [row | {"said": language.text(_FLAGS[row["flag"]])} for row in told.to_dicts()]
