"""How an error leaves the server: a page for people, one JSON envelope for programs."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language

from saola import language
from saola.errors import SaolaError

STATUS = {"input": 400, "state": 409, "dependency": 503, "integrity": 500}

_log = logging.getLogger("saola.server")


def wants_json(request: HttpRequest) -> bool:
    """Tell whether a program asks: by `.json`, by the API's address or by `Accept`."""
    if request.path.endswith(".json") or request.path.startswith("/api/"):
        return True
    accept = request.headers.get("Accept", "")
    return "application/json" in accept and "text/html" not in accept


def envelope(status: int, **parts: str) -> JsonResponse:
    """Wrap an error for programs: `{"error": {"status": …, "code": …, "title": …}}`."""
    return JsonResponse({"error": {"status": status, **parts}}, status=status)


def answer(request: HttpRequest, error: SaolaError, status: int | None = None) -> HttpResponse:
    """Show an error of ours with what was expected and what to do.

    Args:
        request: What was asked.
        error: The error.
        status: The HTTP status; by default that of the error's kind.
    """
    status = status or STATUS.get(error.kind, 500)
    if wants_json(request):
        return envelope(status, **error.as_dict())
    return render(request, "faults/saola.html", {"error": error.as_dict()}, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that leads nowhere; what is said of it is said only by errors of ours."""
    said = exception.args[0] if exception and exception.args else None
    if isinstance(said, SaolaError):
        return answer(request, said, 404)
    if wants_json(request):
        return envelope(404, code="not-found", title=HTTPStatus.NOT_FOUND.phrase)
    return render(request, "faults/404.html", status=404)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that its sender may not make."""
    del exception
    if wants_json(request):
        return envelope(403, code="forbidden", title=HTTPStatus.FORBIDDEN.phrase)
    return render(request, "faults/403.html", status=403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come from our own page."""
    _log.warning("form refused", extra={"reason": reason, "path": request.path})
    return refused(request)


def malformed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that cannot be read."""
    del exception
    if wants_json(request):
        return envelope(400, code="bad-request", title=HTTPStatus.BAD_REQUEST.phrase)
    return render(request, "faults/400.html", status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer when the server itself failed; nothing of the fault is shown."""
    if wants_json(request):
        return envelope(500, code="server-error", title=HTTPStatus.INTERNAL_SERVER_ERROR.phrase)
    lang = (get_language() or "en")[:2]
    with language.use(lang if lang in language.LANGUAGES else "en"):
        return HttpResponse(render_to_string("faults/500.html", {"lang": lang}), status=500)


class Faults:
    """Middleware that answers errors of ours with a page instead of a traceback."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a `SaolaError`; leave every other fault to the 500 page."""
        if not isinstance(exception, SaolaError):
            return None
        _log.warning("request refused", extra={"code": exception.code, "path": request.path})
        return answer(request, exception)
