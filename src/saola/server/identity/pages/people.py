"""Rights and people: administrators ask, approve, revoke, invite, suspend."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from saola.errors import StateError
from saola.language import text
from saola.server.identity import administration, letters, members, rights
from saola.server.identity.audit.record import record
from saola.server.identity.models import Account, Invitation, Organisation, Right
from saola.server.identity.pages.home import mine
from saola.server.identity.tasks import TASKS

INVITED = dt.timedelta(days=14)


class Wanted(forms.Form):
    """A right to ask for."""

    email = forms.EmailField(label=_("E-mail address"))
    organisation = forms.ModelChoiceField(
        Organisation.objects.filter(is_active=True), label=_("Agency")
    )
    unit = forms.CharField(label=_("Unit code, or * for all"), initial="*", max_length=40)
    task = forms.ChoiceField(
        label=_("Task"), choices=lambda: [(task, text(task)) for task in TASKS]
    )
    end = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


def _agencies(account: Account) -> list[int]:
    return list(administration.held(account).values_list("organisation_id", flat=True))


def _rights(officer: Account) -> QuerySet[Right]:
    """Give the rights of one's own agencies; who heads the installation sees those of all."""
    found = Right.objects.select_related("account", "organisation", "asked_by")
    return found.filter(_reached(officer))


def _invitations(officer: Account) -> QuerySet[Invitation]:
    """Give the invitations to tasks that nobody answered, as far as rights are shown."""
    found = Invitation.objects.filter(task__in=TASKS, accepted_at=None, expires__gt=timezone.now())
    return found.filter(_reached(officer)).select_related("organisation", "asked_by")


def _reached(officer: Account) -> Q:
    everything = administration.heads(officer)
    return Q() if everything else Q(organisation_id__in=_agencies(officer))


@require_http_methods(["GET", "POST"])
@rights.requires("administrator")
def show(request: HttpRequest) -> HttpResponse:
    """List the rights of the administrator's agencies, and take a wish for one more."""
    officer = mine(request)
    agencies = _agencies(officer)
    form = Wanted(request.POST or None)
    field = form.fields["organisation"]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = Organisation.objects.filter(pk__in=agencies, is_active=True)
        field.initial = agencies[0] if len(set(agencies)) == 1 else None
    if request.method == "POST" and form.is_valid():
        try:
            _ask(request, officer, form.cleaned_data)
        except StateError as error:
            form.add_error(None, error.message())
        else:
            return HttpResponseRedirect(reverse("people"))
    listed = list(_rights(officer).filter(revoked_at=None).order_by("-asked_at")[:200])
    counting = rights.counting().filter(pk__in=[right.pk for right in listed])
    facts = {
        "form": form,
        "rights": listed,
        "invitations": _invitations(officer).order_by("expires")[:200],
        "agencies": agencies,
        "counting": set(counting.values_list("pk", flat=True)),
    }
    return render(request, "identity/people.html", facts)


def _ask(request: HttpRequest, officer: Account, facts: dict[str, Any]) -> None:
    email = str(facts["email"]).lower()
    organisation = facts["organisation"]
    end = facts["end"]
    if not isinstance(organisation, Organisation):
        raise PermissionDenied
    administration.check(officer, organisation, str(facts["task"]), str(facts["unit"]))
    account = Account.objects.filter(email=email).first()
    if account is not None:
        rights.ask(
            account,
            str(facts["task"]),
            organisation=organisation,
            unit=str(facts["unit"]),
            end=end if isinstance(end, dt.date) else None,
            by=officer,
        )
        messages.success(request, text("Another administrator has to approve this right."))
        return
    with transaction.atomic():
        made = Invitation.objects.create(
            email=email,
            organisation=organisation,
            unit=facts["unit"],
            task=facts["task"],
            asked_by=officer,
            end=end if isinstance(end, dt.date) else None,
            expires=timezone.now() + INVITED,
        )
        letters.invite(made)
        record("invited", actor=officer.pk, task=str(facts["task"]), organisation=organisation.code)
    messages.success(request, text("The person is invited: the right is asked for at sign-up."))


@require_POST
@rights.requires("administrator")
def withdraw(request: HttpRequest, invitation: int) -> HttpResponse:
    """Withdraw an invitation to a task in the administrator's own units."""
    officer = mine(request)
    found = get_object_or_404(_invitations(officer), pk=invitation)
    try:
        administration.check(officer, found.organisation, "", found.unit)
        members.withdraw(found, by=officer)
        messages.success(request, text("The invitation is withdrawn."))
    except StateError as error:
        messages.error(request, error.message())
    return HttpResponseRedirect(reverse("people"))


@require_POST
@rights.requires("administrator")
def settle(request: HttpRequest, right: int) -> HttpResponse:
    """Approve or revoke a right, or suspend its holder."""
    officer = mine(request)
    found = get_object_or_404(_rights(officer), pk=right)
    wish = request.POST.get("do", "")
    try:
        _settle(wish, found, officer)
        if wish == "approve":
            said = "The right is approved. It counts once the person accepts it."
            messages.success(request, text(said))
    except StateError as error:
        messages.error(request, error.message())
    return HttpResponseRedirect(reverse("people"))


def _settle(wish: str, right: Right, officer: Account) -> None:
    if wish in {"approve", "revoke"}:
        task = right.task if wish == "approve" else ""
        administration.check(officer, right.organisation, task, right.unit)
    acts = {
        "approve": lambda: rights.approve(right, by=officer),
        "revoke": lambda: rights.revoke(right, by=officer),
        "suspend": lambda: administration.suspend(right, by=officer),
        "restore": lambda: administration.restore(right, by=officer),
    }
    if wish in acts:
        acts[wish]()
