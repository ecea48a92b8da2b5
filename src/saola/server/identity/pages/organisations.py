"""Organisations I act for: invitations to answer, and asking for a new account."""

import unicodedata

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from saola.errors import InputError, StateError
from saola.language import text
from saola.server.identity import members, organisations, rights
from saola.server.identity.models import Membership
from saola.server.identity.pages.home import mine


class Wanted(forms.Form):
    """An organisation that asks for an account."""

    code = forms.RegexField(
        r"^[A-Za-z0-9.\-]{3,40}$",
        label=_("Number of the organisation"),
        help_text=_("The enterprise or decision number, as on its papers."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("Name of the organisation"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    def clean_name(self) -> str:
        """Write the name in composed characters."""
        return unicodedata.normalize("NFC", self.cleaned_data["name"]).strip()


@require_http_methods(["GET", "POST"])
@rights.proved(2)
def show(request: HttpRequest) -> HttpResponse:
    """List what the person acts for, and take a wish for one more."""
    account = mine(request)
    form = Wanted(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            organisations.ask(**form.cleaned_data, by=account)
        except (InputError, StateError) as error:
            form.add_error(None, error.message())
        else:
            said = "An officer who sees the papers of the organisation has to approve it."
            messages.success(request, text(said))
            return HttpResponseRedirect(reverse("organisations"))
    listed = Membership.objects.filter(account=account, ended_at=None)
    facts = {
        "form": form,
        "members": listed.select_related("organisation").order_by("organisation__name"),
        "acting": {one.pk for one in organisations.acting(account)},
        "invitations": members.invitations(account),
        "level_two": account.assurance >= organisations.ASSURANCE,
    }
    return render(request, "identity/organisations.html", facts)


@require_POST
@rights.proved(2)
def answer(request: HttpRequest, invitation: int) -> HttpResponse:
    """Accept or decline an invitation to act for an organisation."""
    account = mine(request)
    found = get_object_or_404(members.invitations(account), pk=invitation)
    try:
        if request.POST.get("answer") == "accept":
            members.accept(found, by=account)
            messages.success(request, text("You accepted the invitation."))
        else:
            members.decline(found, by=account)
            messages.success(request, text("You declined the invitation."))
    except StateError as error:
        messages.error(request, error.message())
    return HttpResponseRedirect(reverse("organisations"))


@require_POST
@login_required
def leave(request: HttpRequest, member: int) -> HttpResponse:
    """Stop acting for an organisation."""
    account = mine(request)
    found = get_object_or_404(Membership, pk=member, account=account, ended_at=None)
    try:
        members.end(found, by=account)
        messages.success(request, text("You no longer act for this organisation."))
    except StateError as error:
        messages.error(request, error.message())
    return HttpResponseRedirect(reverse("organisations"))
