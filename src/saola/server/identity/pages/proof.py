"""Level 2: an officer sees the person and the document, and may see the passkey work."""

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from saola.errors import StateError
from saola.language import text
from saola.server.identity import limits, recovery, rights
from saola.server.identity.audit.record import record
from saola.server.identity.models import Account, BoundPasskey, PersonNumber, Proofing
from saola.server.identity.pages.home import mine
from saola.server.identity.provider.endpoint import note
from saola.server.identity.provider.refusal import Refusal

REMOVED = "All ways to sign in are removed. Now the person chooses “I cannot sign in”."


class Seen(forms.Form):
    """What the officer saw."""

    email = forms.EmailField(label=_("E-mail address of the account"))
    number = forms.CharField(label=_("12-digit personal number"), max_length=12)
    document = forms.ChoiceField(
        label=_("Document"),
        choices=[("identity-card", _("Identity card")), ("passport", _("Passport"))],
    )
    digits = forms.CharField(label=_("Last four digits of the document"), max_length=4)
    place = forms.CharField(label=_("Place"), max_length=60)
    passkey = forms.BooleanField(
        label=_("I saw the person's passkey answer to a face or finger"), required=False
    )
    lost = forms.BooleanField(
        label=_("The person has lost every way to sign in: remove them all"), required=False
    )


@require_http_methods(["GET", "POST"])
@rights.requires("proof")
def show(request: HttpRequest) -> HttpResponse:
    """Take what the officer saw; who tries many pairs of address and number has to wait."""
    form = Seen(request.POST or None)
    officer = mine(request)
    key = f"proof {officer.pk}"
    if request.method == "POST" and form.is_valid():
        try:
            limits.check(request, key)
            proofed(officer, **form.cleaned_data)
        except Refusal as refusal:
            note(request, refusal)
            form.add_error(None, text("Too many attempts. Wait five minutes."))
            return render(request, "identity/proof.html", {"form": form}, status=429)
        except StateError as error:
            limits.failed(request, key)
            _note(officer, form.cleaned_data["email"], error.code)
            form.add_error(None, error.message())
        else:
            lost = form.cleaned_data["lost"]
            messages.success(request, text(REMOVED if lost else "The account is now at level 2."))
            return HttpResponseRedirect(reverse("proof"))
    return render(request, "identity/proof.html", {"form": form})


def _note(officer: Account, email: str, why: str) -> None:
    about = Account.objects.filter(email=email.lower()).values_list("pk", flat=True).first()
    record("proof-refused", account=about, actor=officer.pk, outcome="refused", why=why)


def proofed(  # noqa: PLR0913  (one argument a field of the form, all by name)
    officer: Account,
    *,
    email: str,
    number: str,
    document: str,
    digits: str,
    place: str,
    passkey: bool,
    lost: bool = False,
) -> Proofing:
    """Raise a matched account to level 2.

    Raises:
        StateError: If the account is not matched with this number, or is the officer's own, or
            its lost ways to sign in cannot be removed by one officer.
    """
    found = PersonNumber.objects.filter(
        account__email=email.lower(), number=number, end=None, account__is_active=True
    ).select_related("account")
    held = found.first()
    if held is None:
        raise StateError("proof-unmatched")
    if held.account_id == officer.pk:
        raise StateError("four-eyes")
    with transaction.atomic():
        made = Proofing.objects.create(
            account=held.account,
            officer=officer,
            document=document,
            document_digits=digits,
            place=place,
        )
        Account.objects.filter(pk=held.account_id).update(assurance=2)
        record("proofed", account=held.account_id, actor=officer.pk, document=document, place=place)
        if lost:
            recovery.remove_all(held.account, by=officer)
        elif passkey:
            _bind(held.account, officer)
    return made


def _bind(account: Account, officer: Account) -> None:
    """Note the passkey that the person used last as one that answers to face or finger."""
    keys = Authenticator.objects.filter(user=account, type=Authenticator.Type.WEBAUTHN)
    used = keys.exclude(last_used_at=None).order_by("-last_used_at").first()
    if used is None:
        raise StateError("proof-no-passkey")
    BoundPasskey.objects.get_or_create(authenticator=used, defaults={"officer": officer})
    record("passkey-bound", account=account.pk, actor=officer.pk, authenticator=used.pk)
