"""What the person let the client know.

Source: OpenID Connect Core 1.0, section 5.3.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse

from saola.server.identity.provider import bearer, claims, jwt, place
from saola.server.identity.provider.endpoint import endpoint, private
from saola.server.identity.provider.refusal import Refusal


@endpoint("GET", "POST", lasting=False)
def show(request: HttpRequest) -> HttpResponse:
    """Answer with claims, signed where the client registered for that."""
    token = bearer.token_of(request, scope="openid")
    root = token.authorisation
    if root is None:
        raise Refusal("invalid_token", "The token is no person's.", status=401, scheme="Bearer")
    said = claims.of_userinfo(root)
    client = token.client
    if client.userinfo_alg:
        signed = {**said, "iss": place.issuer(), "aud": client.identifier}
        text = jwt.sign(signed, client.userinfo_alg)
        return private(HttpResponse(text, content_type="application/jwt"))
    return private(JsonResponse(said))
