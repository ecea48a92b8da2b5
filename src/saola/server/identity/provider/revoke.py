"""Let a client give a token back.

Source: RFC 7009.
"""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from saola.server.identity.audit.record import record
from saola.server.identity.models import Token
from saola.server.identity.provider import client_auth, tokens
from saola.server.identity.provider.endpoint import endpoint, form_of, private


@endpoint("POST")
def take(request: HttpRequest) -> HttpResponse:
    """Revoke a client's own token; a refresh token takes its whole family with it."""
    form = form_of(request)
    client = client_auth.authenticate(request, form)
    found = tokens.find(form.get("token", ""))
    if found is not None and found.client_id == client.pk:
        if found.kind == "refresh" and found.authorisation is not None:
            tokens.revoke(found.authorisation)
        Token.objects.filter(pk=found.pk).update(revoked_at=timezone.now())
        root = found.authorisation
        record(
            "token-revoked",
            account=root.account_id if root else None,
            client=client.identifier,
            token=found.digest,
        )
    return private(HttpResponse())
