"""Pushed authorisation requests.

Source: RFC 9126; RFC 9449, section 10.1.
"""

import datetime as dt
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from saola.server.identity.models import Client, PushedRequest
from saola.server.identity.provider import asked, client_auth, dpop
from saola.server.identity.provider.endpoint import endpoint, form_of, private
from saola.server.identity.provider.prepared import Prepared
from saola.server.identity.provider.refusal import Refusal
from saola.server.identity.provider.secret import digest, fresh

URN = "urn:ietf:params:oauth:request_uri:"
LIFE = 60  # seconds in which the person's browser must arrive
VISIT = 900  # seconds in which the person must be done
CREDENTIALS = {"client_assertion", "client_assertion_type", "client_secret"}


_BY_HANDLE = Prepared(lambda mark: PushedRequest.objects.filter(handle=mark), "mark-1")


@endpoint("POST", lasting=False)
def push(request: HttpRequest) -> HttpResponse:
    """Keep a request's parameters and answer with their handle."""
    form = form_of(request)
    client = client_auth.authenticate(request, form)
    if "request_uri" in form:
        raise Refusal("invalid_request", "A pushed request cannot hold a request_uri.")
    proof = dpop.proof_of(request)
    given = {name: text for name, text in form.items() if name not in CREDENTIALS}
    if given.get("client_id", client.identifier) != client.identifier:
        raise Refusal("invalid_request", "client_id names another client.")
    if proof and given.setdefault("dpop_jkt", proof.jkt) != proof.jkt:
        raise Refusal("invalid_dpop_proof", "dpop_jkt names another key.")
    asked.read(client, given, pushed=True)
    handle = keep(client, given, pushed=True)
    return private(JsonResponse({"request_uri": URN + handle, "expires_in": LIFE}, status=201))


def keep(client: Client, given: Mapping[str, str], *, pushed: bool) -> str:
    """Store a request and give its handle.

    Args:
        client: Whose it is.
        given: Its parameters.
        pushed: Whether it was pushed; else it is parked while the person signs in.
    """
    handle = fresh()
    now = timezone.now()
    PushedRequest.objects.create(
        handle=digest(handle),
        client=client,
        parameters=dict(given),
        pushed=pushed,
        created=now,
        expires=now + dt.timedelta(seconds=LIFE if pushed else VISIT),
        opened_at=None if pushed else now,
    )
    return handle


def find(client: Client, uri: str) -> PushedRequest | None:
    """Give the living request of a client by its `request_uri`."""
    if not uri.startswith(URN):
        return None
    found = _BY_HANDLE.first(digest(uri.removeprefix(URN)))
    if found is None or found.client_id != client.pk or found.used_at is not None:
        return None
    return found if found.expires > timezone.now() else None
