"""What pages show while the workspace has no run."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from saola.server.portal.view import view_of

Page = Callable[..., HttpResponse]


def needs_run(page: Page) -> Page:
    """Show how to begin instead of a page that has nothing to show."""

    @wraps(page)
    def answer(request: HttpRequest, *args: Any, **facts: Any) -> HttpResponse:
        view = view_of(request)
        if view.edition is None:
            return render(request, "portal/empty.html", {"view": view})
        return page(request, *args, **facts)

    return answer
