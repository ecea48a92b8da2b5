"""A figure alone: its own page, the frame for other sites, and how to correct it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from saola.server.headers import CSP, policy
from saola.server.portal import choices
from saola.server.portal.cache import public
from saola.server.portal.figure import figure
from saola.server.portal.view import view_of


@public
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Show a figure with its table, its origin and its forms."""
    view = view_of(request)
    facts = {"figure": figure(name, view), "alone": True}
    return render(request, "portal/figure.html", choices.context(view) | facts)


@public
def embed(request: HttpRequest, name: str) -> HttpResponse:
    """Show a figure for a frame in another site; this page alone may be framed."""
    view = view_of(request)
    found = figure(name, view)
    response = render(request, "portal/embed.html", choices.context(view) | {"figure": found})
    response[CSP] = policy(frame_ancestors="*")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@public
def correct(request: HttpRequest, name: str) -> HttpResponse:
    """Say how to report a wrong figure, naming run and address."""
    view = view_of(request)
    found = figure(name, view)
    facts = {
        "figure": found,
        "contact": settings.CONFIGURATION.corrections,
        "address": request.build_absolute_uri(found.address),
    }
    return render(request, "portal/correct.html", choices.context(view) | facts)
