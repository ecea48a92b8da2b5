"""Pages of a person's own affairs: signed in, with enough proof."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from saola.server.identity import visits

View = Callable[..., HttpResponse]


def at_level(level: int) -> Callable[[View], View]:
    """Let only people into a view who proved who they are at a level of authentication."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            visit = visits.of(request)
            here = urlencode({"next": request.get_full_path()})
            if visit is None:
                return HttpResponseRedirect(f"{reverse('account_login')}?{here}")
            if visit.level < level:
                return HttpResponseRedirect(f"{reverse('more')}?{here}")
            return view(request, *args, **named)

        return guarded

    return wrap
