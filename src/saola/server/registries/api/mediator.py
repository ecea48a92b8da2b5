"""Which client asks: by its access token, or by the information mediator's header.

A client gets its token from this server's own sign-in service, by client credentials with the
scope `registries`. The header carries no proof. It is believed from this machine's own loopback,
unproxied, and only where the operator says that a mediator stands there: `SAOLA_MEDIATOR=loopback`.
"""

import os
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from saola.errors import SaolaError
from saola.server.identity.provider.bearer import token_of
from saola.server.identity.provider.prepared import Prepared
from saola.server.identity.provider.refusal import Refusal
from saola.server.registries.models import Permit, Steward

View = Callable[..., HttpResponseBase]
HEADER = "Information-Mediator-Client"
SETTING = "SAOLA_MEDIATOR"
SCOPE = "registries"
_PROXIED = ("X-Forwarded-For", "X-Real-Ip", "Forwarded")


class Refused(Exception):  # noqa: N818  (it says what happened)
    """An answer that is a refusal."""

    def __init__(self, status: int, detail: str) -> None:
        self.status, self.detail = status, detail
        super().__init__(detail)


def client_of(request: HttpRequest) -> str:
    """Give the client that a request comes from.

    Raises:
        Refused: If there is no good token, and the header is missing or must not be believed.
    """
    if "Authorization" in request.headers:
        return _by_token(request)
    client = request.headers.get(HEADER, "")
    if not client or os.environ.get(SETTING) != "loopback" or not _local(request):
        raise Refused(401, "client not authenticated")
    return client[:200]


def _by_token(request: HttpRequest) -> str:
    try:
        token = token_of(request, scope=SCOPE, own=True)
    except Refusal as refusal:
        raise Refused(refusal.status, refusal.said or refusal.error) from None
    if token.authorisation_id is not None:
        raise Refused(403, "a token of the client's own expected, not a person's")
    return str(token.client.identifier)


def _local(request: HttpRequest) -> bool:
    if any(name in request.headers for name in _PROXIED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def endpoint(**views: View) -> View:
    """Make one address of views by method; refusals become JSON with a `detail`."""

    @csrf_exempt
    @wraps(next(iter(views.values())))
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        view = views.get(str(request.method).lower())
        if view is None:
            return JsonResponse({"detail": "method not allowed"}, status=405)
        try:
            return view(request, *args, **kwargs)
        except Refused as refusal:
            answer = JsonResponse({"detail": refusal.detail}, status=refusal.status)
            if refusal.status == HTTPStatus.UNAUTHORIZED:
                answer["WWW-Authenticate"] = f'Bearer scope="{SCOPE}"'
            return answer
        except SaolaError as error:
            status = 404 if error.code.endswith("-absent") else 400
            return JsonResponse({"detail": error.message(), "code": error.code}, status=status)

    return answer


_LIVING: Prepared[Permit] = Prepared(
    lambda client, code, version: Permit.objects.select_related("registry").filter(
        client=client, registry__code=code, registry__version=version, registry__ended=None
    ),
    "mark-1",
    "mark-2",
    "mark-3",
)


def _registry(held: Permit) -> int:
    return held.registry_id


def permit(request: HttpRequest, code: str, version: str, *, writes: bool = False) -> Permit:
    """Give the permit under which a client uses a registry.

    Raises:
        Refused: If there is no such registry for it, or it may not write.
    """
    client = client_of(request)
    living = _LIVING.every(client, code, version)
    found = max(living, key=_registry, default=None)
    if found is None or (writes and not found.writes):
        raise Refused(403, "not granted")  # an unknown registry looks like a forbidden one
    return found


def steward(request: HttpRequest) -> str:
    """Give the client if it may define registries.

    Raises:
        Refused: If it may not.
    """
    client = client_of(request)
    if not Steward.objects.filter(client=client).exists():
        raise Refused(403, "not granted")
    return client
