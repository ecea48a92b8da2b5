"""Prove more: a second way to sign in, where an action asks for a higher level."""

from urllib.parse import urlencode

from allauth.account.utils import get_next_redirect_url
from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

PAGES = {"webauthn": "mfa_reauthenticate_webauthn", "totp": "mfa_reauthenticate"}


@require_GET
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Send the person to the strongest way they have; say what to add where they have none.

    With `passkey` in the query nothing but a passkey will do.
    """
    to = get_next_redirect_url(request) or reverse("account_home")
    held = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    for kind, page in PAGES.items():
        if kind in held and (kind == "webauthn" or "passkey" not in request.GET):
            return HttpResponseRedirect(f"{reverse(page)}?{urlencode({'next': to})}")
    return render(request, "identity/more.html", {"next": to})
