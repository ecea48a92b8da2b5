"""The first page of the registers, and the question what an officer is doing."""

from collections.abc import Sequence

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from saola.language import number, text
from saola.server.identity import levels, rights, visits
from saola.server.languages import later as _
from saola.server.registries import desk, known, officers
from saola.server.registries.grants import Grant
from saola.server.registries.known import Link

MOST = 1000  # what waits is counted no further


class Errand(forms.Form):
    """What an officer is doing."""

    purpose = forms.ChoiceField(label=_("Purpose"))
    reference = forms.CharField(
        label=_("File or request"),
        max_length=200,
        help_text=_("The person whose record you open can see this."),
    )


@require_GET
@rights.proved(levels.LOWEST, played=True)
def show(request: HttpRequest) -> HttpResponse:
    """Show what a person may do in the registers."""
    account = visits.account(request)
    rooms = []
    for found in known.every():
        grants = officers.reader(account, found.package).grants
        opened = [(link, _fit(link, grants)) for link in found.links]
        links = [(link, _waiting(link, fit)) for link, fit in opened if fit]
        if links:
            rooms.append({"known": found, "links": links})
    return render(request, "registries/desk.html", {"rooms": rooms})


def _fit(link: Link, grants: Sequence[Grant]) -> list[Grant]:
    """Give the grants that open a page."""
    return [
        grant
        for grant in grants
        if link.fields <= grant.fields and (grant.writes or not link.writes)
    ]


def _waiting(link: Link, grants: Sequence[Grant]) -> str:
    """Say how much waits on a page for whom the widest of some grants was given."""
    if link.waits is None:
        return ""
    count = max(link.waits(grant)[: MOST + 1].count() for grant in grants)
    if count > MOST:
        return text("more than {count} waiting", count=number(MOST))
    return text("{count} waiting", count=number(count)) if count else text("nothing waits")


@require_http_methods(["GET", "POST"])
@rights.proved(levels.LOWEST, played=True)
def errand(request: HttpRequest) -> HttpResponse:
    """Ask an officer for purpose and file; both go into the log with every reading."""
    account = visits.account(request)
    grants = [g for k in known.every() for g in officers.reader(account, k.package).grants]
    if not grants:
        raise PermissionDenied
    begun = desk.said(request)
    if wanted := request.GET.get("purpose"):
        begun["purpose"] = wanted
    form = Errand(request.POST or None, initial=begun)
    purposes = dict.fromkeys(grant.purpose for grant in grants)
    field = form.fields["purpose"]
    if isinstance(field, forms.ChoiceField):
        field.choices = [(purpose, text(purpose)) for purpose in purposes]
    if request.method == "POST" and form.is_valid():
        desk.say(request, **form.cleaned_data)
        return HttpResponseRedirect(_next(request))
    return render(request, "registries/errand.html", {"form": form})


def _next(request: HttpRequest) -> str:
    to = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()})
    return to if safe else reverse("desk")
