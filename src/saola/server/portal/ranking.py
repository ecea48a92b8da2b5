"""The ranking: sort, group, search, period."""

import polars as pl
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from saola import language
from saola.server.portal import choices
from saola.server.portal.cache import public
from saola.server.portal.empty import needs_run
from saola.server.portal.figure import figure
from saola.server.portal.figures import ranking as drawn
from saola.server.portal.view import View, view_of

PAGE = 100
# Sorts by the name the address uses; a minus sorts downwards.
SORTS = ("rank", "-rank", "label", "-label", "score", "-score")


@public
@needs_run
def show(request: HttpRequest) -> HttpResponse:
    """Show the units of a level in the order of their rank, or as asked."""
    view = view_of(request)
    rows = _sorted(view, drawn.chosen(view))
    page = Paginator(range(rows.height), PAGE).get_page(view.asked.get("page"))
    shown = rows.slice((page.number - 1) * PAGE, PAGE)
    facts = {
        "figure": figure("ranking", view),
        "lines": choices.lines(view, shown),
        "page": page,
        "total": rows.height,
        "nodes": choices.nodes(view),
        "groups": choices.groups(view),
        "sort": _sort(view),
        "has_intervals": rows["rank_low"].null_count() < rows.height,
        "can_clear": view.peers["low"].null_count() < view.peers.height,
        "has_published": not view.quoted and rows["published_score"].count() > 0,
        "has_recomputed": bool(rows["carried"].any()) and rows["computed"].count() > 0,
        "state": view.state,
    }
    return render(request, "portal/ranking.html", choices.context(view) | facts)


def _sort(view: View) -> str:
    asked = view.asked.get("sort", "")
    return asked if asked in SORTS else "rank"


def _sorted(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    key = _sort(view)
    down = key.startswith("-")
    name = key.removeprefix("-")
    if name != "label":
        return rows.sort(name, "label", descending=[down, False], nulls_last=True)
    order = sorted(
        range(rows.height), key=lambda n: language.sort_key(rows["label"][n]), reverse=down
    )
    return rows[order]
