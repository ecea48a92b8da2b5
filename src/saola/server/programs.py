"""The short way of programs: addresses that need no session, form, page or cookie.

What stands after this in the settings serves people in browsers; it costs a program's request more
than its answer does. The views behind these addresses know who asks by a token in each request.
"""

from collections.abc import Callable
from typing import cast

from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers

from saola import language
from saola.errors import SaolaError
from saola.server import faults
from saola.server.rooms import ROOMS

PREFIXES = tuple(prefix for room in ROOMS for prefix in room.programs)


class Programs:
    """Middleware that answers these addresses itself; all else, and the unknown, goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.answer = convert_exception_to_response(_answer)  # errors too in the asker's language

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer by the view alone, in the language the program asks for."""
        if not request.path_info.startswith(PREFIXES):
            return self.get_response(request)
        try:
            found = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        request.get_host()  # refuses a name that is not ours
        request.resolver_match = found
        spoken = translation.get_language_from_request(request)
        translation.activate(spoken)
        with language.use(spoken):
            response = cast("HttpResponse", self.answer(request))
        response.headers.setdefault("Content-Language", spoken)
        patch_vary_headers(response, ("Accept-Language",))
        if not response.streaming:
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response


def _answer(request: HttpRequest) -> HttpResponse:
    found = request.resolver_match
    assert found is not None  # noqa: S101  (set just before)
    try:
        response: HttpResponse = found.func(request, *found.args, **found.kwargs)
    except SaolaError as error:
        return faults.answer(request, error)
    return response
