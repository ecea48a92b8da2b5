"""Compare two to five units."""

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from saola.server.portal import choices
from saola.server.portal.cache import public
from saola.server.portal.empty import needs_run
from saola.server.portal.figure import figure
from saola.server.portal.figures import comparison
from saola.server.portal.view import view_of


@public
@needs_run
def show(request: HttpRequest) -> HttpResponse:
    """Show the units chosen beside each other; without a choice, the first two."""
    view = view_of(request)
    several = [code for code in request.GET.getlist("unit") if code]
    if len(several) > 1:
        return redirect(f"{request.path}?{view.query(unit=','.join(several))}")
    codes = comparison.chosen(view)
    if codes:
        view = view.asking(level=view.unit(codes[0]).kind)
    else:
        first = view.peers.filter(pl.col("score").is_not_null()).head(2)["unit"]
        codes = first.to_list()
        view = view.asking(unit=",".join(codes))
    shown = view.peers.filter(pl.col("unit").is_in(codes))
    slots = [*codes, *[""] * (comparison.MOST - len(codes))]
    facts = {
        "slots": slots,
        "options": choices.units(view),
        "figure": figure("compare", view),
        "trend": figure("trend", view),
        "lines": choices.lines(view, shown),
    }
    return render(request, "portal/compare.html", choices.context(view) | facts)
