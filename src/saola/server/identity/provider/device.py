"""Sign in on a device without a browser: it shows a code, the person says yes elsewhere.

Source: RFC 8628.
"""

import datetime as dt
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import router, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from saola.language import text
from saola.server.identity import limits, visits
from saola.server.identity.audit.record import record
from saola.server.identity.models import DeviceRequest
from saola.server.identity.provider import claims, client_auth, consent, place
from saola.server.identity.provider.endpoint import endpoint, form_of, note, private
from saola.server.identity.provider.refusal import Refusal
from saola.server.identity.provider.secret import USER_LETTERS, digest, fresh, user_code

LIFE = 600  # seconds
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@endpoint("POST")
def start(request: HttpRequest) -> HttpResponse:
    """Give a device its codes."""
    form = form_of(request)
    client = client_auth.authenticate(request, form)
    if GRANT not in client.grants:
        raise Refusal("unauthorized_client")
    wanted = form.get("scope", "").split()
    if not wanted or not set(wanted) <= set(client.scopes) & set(claims.SCOPES):
        raise Refusal("invalid_scope")
    device, shown = fresh(), user_code()
    DeviceRequest.objects.create(
        device=digest(device),
        user_code=digest(shown),
        client=client,
        scopes=wanted,
        expires=timezone.now() + dt.timedelta(seconds=LIFE),
    )
    page = place.issuer() + reverse("device")
    answer = {
        "device_code": device,
        "user_code": shown,
        "verification_uri": page,
        "verification_uri_complete": f"{page}?{urlencode({'user_code': shown})}",
        "expires_in": LIFE,
        "interval": 5,
    }
    return private(JsonResponse(answer))


@login_required
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Ask for the code, then show what the device wants, then take the answer."""
    typed = request.POST.get("user_code", request.GET.get("user_code", "")).upper()
    letters = "".join(letter for letter in typed if letter in USER_LETTERS)
    with transaction.atomic(using=router.db_for_write(DeviceRequest)):
        try:
            found = _found(request, f"{letters[:4]}-{letters[4:]}") if typed else None
        except Refusal as refusal:
            note(request, refusal)
            messages.error(request, text("Too many attempts. Wait five minutes."))
            found = None
        if found is not None and request.POST.get("answer") in {"allow", "deny"}:
            return _take(request, found)
    shared = [claims.SHARED[scope] for scope in found.scopes] if found else []
    facts = {"found": found, "typed": typed, "shared": shared}
    return render(request, "identity/device.html", facts)


def _open() -> QuerySet[DeviceRequest]:
    """Give the devices whose code nobody answered yet."""
    return DeviceRequest.objects.filter(expires__gt=timezone.now(), account=None, denied=False)


def _found(request: HttpRequest, code: str) -> DeviceRequest | None:
    key = f"device {request.user.pk}"
    limits.check(request, key)
    waiting = _open().filter(user_code=digest(code))
    found = waiting.select_related("client__organisation").first()
    if found is None:
        limits.failed(request, key)
        messages.error(request, text("No device waits for this code."))
    return found


def _take(request: HttpRequest, found: DeviceRequest) -> HttpResponse:
    visit = visits.of(request)
    if visit is None:
        return HttpResponseRedirect(reverse("account_login"))
    allowed = request.POST["answer"] == "allow"
    facts = {"account": visit.account, "sign_in": visit} if allowed else {"denied": True}
    if not _open().filter(pk=found.pk).update(**facts):
        # Somebody answered since the code was read: the first answer stays.
        messages.error(request, text("This code was answered a moment ago. Nothing changed."))
        return HttpResponseRedirect(reverse("device"))
    if allowed:
        consent.remember(visit, found.client, scopes=found.scopes)
    record(
        "device-allowed" if allowed else "device-denied",
        account=visit.account_id,
        client=found.client.identifier,
        scopes=list(found.scopes),
    )
    said = "The device is signed in." if allowed else "The device was refused."
    messages.success(request, text(said))
    return HttpResponseRedirect(reverse("account_home"))
