"""One run: what went in, what came out, and pages pinned to it."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from saola.frameworks import runs
from saola.server.portal import choices
from saola.server.portal.cache import public
from saola.server.portal.figure import figure
from saola.server.portal.reading import reader
from saola.server.portal.view import view_of


def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show a run under its own address."""
    query = request.GET.copy()
    query["run"] = code
    request.GET = query  # type: ignore[assignment]  # the address says what the query would
    return _page(request)


@public
def _page(request: HttpRequest) -> HttpResponse:
    view = view_of(request)
    workspace = view.reader.workspace
    current = runs.current(workspace, view.run.framework, view.period) if workspace else None
    facts = {
        "figure": figure("ranking", view),
        "current": current,
        "is_current": current is not None and current.id == view.run.id,
        "when": dt.datetime.fromisoformat(view.run.when),
    }
    return render(request, "portal/run.html", choices.context(view) | facts)


def bare(request: HttpRequest, code: str) -> HttpResponse:
    """Send the address without a language to the one with it."""
    del request
    return redirect(reverse("run", args=[code]))


@public
def feed(request: HttpRequest) -> HttpResponse:
    """Send the newest runs as an Atom feed."""
    found = reader()
    entries = [
        {"run": run, "framework": found.catalogue.get(run.framework)} for run in found.runs[:50]
    ]
    facts = {"entries": entries, "base": request.build_absolute_uri("/").rstrip("/")}
    response = render(request, "portal/feed.xml", facts, content_type="application/atom+xml")
    return HttpResponse(response.content, content_type="application/atom+xml; charset=utf-8")
