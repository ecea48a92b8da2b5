"""Which client is calling: private_key_jwt, or a secret for older ones.

Source: OpenID Connect Core 1.0, section 9; RFC 7523; FAPI 2.0 Security Profile, section 5.3.2.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from django.http import HttpRequest
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from saola.server.identity import limits
from saola.server.identity.models import Client
from saola.server.identity.provider import jwt, place, remote, replay
from saola.server.identity.provider.prepared import Prepared
from saola.server.identity.provider.refusal import Refusal
from saola.server.identity.provider.secret import digest

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST = 3600.0  # seconds an assertion may live; Authlib's live that long


_BY_IDENTIFIER = Prepared(
    lambda mark: Client.objects.select_related("organisation").filter(identifier=mark), "mark-1"
)


def _refuse(said: str, kind: str = "client-refused") -> Refusal:
    return Refusal("invalid_client", said, status=401, kind=kind, scheme="Basic")


def find(identifier: str) -> Client:
    """Give the working client of an identifier.

    Raises:
        Refusal: If there is none, or it waits for approval, or it or its agency is suspended.
    """
    found = _BY_IDENTIFIER.first(identifier) if identifier and "\0" not in identifier else None
    if found is None or not found.works or not found.organisation.is_active:
        raise _refuse("The client is unknown or not approved.")
    return found


def known(request: HttpRequest, identifier: str) -> Client:
    """Give the working client that a request names; who names many unknown ones has to wait.

    Raises:
        Refusal: As `find` does, or with status 429.
    """
    try:
        return find(identifier)
    except Refusal:
        key = f"unknown client {limits.address_of(request)}"
        limits.check(request, key)
        limits.failed(request, key)
        raise


def authenticate(request: HttpRequest, form: Mapping[str, str]) -> Client:
    """Find and authenticate the client of a request to the token endpoint or its like.

    Raises:
        Refusal: If the client is unknown, used another method than its own, or failed it.
    """
    shown = request.headers.get("Authorization", "")
    basic = shown[:6].lower() == "basic "
    ways = [basic, "client_assertion" in form, "client_secret" in form]
    if sum(ways) > 1:
        raise Refusal("invalid_request", "Use one client authentication method.")
    if basic:
        identifier, secret = _basic(shown[6:])
        return _by_secret(request, identifier, secret, "client_secret_basic")
    if ways[1]:
        return _by_assertion(request, form)
    if ways[2]:
        return _by_secret(
            request, form.get("client_id", ""), form["client_secret"], "client_secret_post"
        )
    client = known(request, form.get("client_id", ""))
    if client.method != "none":
        raise _refuse("The client has to authenticate itself.")
    return client


def _basic(coded: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(coded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise _refuse("The Authorization header is malformed.") from error
    identifier, _, secret = text.partition(":")
    return unquote_plus(identifier), unquote_plus(secret)


def _by_secret(request: HttpRequest, identifier: str, secret: str, method: str) -> Client:
    # With the address: else anybody could close a service by guessing badly in its name.
    key = f"client {identifier} {limits.address_of(request)}"
    limits.check(request, key)
    client = known(request, identifier)
    good = hmac.compare_digest(client.secret, digest(secret))
    if client.method != method or not client.secret or not good:
        limits.failed(request, key)
        raise _refuse("The client's secret or method is wrong.", "client-secret-refused")
    return client


def _by_assertion(request: HttpRequest, form: Mapping[str, str]) -> Client:
    if form.get("client_assertion_type") != ASSERTION:
        raise _refuse("The client assertion type is not jwt-bearer.")
    text = form["client_assertion"]
    header = jwt.header_of(text)
    if header is None or header.get("alg") not in jwt.CLIENT_ALGORITHMS:
        raise _refuse("The client assertion is malformed or its algorithm is not accepted.")
    client = known(request, _issuer_of(text))
    if form.get("client_id", client.identifier) != client.identifier:
        raise _refuse("client_id and client_assertion name two clients.")
    if client.method != "private_key_jwt":
        raise _refuse("The client has another authentication method.")
    claims = _claims(client, text, header)
    _check(client, claims)
    return client


def _issuer_of(text: str) -> str:
    claims = jwt.unverified(text)
    name = claims.get("iss") if claims else None
    return name if isinstance(name, str) else ""


def _claims(client: Client, text: str, header: dict[str, Any]) -> dict[str, Any]:
    for ring in remote.keys_of(client):
        try:
            keys = KeySet.import_key_set({"keys": _matching(ring, header)})
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        for key in keys.keys:
            claims = jwt.read(text, key)  # type: ignore[arg-type]  # symmetric keys are filtered
            if claims is not None:
                return claims
    raise _refuse("The signature of the client assertion does not hold.", "assertion-refused")


def _matching(ring: dict[str, Any], header: dict[str, Any]) -> list[Any]:
    found = [
        key
        for key in ring.get("keys", [])
        if key.get("kty") in {"EC", "RSA", "OKP"} and key.get("use", "sig") == "sig"
    ]
    kid = header.get("kid")
    return [key for key in found if kid is None or key.get("kid") in {None, kid}]


def _check(client: Client, claims: dict[str, Any]) -> None:
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    accepted = {
        place.issuer(),
        *([] if client.fapi else [place.issuer() + "/"]),
        *([] if client.fapi else [place.endpoint("token_endpoint")]),
        *([] if client.fapi else [place.endpoint("pushed_authorization_request_endpoint")]),
    }
    if claims.get("sub") != client.identifier or claims.get("iss") != client.identifier:
        raise _refuse("The client assertion is about another client.", "assertion-refused")
    if not all(isinstance(one, str) and one in accepted for one in audiences):
        raise _refuse("The client assertion is for another audience.", "assertion-refused")
    if not jwt.current(claims, longest=LONGEST):
        raise _refuse("The client assertion has expired or lives too long.", "assertion-refused")
    name = claims.get("jti")
    if not isinstance(name, str) or not name:
        raise _refuse("The client assertion has no jti.", "assertion-refused")
    if not replay.first_time("assertion", f"{client.pk}\0{name}", seconds=LONGEST + 2 * jwt.SKEW):
        raise _refuse("The client assertion was used before.", "assertion-replayed")
