"""Accounts of organisations that wait for the second person, and suspending one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from saola.errors import StateError
from saola.server.identity import administration, members, organisations, rights
from saola.server.identity.models import Membership, Organisation
from saola.server.identity.pages.home import mine

SHOWN = 200


@require_GET
@rights.requires("proof")
def show(request: HttpRequest) -> HttpResponse:
    """List what waits for a second person, and the organisations that have an account."""
    asked = Organisation.objects.filter(asked_by__isnull=False).select_related("asked_by")
    facts = {
        "me": mine(request),
        "waiting": asked.filter(approved_at=None).order_by("created")[:SHOWN],
        "officers": members.waiting()[:SHOWN],
        "known": asked.exclude(approved_at=None).order_by("name")[:SHOWN],
        "heads": administration.heads(mine(request)),
    }
    return render(request, "identity/approvals.html", facts)


@require_POST
@rights.requires("proof")
def settle(request: HttpRequest, organisation: int) -> HttpResponse:
    """Approve or refuse the account of an organisation, or suspend or restore it."""
    officer, wish = mine(request), request.POST.get("do", "")
    found = get_object_or_404(Organisation, pk=organisation, asked_by__isnull=False)
    if wish in {"suspend", "restore"} and not administration.heads(officer):
        raise PermissionDenied
    acts = {
        "approve": organisations.approve,
        "refuse": organisations.refuse,
        "suspend": organisations.suspend,
        "restore": organisations.restore,
    }
    try:
        if wish in acts:
            acts[wish](found, by=officer)
    except StateError as error:
        messages.error(request, error.message())
    return HttpResponseRedirect(reverse("organisation_approvals"))


@require_POST
@rights.requires("proof")
def settle_member(request: HttpRequest, member: int) -> HttpResponse:
    """Approve an officer of an organisation that has no second one to do it."""
    found = get_object_or_404(Membership, pk=member, ended_at=None)
    try:
        members.approve_member(found, by=mine(request))
    except StateError as error:
        messages.error(request, error.message())
    return HttpResponseRedirect(reverse("organisation_approvals"))
