"""`/health`: whether the server and what it stands on answer."""

from django.conf import settings
from django.db import Error, connections
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from saola import __version__


@never_cache
def show(request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part answers, else 503; name the part that does not."""
    del request
    parts = {f"database {name}": _answers(name) for name in connections}
    parts["workspace"] = settings.HOME.is_dir()
    well = all(parts.values())
    body = {"status": "ok" if well else "failing", "version": __version__, "parts": parts}
    return JsonResponse(body, status=200 if well else 503)


def _answers(name: str) -> bool:
    try:
        with connections[name].cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True
