"""Sign out when a client asks for it.

Source: OpenID Connect RP-Initiated Logout 1.0.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.contrib import auth
from django.db import router, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from saola.server.identity import visits
from saola.server.identity.models import Client, SignIn
from saola.server.identity.provider import client_auth, jwt
from saola.server.identity.provider.answer import _Redirect
from saola.server.identity.provider.endpoint import note, once
from saola.server.identity.provider.refusal import Refusal


@csrf_exempt
def show(request: HttpRequest) -> HttpResponse:
    """End the session that the client's ID token names; ask the person where it names none."""
    with transaction.atomic(using=router.db_for_write(SignIn)):
        try:
            given = once(request.POST if request.method == "POST" else request.GET)
            client, sid = _named(request, given)
            to = _target(client, given)
        except Refusal as refusal:
            note(request, refusal)
            return render(request, "identity/refused.html", {"refusal": refusal}, status=400)
        visit = visits.of(request)
        if visit is not None and sid != str(visit.sid):
            return _confirmed(request, to)
        # A form from the service's site brings no cookie of ours: the hint names the sign-in.
        named = SignIn.objects.filter(sid=sid, ended_at=None).first() if sid else None
        return _end(request, visit or named, to)


def _named(request: HttpRequest, given: Mapping[str, str]) -> tuple[Client | None, str]:
    hint = given.get("id_token_hint", "")
    said = jwt.own(hint) if hint else {}
    if said is None:
        raise Refusal("invalid_request", "id_token_hint is not ours.", kind="logout-refused")
    name = str(said.get("aud") or given.get("client_id", ""))
    if hint and given.get("client_id", name) != name:
        raise Refusal("invalid_request", "client_id and id_token_hint differ.")
    client = client_auth.known(request, name) if name else None
    return client, str(said.get("sid", ""))


def _target(client: Client | None, given: Mapping[str, str]) -> str:
    to = given.get("post_logout_redirect_uri", "")
    if not to:
        return ""
    if client is None or to not in client.logout_uris:
        raise Refusal(
            "invalid_request", "post_logout_redirect_uri is not registered.", kind="logout-refused"
        )
    state = given.get("state", "")
    return f"{to}{'&' if '?' in to else '?'}{urlencode({'state': state})}" if state else to


@csrf_protect
def _confirmed(request: HttpRequest, to: str) -> HttpResponse:
    """Show the page that asks; its own form goes to the account's sign-out."""
    request.session["after-logout"] = to
    return render(request, "identity/logout.html", {"to": to})


def _end(request: HttpRequest, visit: SignIn | None, to: str) -> HttpResponse:
    if visit is not None:
        visits.end(visit)
    auth.logout(request)
    return _Redirect(to) if to else HttpResponseRedirect(reverse("signed_out"))
