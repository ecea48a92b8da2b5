"""Level 1: the person's number, name and date of birth agree with a person source."""

import datetime as dt

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from saola.language import text
from saola.server.identity import limits, numbers, persons
from saola.server.identity import settings as chosen
from saola.server.identity.audit.record import record
from saola.server.identity.models import Account, Authorisation, BoundPasskey, PersonNumber
from saola.server.identity.provider.endpoint import note
from saola.server.identity.provider.refusal import Refusal


class Typed(forms.Form):
    """What the person types."""

    number = forms.CharField(
        label=_("12-digit personal number"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = forms.CharField(label=_("Full name"), max_length=200)
    birth = forms.DateField(
        label=_("Date of birth"), widget=forms.DateInput(attrs={"type": "date"})
    )


@require_http_methods(["GET", "POST"])
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Ask for the facts and compare them; the answer never says which of them differs."""
    form = Typed(request.POST or None, initial={"name": getattr(request.user, "name", "")})
    if request.method == "POST" and form.is_valid() and isinstance(request.user, Account):
        try:
            limits.check(request, f"match {request.user.pk}")
        except Refusal as refusal:
            note(request, refusal)
            form.add_error(None, text("Too many attempts. Wait five minutes."))
            return render(request, "identity/match.html", {"form": form}, status=429)
        if matched(request.user, **form.cleaned_data):
            messages.success(request, text("Your number is confirmed."))
            return HttpResponseRedirect(reverse("account_home"))
        limits.failed(request, f"match {request.user.pk}")
        if not free(request.user, form.cleaned_data["number"]):
            said = "This account carries a number already. If it is wrong, go to a sign-in desk."
            form.add_error(None, text(said))
            return render(request, "identity/match.html", {"form": form})
        form.add_error(None, text("No register knows a person with these three facts."))
    return render(request, "identity/match.html", {"form": form})


def matched(account: Account, *, number: str, name: str, birth: dt.date) -> bool:
    """Match an account with a person source; write what was found and say whether it was."""
    found = None
    if numbers.fits(number, birth, chosen.SAOLA_NUMBERS):
        found = persons.match(number, name=name, birth=birth)
    with transaction.atomic():
        taken = PersonNumber.objects.filter(number=number, end=None).exclude(account=account)
        if found is None or taken.exists() or not free(account, number):
            record("match-refused", account=account.pk, outcome="refused")
            return False
        source, person = found
        if carry(account, person, source):
            _forget_proof(account)
        account.assurance = max(account.assurance, 1)
        account.name = person.name
        account.profile = {**account.profile, **person.profile, "birthdate": birth.isoformat()}
        account.save(update_fields=["assurance", "name", "profile"])
        record("matched", account=account.pk, source=source)
    return True


def free(account: Account, number: str) -> bool:
    """Say whether an account may take a number: it holds none, this one, or one that has ended.

    Otherwise what an officer saw of one person would count for another.
    """
    held = PersonNumber.objects.filter(account=account, end=None).exclude(number=number).first()
    return held is None or not persons.lives(held.number)


def carry(account: Account, person: persons.Person, source: str) -> bool:
    """Let an account carry a person's number from today; a former one ends today.

    Returns:
        Whether a former one ended.
    """
    today = timezone.localdate()
    living = PersonNumber.objects.filter(account=account, end=None)
    if living.filter(number=person.number).exists():
        return False
    ended = living.update(end=today)
    PersonNumber.objects.create(account=account, number=person.number, start=today, source=source)
    return bool(ended)


def _forget_proof(account: Account) -> None:
    """Ask for a new look at person and document: what was seen belonged to the former number."""
    account.assurance = 0
    BoundPasskey.objects.filter(authenticator__user=account).delete()
    Authorisation.objects.filter(account=account, revoked_at=None).update(revoked_at=timezone.now())
