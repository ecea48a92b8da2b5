"""The token endpoint.

Source: RFC 6749, section 3.2; RFC 9449, section 5.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from saola.server.identity.models import Client
from saola.server.identity.provider import client_auth, dpop, grants
from saola.server.identity.provider.endpoint import endpoint, form_of, private
from saola.server.identity.provider.refusal import Refusal

Grant = Callable[[Mapping[str, str], Client, dpop.Proof | None], dict[str, Any]]

GRANTS: dict[str, Grant] = {
    "authorization_code": grants.by_code,
    "refresh_token": grants.by_refresh,
    "client_credentials": grants.by_client,
    "urn:ietf:params:oauth:grant-type:device_code": grants.by_device,
}


@endpoint("POST")
def give(request: HttpRequest) -> HttpResponse:
    """Answer with tokens."""
    form = form_of(request)
    client = client_auth.authenticate(request, form)
    name = form.get("grant_type", "")
    if not name:
        raise Refusal("invalid_request", "grant_type is missing.")
    if name not in GRANTS:
        raise Refusal("unsupported_grant_type")
    if name not in client.grants:
        raise Refusal("unauthorized_client", kind="grant-refused")
    proof = dpop.proof_of(request)
    if client.fapi and proof is None:
        raise Refusal("invalid_dpop_proof", "This client must bind its tokens by DPoP.")
    return private(JsonResponse(GRANTS[name](form, client, proof)))
