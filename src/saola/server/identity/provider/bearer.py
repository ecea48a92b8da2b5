"""The access token that came with a request, and the proof that goes with it.

Source: RFC 6750; RFC 9449, section 7.
"""

import hmac

from django.http import HttpRequest

from saola.server.identity.models import Token
from saola.server.identity.provider import dpop, tokens
from saola.server.identity.provider.endpoint import FORM
from saola.server.identity.provider.refusal import Refusal


def _refuse(said: str, *, scheme: str = "Bearer", kind: str = "token-refused") -> Refusal:
    return Refusal("invalid_token", said, status=401, kind=kind, scheme=scheme)


def token_of(request: HttpRequest, *, scope: str, own: bool = False) -> Token:
    """Give the living access token of a request.

    Args:
        request: The request.
        scope: What the token must be good for.
        own: Whether a client's own is expected: it is found with less of its client at hand.

    Raises:
        Refusal: If there is none, or it is not good, or its proof is missing.
    """
    scheme, text = _shown(request)
    found = tokens.find_own(text) if text and own else None
    if found is None and text:
        found = tokens.find(text, kind="access")
    if found is None or not tokens.lives(found):
        raise _refuse("The access token is missing, expired or revoked.", scheme=scheme or "Bearer")
    if found.jkt:
        _bound(request, found, scheme, text)
    elif scheme == "DPoP":
        raise _refuse("The access token is not bound to a key.", scheme="DPoP")
    if scope not in found.scopes:
        raise Refusal("insufficient_scope", status=403, scheme=scheme)
    return found


def _bound(request: HttpRequest, found: Token, scheme: str, text: str) -> None:
    proof = dpop.proof_of(request) if scheme == "DPoP" else None
    good = (
        proof is not None
        and proof.jkt == found.jkt
        and hmac.compare_digest(proof.ath.encode(), dpop.token_hash(text).encode())
    )
    if not good:
        raise _refuse("The token is bound to a key.", scheme="DPoP", kind="dpop-refused")


def _shown(request: HttpRequest) -> tuple[str, str]:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    posted = ""
    if request.method == "POST" and request.content_type == FORM:
        posted = request.POST.get("access_token", "")
    if text and posted:
        raise Refusal("invalid_request", "Send the token once.")
    if posted:
        return "Bearer", posted
    names = {"bearer": "Bearer", "dpop": "DPoP"}
    return names.get(scheme.lower(), ""), text if scheme.lower() in names else ""
