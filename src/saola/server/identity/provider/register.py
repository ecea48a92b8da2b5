"""Dynamic registration, for test tools only: off unless the operator turns it on.

Source: OpenID Connect Dynamic Client Registration 1.0; RFC 7591.
"""

import json
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from saola.server.identity import settings as chosen
from saola.server.identity.audit.record import record
from saola.server.identity.models import Client, Organisation
from saola.server.identity.models.client import METHODS
from saola.server.identity.provider import claims, keys, remote
from saola.server.identity.provider.discovery import GRANTS
from saola.server.identity.provider.endpoint import endpoint, private
from saola.server.identity.provider.refusal import Refusal
from saola.server.identity.provider.secret import digest, fresh


@endpoint("POST")
def make(request: HttpRequest) -> HttpResponse:
    """Register a client of the test tool."""
    if not chosen.SAOLA_DYNAMIC_REGISTRATION:
        raise Http404
    asked = _body(request)
    client, secret = _client(asked)
    client.save()
    record("client-registered", client=client.identifier, dynamic=True)
    return private(JsonResponse(_said(client, secret, asked), status=201))


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        asked = json.loads(request.body)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict) or "\\u0000" in json.dumps(asked):
        raise Refusal("invalid_client_metadata", "Send a JSON object.")
    return asked


def _uris(asked: dict[str, Any], name: str) -> list[str]:
    found = asked.get(name, [])
    if not isinstance(found, list) or not all(isinstance(uri, str) for uri in found):
        raise Refusal("invalid_client_metadata", f"{name} is a list of addresses.")
    for uri in found:
        try:
            parts = urlsplit(uri)
        except ValueError:
            raise Refusal("invalid_redirect_uri", "An address cannot be read.") from None
        if not parts.scheme or not parts.netloc or "#" in uri:
            raise Refusal("invalid_redirect_uri", "An address has no host, or a fragment.")
    return found


def _client(asked: dict[str, Any]) -> tuple[Client, str]:
    redirects = _uris(asked, "redirect_uris")
    if not redirects:
        raise Refusal("invalid_redirect_uri", "redirect_uris is missing.")
    method = asked.get("token_endpoint_auth_method", "client_secret_basic")
    alg = asked.get("id_token_signed_response_alg", "RS256")
    info = asked.get("userinfo_signed_response_alg", "")
    known = method in METHODS and alg in keys.ALGORITHMS and info in {"", *keys.ALGORITHMS}
    grants = asked.get("grant_types", ["authorization_code"])
    if not known or not isinstance(grants, list):
        raise Refusal("invalid_client_metadata", "A method or algorithm is not offered.")
    secret = fresh() if method.startswith("client_secret") else ""
    home, _ = Organisation.objects.get_or_create(code="test-tools", defaults={"name": "Test tools"})
    client = Client(
        identifier=fresh()[:24],
        organisation=home,
        names={"en": str(asked.get("client_name", "Test client"))[:100]},
        redirect_uris=redirects,
        logout_uris=_uris(asked, "post_logout_redirect_uris"),
        grants=[name for name in grants if name in GRANTS] or ["authorization_code"],
        scopes=list(claims.SCOPES),
        method=method,
        secret=digest(secret) if secret else "",
        keys=asked.get("jwks") if isinstance(asked.get("jwks"), dict) else {},
        keys_uri=str(asked.get("jwks_uri", ""))[:200],
        id_token_alg=alg,
        userinfo_alg=info,
        subjects="public" if asked.get("subject_type") == "public" else "pairwise",
        sector=_sector(asked, redirects),
        fapi=False,
        pkce=False,
        dynamic=True,
        about={
            name: str(asked[name])[:200]
            for name in ("logo_uri", "policy_uri", "tos_uri", "client_uri")
            if name in asked
        },
        approved_at=timezone.now(),
    )
    return client, secret


def _sector(asked: dict[str, Any], redirects: list[str]) -> str:
    address = asked.get("sector_identifier_uri")
    if not isinstance(address, str):
        return ""
    listed = remote.fetch(address, kind=list)
    if listed is None or not set(redirects) <= set(listed):
        raise Refusal("invalid_client_metadata", "The sector does not list the redirect URIs.")
    return urlsplit(address).netloc[:200]


def _said(client: Client, secret: str, asked: dict[str, Any]) -> dict[str, object]:
    return {
        **{name: value for name, value in asked.items() if name in _ECHOED},
        "client_id": client.identifier,
        "client_id_issued_at": int(client.created.timestamp()),
        **({"client_secret": secret, "client_secret_expires_at": 0} if secret else {}),
        "redirect_uris": client.redirect_uris,
        "grant_types": client.grants,
        "response_types": ["code"],
        "token_endpoint_auth_method": client.method,
        "id_token_signed_response_alg": client.id_token_alg,
        "subject_type": client.subjects,
    }


_ECHOED = {
    "application_type",
    "client_name",
    "client_uri",
    "contacts",
    "jwks",
    "jwks_uri",
    "logo_uri",
    "policy_uri",
    "post_logout_redirect_uris",
    "sector_identifier_uri",
    "tos_uri",
    "userinfo_signed_response_alg",
}
