"""The map: tiles of one size, and boundaries where they were imported."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from saola.server.portal import choices
from saola.server.portal.cache import public
from saola.server.portal.empty import needs_run
from saola.server.portal.figure import figure
from saola.server.portal.figures.areas import within
from saola.server.portal.view import view_of


@public
@needs_run
def show(request: HttpRequest) -> HttpResponse:
    """Show the map beside the list of its units."""
    view = view_of(request)
    parts = choices.parts(view)
    rows = choices.lines(view, within(view, view.peers).head(200))
    facts = {
        "figure": figure("map", view),
        "areas": figure("areas", view),
        "lines": [row | {"parts": parts.get(row["unit"], "")} for row in rows],
        "insides": choices.wholes(view),
        "nodes": choices.nodes(view),
    }
    return render(request, "portal/map.html", choices.context(view) | facts)
