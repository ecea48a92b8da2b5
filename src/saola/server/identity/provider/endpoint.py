"""What all endpoints share: one transaction, refusals as JSON with an audit row, no cookies."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connections, router, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt

from saola.server.identity import limits
from saola.server.identity.audit.record import record
from saola.server.identity.models import Token
from saola.server.identity.provider.refusal import Refusal

# What strangers can make us refuse at will: an address writes so many rows of it in a window.
STRANGERS = frozenset(
    {"client-refused", "redirect-refused", "request-refused", "logout-refused", "par-missing"}
    | {"pkce-missing", "flow-refused"}
)
ROWS = 50
Handler = Callable[[HttpRequest], HttpResponse]
FORM = "application/x-www-form-urlencoded"


def endpoint(*methods: str, lasting: bool = True) -> Callable[[Handler], Handler]:
    """Make an endpoint of a handler that may raise `Refusal`.

    The handler runs in one transaction. A refusal does not roll it back: what was noticed on
    the way (a replayed proof, a code used twice) has to stay.

    Args:
        methods: The HTTP methods.
        lasting: Whether what the handler writes must survive a power cut. A pushed request and
            a seen proof live for a minute: on PostgreSQL their answer need not wait for the disk.
    """

    def wrap(handler: Handler) -> Handler:
        @wraps(handler)
        def view(request: HttpRequest) -> HttpResponse:
            if request.method not in methods:
                refused = Refusal("invalid_request", status=405).response()
                refused["Allow"] = ", ".join(methods)
                return refused
            using = router.db_for_write(Token)
            with transaction.atomic(using=using):
                if not lasting:
                    _wait_for_disk("off", using)
                try:
                    return handler(request)
                except Refusal as refusal:
                    if not lasting:
                        _wait_for_disk("on", using)
                    note(request, refusal)
                    return refusal.response()

        return csrf_exempt(view)

    return wrap


def _wait_for_disk(how: str, using: str) -> None:
    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL synchronous_commit = {how}")


def note(request: HttpRequest, refusal: Refusal) -> None:
    """Write the audit row of a refusal that names its kind; a stranger's flood is cut off."""
    address = limits.address_of(request)
    flood = refusal.kind in STRANGERS and not limits.within(f"rows {address}", ROWS)
    if refusal.kind and not flood:
        record(
            refusal.kind,
            client=str(request.POST.get("client_id", ""))[:64].replace("\0", ""),
            outcome="refused",
            error=refusal.error,
            said=refusal.said,
            path=request.path,
            address=address,
        )


def form_of(request: HttpRequest) -> dict[str, str]:
    """Give the form of a POST in which each parameter stands once.

    Raises:
        Refusal: If it is not a form or repeats a parameter.
    """
    if (request.content_type or "") != FORM:
        raise Refusal("invalid_request", "Send a form.")
    return once(request.POST)


def once(given: QueryDict) -> dict[str, str]:
    """Give parameters that do not repeat.

    Raises:
        Refusal: If one repeats, or holds a zero character.

    Source: RFC 6749, section 3.1.
    """
    found = {}
    for name, values in given.lists():
        if len(values) != 1:
            raise Refusal("invalid_request", "A parameter repeats.")
        if "\0" in name or "\0" in str(values[0]):
            raise Refusal("invalid_request", "A parameter holds a zero character.")
        found[name] = str(values[0])
    return found


def private(response: HttpResponse) -> HttpResponse:
    """Forbid caches to keep an answer."""
    response["Cache-Control"] = "no-store"
    response["Pragma"] = "no-cache"
    return response


def public(document: dict[str, Any]) -> JsonResponse:
    """Answer with a document for everybody, that caches may keep for five minutes."""
    response = JsonResponse(document)
    response["Cache-Control"] = "public, max-age=300"
    response["Access-Control-Allow-Origin"] = "*"
    return response
