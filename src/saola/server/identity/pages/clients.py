"""Clients: one officer of an agency registers a service, another approves it."""

import json
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from saola.errors import StateError
from saola.language import text
from saola.server.identity import clients, rights
from saola.server.identity.models import Account, Client, Organisation
from saola.server.identity.pages.home import mine
from saola.server.identity.provider import claims


class Wanted(forms.Form):
    """A service to register, on the FAPI 2.0 profile."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.filter(is_active=True), label=_("Agency")
    )
    name = forms.CharField(label=_("Name of the service"), max_length=100)
    redirect_uri = forms.URLField(label=_("Redirect address"), assume_scheme="https")
    scopes = forms.CharField(label=_("Scopes"), initial="openid profile")
    keys = forms.JSONField(
        label=_("Public keys (JWKS)"),
        initial={"keys": []},
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "no"}),
    )

    def clean_redirect_uri(self) -> str:
        """Take HTTPS, or HTTP on this machine."""
        uri = str(self.cleaned_data["redirect_uri"])
        parts = urlsplit(uri)
        if parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1"}:
            raise forms.ValidationError(text("The address must begin with https."))
        return uri

    def clean_scopes(self) -> list[str]:
        """Take what people can share; what programs may do is the operator's to give."""
        wanted = str(self.cleaned_data["scopes"]).split()
        others = sorted(set(wanted) - set(claims.SCOPES))
        if others:
            raise forms.ValidationError(
                text("These scopes are not known: {scopes}.", scopes=", ".join(others))
            )
        return wanted

    def clean_keys(self) -> dict[str, Any]:
        """Take a key set without private parts."""
        ring = self.cleaned_data["keys"]
        good = isinstance(ring, dict) and isinstance(ring.get("keys"), list) and ring["keys"]
        if not good or '"d"' in json.dumps(ring):
            raise forms.ValidationError(text("Give a JWKS with public keys only."))
        return dict(ring)


def _officer(request: HttpRequest) -> tuple[Account, list[int]]:
    officer = mine(request)
    found = rights.living(officer).filter(task="clients")
    return officer, list(found.values_list("organisation_id", flat=True))


@require_http_methods(["GET", "POST"])
@rights.requires("clients")
def show(request: HttpRequest) -> HttpResponse:
    """List the services of the officer's agencies, and register one more."""
    officer, agencies = _officer(request)
    form = Wanted(request.POST or None)
    field = form.fields["organisation"]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = Organisation.objects.filter(pk__in=agencies, is_active=True)
        field.initial = agencies[0] if len(set(agencies)) == 1 else None
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        clients.add(
            facts["organisation"],
            name=facts["name"],
            redirect_uris=[facts["redirect_uri"]],
            scopes=facts["scopes"],
            keys=facts["keys"],
            by=officer,
        )
        messages.success(request, text("Another officer has to approve this service."))
        return HttpResponseRedirect(reverse("clients"))
    listed = Client.objects.filter(organisation_id__in=agencies).select_related("organisation")
    return render(request, "identity/clients.html", {"form": form, "clients": listed[:200]})


@require_POST
@rights.requires("clients")
def settle(request: HttpRequest, client: int) -> HttpResponse:
    """Approve or suspend a service, or ask that a suspended one be reinstated."""
    officer, agencies = _officer(request)
    found = get_object_or_404(Client, pk=client, organisation_id__in=agencies)
    try:
        if request.POST.get("do") == "approve":
            clients.approve(found, by=officer)
        elif request.POST.get("do") == "suspend":
            clients.suspend(found, by=officer)
        elif request.POST.get("do") == "reinstate":
            clients.ask_again(found, by=officer)
    except StateError as error:
        messages.error(request, error.message())
    return HttpResponseRedirect(reverse("clients"))
