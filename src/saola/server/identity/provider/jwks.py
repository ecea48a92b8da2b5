"""The provider's public keys.

Source: RFC 7517.
"""

from django.http import HttpRequest, HttpResponse

from saola.server.identity.provider import keys
from saola.server.identity.provider.endpoint import endpoint, public


@endpoint("GET", "HEAD")
def show(_request: HttpRequest) -> HttpResponse:
    """Answer with the key set."""
    return public({"keys": keys.published()})
