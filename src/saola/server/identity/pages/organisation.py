"""One organisation, for its officers: who acts for it, until when, and whom to invite."""

import datetime as dt

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from saola.errors import InputError, StateError
from saola.language import text
from saola.server.identity import members, organisations, rights
from saola.server.identity.models import Account, Invitation, Membership, Organisation
from saola.server.identity.pages.home import mine

HALF_A_YEAR = dt.timedelta(days=182)


class Invited(forms.Form):
    """Whom an officer invites."""

    email = forms.EmailField(label=_("E-mail address"))
    capacity = forms.ChoiceField(
        label=_("Acts as"),
        choices=[("delegate", _("Delegate")), ("officer", _("Officer"))],
        help_text=_("An officer invites and ends others; a delegate only signs in for it."),
    )
    end = forms.DateField(
        label=_("Last day"),
        help_text=_("At most a year from today."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


def _led(request: HttpRequest, organisation: int) -> tuple[Account, Organisation]:
    officer = mine(request)
    found = get_object_or_404(Organisation, pk=organisation)
    if not organisations.leads(officer, found):
        raise Http404
    return officer, found


@require_http_methods(["GET", "POST"])
@rights.proved(2)
def show(request: HttpRequest, organisation: int) -> HttpResponse:
    """List who acts for the organisation, and invite one more."""
    officer, found = _led(request, organisation)
    today = timezone.localdate()
    form = Invited(request.POST or None, initial={"end": today + HALF_A_YEAR})
    if request.method == "POST" and form.is_valid():
        try:
            members.invite(found, **form.cleaned_data, by=officer)
        except InputError as error:
            form.add_error("end", error.message())
        else:
            messages.success(request, text("The invitation is sent. It is good for 14 days."))
            return HttpResponseRedirect(reverse("organisation", args=[found.pk]))
    listed = Membership.objects.filter(organisation=found, ended_at=None)
    waiting = Invitation.objects.filter(
        organisation=found,
        task__in=members.CAPACITIES,
        accepted_at=None,
        expires__gt=timezone.now(),
    )
    facts = {
        "form": form,
        "organisation": found,
        "me": officer,
        "today": today,
        "members": listed.select_related("account", "given_by").order_by("-capacity", "end"),
        "invitations": waiting.order_by("-expires"),
    }
    return render(request, "identity/organisation.html", facts)


@require_POST
@rights.proved(2)
def settle(request: HttpRequest, organisation: int, member: int) -> HttpResponse:
    """Approve an officer whom another one invited, or end a membership."""
    officer, found = _led(request, organisation)
    one = get_object_or_404(Membership, pk=member, organisation=found, ended_at=None)
    try:
        if request.POST.get("do") == "approve":
            members.approve_member(one, by=officer)
        elif request.POST.get("do") == "end":
            members.end(one, by=officer)
    except StateError as error:
        messages.error(request, error.message())
    to = "organisations" if one.account_id == officer.pk else "organisation"
    return HttpResponseRedirect(reverse(to, args=[found.pk] if to == "organisation" else []))


@require_POST
@rights.proved(2)
def withdraw(request: HttpRequest, organisation: int, invitation: int) -> HttpResponse:
    """Withdraw an invitation that nobody answered."""
    officer, found = _led(request, organisation)
    waiting = Invitation.objects.filter(organisation=found, task__in=members.CAPACITIES)
    one = get_object_or_404(waiting, pk=invitation, accepted_at=None)
    try:
        members.withdraw(one, by=officer)
    except StateError as error:
        messages.error(request, error.message())
    return HttpResponseRedirect(reverse("organisation", args=[found.pk]))
