"""Tell a service whether a token is good now.

Source: RFC 7662.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse

from saola.server.identity import levels
from saola.server.identity.models import Token
from saola.server.identity.provider import client_auth, place, tokens
from saola.server.identity.provider.endpoint import endpoint, form_of, private
from saola.server.identity.provider.refusal import Refusal


@endpoint("POST")
def show(request: HttpRequest) -> HttpResponse:
    """Answer about one token: a client's own, or any for a service registered to ask."""
    form = form_of(request)
    client = client_auth.authenticate(request, form)
    if client.method == "none":
        raise Refusal("invalid_client", "A public client may not ask.", status=401)
    found = tokens.find(form.get("token", ""))
    mine = found is not None and (found.client_id == client.pk or "introspection" in client.grants)
    if found is None or not mine or not tokens.lives(found):
        return private(JsonResponse({"active": False}))
    return private(JsonResponse(_facts(found)))


def _facts(token: Token) -> dict[str, object]:
    root = token.authorisation
    person = (
        {}
        if root is None
        else {
            "sub": root.subject,
            "acr": levels.acr(root.level),
            "amr": root.amr,
            "auth_time": int(root.auth_time.timestamp()),
            "identity_assurance": root.account.assurance,
        }
    )
    return {
        "active": True,
        "iss": place.issuer(),
        "client_id": token.client.identifier,
        "scope": " ".join(token.scopes),
        "iat": int(token.issued.timestamp()),
        "exp": int(token.expires.timestamp()),
        "token_type": "DPoP" if token.jkt else "Bearer",
        **({"cnf": {"jkt": token.jkt}} if token.jkt else {}),
        **({"sub": token.client.identifier} if root is None else person),
    }
