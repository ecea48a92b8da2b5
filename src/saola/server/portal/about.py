"""Pages that do not depend on any run."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from saola.server.portal.cache import public


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement."""
    facts = {"contact": settings.CONFIGURATION.corrections}
    return render(request, "portal/accessibility.html", facts)
