"""My account: how sure the state is who I am, where I am signed in, who asked about me."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from saola.errors import StateError
from saola.language import pick, text
from saola.server.identity import rights, visits
from saola.server.identity.audit.record import record
from saola.server.identity.models import (
    Account,
    Authorisation,
    Client,
    Consent,
    Event,
    PersonNumber,
    SignIn,
)
from saola.server.identity.pages.words import said_of

SHOWN = 50


def mine(request: HttpRequest) -> Account:
    """Give the account of a signed-in person.

    Raises:
        PermissionDenied: If nobody is signed in.
    """
    if not isinstance(request.user, Account):
        raise PermissionDenied
    return request.user


@require_GET
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Show the account."""
    account = mine(request)
    visit = visits.of(request)
    kept = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    living = SignIn.objects.filter(account=account, ended_at=None, session__in=kept).order_by("-at")
    events = Event.objects.filter(account=account.pk).order_by("-id")[:SHOWN]
    facts = {
        "me": account,
        "visit": visit,
        "number": PersonNumber.objects.filter(account=account, end=None).first(),
        "sign_ins": living[:SHOWN],
        "consents": Consent.objects.filter(account=account).select_related("client__organisation"),
        "shown": SHOWN,
        "events": _told(account, list(events)),
        "tasks": sorted(set(rights.living(account).values_list("task", flat=True))),
        "offered": rights.offered(account),
        "keyed": Authenticator.objects.filter(user=account, type="webauthn").exists(),
    }
    return render(request, "identity/home.html", facts)


def _told(account: Account, events: list[Event]) -> list[dict[str, object]]:
    """Say in words what happened, at which service, and whether an officer did it."""
    wanted = {event.client for event in events if event.client}
    found = Client.objects.filter(identifier__in=wanted).select_related("organisation")
    names = {one.identifier: f"{pick(one.names)} · {one.organisation.name}" for one in found}
    return [
        {
            "event": event,
            "said": said_of(event),
            "service": names.get(event.client, event.client),
            "task": event.facts.get("task", ""),
            "by": event.actor not in {None, account.pk},
        }
        for event in events
    ]


@require_POST
@login_required
def end(request: HttpRequest, sid: str) -> HttpResponse:
    """End one of my sign-ins, on whatever device."""
    found = get_object_or_404(SignIn, sid=sid, account=mine(request))
    with transaction.atomic():
        visits.end(found, why="session-ended")
    messages.success(request, text("That sign-in has ended."))
    return HttpResponseRedirect(reverse("account_home"))


@require_POST
@login_required
def withdraw(request: HttpRequest, consent: int) -> HttpResponse:
    """Withdraw a consent: the service's tokens stop at once."""
    found = get_object_or_404(Consent, pk=consent, account=mine(request))
    with transaction.atomic():
        Authorisation.objects.filter(
            account=found.account, client=found.client, revoked_at=None
        ).update(revoked_at=timezone.now())
        record("consent-withdrawn", account=found.account_id, client=found.client.identifier)
        found.delete()
    messages.success(request, text("The service no longer sees your data."))
    return HttpResponseRedirect(reverse("account_home"))


@require_POST
@login_required
def answer(request: HttpRequest, right: int) -> HttpResponse:
    """Accept a task that two administrators offer, or decline it."""
    account = mine(request)
    found = get_object_or_404(rights.offered(account), pk=right)
    try:
        if request.POST.get("answer") == "accept":
            rights.accept(found)
            messages.success(request, text("You accepted the task."))
        else:
            rights.revoke(found, by=account)
            messages.success(request, text("You declined the task."))
    except StateError as error:
        messages.error(request, error.message())
    return HttpResponseRedirect(reverse("account_home"))


@require_GET
def signed_out(request: HttpRequest) -> HttpResponse:
    """Say that the person is signed out."""
    return render(request, "identity/signed_out.html")
