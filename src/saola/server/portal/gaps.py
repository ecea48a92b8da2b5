"""Who is left behind: the gaps between groups of people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from saola.server.portal import choices
from saola.server.portal.cache import public
from saola.server.portal.empty import needs_run
from saola.server.portal.figure import figure
from saola.server.portal.figures.gaps import measured
from saola.server.portal.view import view_of


@public
@needs_run
def show(request: HttpRequest) -> HttpResponse:
    """Show the gaps of the country or of one unit, and the units that have most to catch up."""
    view = view_of(request)
    last = view.peers.drop_nulls("score").tail(10).reverse()
    facts = {
        "figure": figure("gaps", view),
        "measured": measured(view),
        "options": choices.units(view),
        "lines": choices.lines(view, last),
    }
    return render(request, "portal/gaps.html", choices.context(view) | facts)
