"""The provider's public keys.

Source: RFC 7517.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse

from saola.server.identity.provider import keys
from saola.server.identity.provider.endpoint import endpoint


@endpoint("GET", "HEAD")
def show(_request: HttpRequest) -> HttpResponse:
    """Answer with the key set."""
    answer = JsonResponse({"keys": keys.published()})
    answer["Cache-Control"] = "public, max-age=300"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
