"""Data: runs, batches and how to take them along."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from saola import observations
from saola.server.portal import choices
from saola.server.portal.cache import public
from saola.server.portal.empty import needs_run
from saola.server.portal.figure import FORMS
from saola.server.portal.figures import FIGURES, OF_UNIT
from saola.server.portal.view import view_of

MOST = 100


@public
@needs_run
def show(request: HttpRequest) -> HttpResponse:
    """List what can be downloaded and what it was computed from."""
    view = view_of(request)
    workspace = view.reader.workspace
    batches = observations.batches(workspace) if workspace else []
    facts = {
        "runs": view.reader.runs[:MOST],
        "batches": batches[-MOST:][::-1],
        "forms": FORMS,
        "figures": [name for name in FIGURES if name not in OF_UNIT],
    }
    return render(request, "portal/data.html", choices.context(view) | facts)
