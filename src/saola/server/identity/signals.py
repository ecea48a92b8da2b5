"""What happens in allauth is recorded here, and a sign-in is weighed."""

from dataclasses import replace
from typing import Any

from allauth.account import signals as account_signals
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth import logout
from django.contrib.auth import signals as auth_signals
from django.db import transaction
from django.http import HttpRequest

from saola.server.identity import letters, levels, limits, visits
from saola.server.identity.audit.record import record
from saola.server.identity.models import Account, BoundPasskey, SignIn


def listen() -> None:
    """Connect the receivers."""
    auth_signals.user_logged_in.connect(_signed_in)
    auth_signals.user_logged_out.connect(_signed_out)
    account_signals.authentication_step_completed.connect(_proved_more)
    account_signals.user_signed_up.connect(_signed_up)
    account_signals.password_changed.connect(_password_changed)
    account_signals.password_reset.connect(_password_reset)
    account_signals.password_set.connect(_password_changed)
    account_signals.email_changed.connect(_email_changed)
    account_signals.email_confirmed.connect(_email_confirmed)
    account_signals.email_removed.connect(_email_removed)
    for name, signal in _AUTHENTICATOR_SIGNALS.items():
        signal.connect(_authenticator_changed, dispatch_uid=f"identity {name}")
    mfa_signals.authentication_failed.connect(_second_factor_failed)


_AUTHENTICATOR_SIGNALS = {
    "added": mfa_signals.authenticator_added,
    "removed": mfa_signals.authenticator_removed,
    "reset": mfa_signals.authenticator_reset,
}


def proof_of(request: HttpRequest, account: Account) -> levels.Proof:
    """Weigh what the session of a request proved so far."""
    records = get_authentication_records(request, account)
    bound = frozenset(
        BoundPasskey.objects.filter(authenticator__user=account).values_list(
            "authenticator_id", flat=True
        )
    )
    return levels.proof(records, bound)


def _signed_in(request: HttpRequest, user: Account, **_: Any) -> None:
    proof = proof_of(request, user)
    if request.session.session_key is None:
        request.session.save()
    # Nothing proved yet is a passkey just made, or a verified e-mail address: one factor.
    counted = replace(proof, level=max(proof.level, levels.LOWEST))
    visits.begin(request, user, "sign-in", counted, assurance=user.assurance)


def _signed_out(request: HttpRequest, user: Account | None, **_: Any) -> None:
    key = request.session.get(visits.KEY) if user is not None else None
    found = SignIn.objects.filter(pk=key).first() if key else None
    if found is not None:
        with transaction.atomic():
            visits.end(found)


def _proved_more(request: HttpRequest, user: Account, **_: Any) -> None:
    """Raise the level of a sign-in that goes on: its proof is as fresh as its last step."""
    key = request.session.get(visits.KEY)
    found = SignIn.objects.filter(pk=key, account=user, ended_at=None).first() if key else None
    if found is None:
        return
    proof = proof_of(request, user)
    with transaction.atomic():
        found.level, found.amr, found.at = max(proof.level, 1), list(proof.amr), proof.at
        found.save(update_fields=["level", "amr", "at"])
        record("proved-again", account=user.pk, sign_in=str(found.sid), level=found.level)


def _signed_up(request: HttpRequest, user: Account, **_: Any) -> None:
    from saola.server.identity import rights  # noqa: PLC0415  (rights import visits)

    with transaction.atomic():
        record("sign-up", account=user.pk, address=limits.address_of(request))
        rights.accept_invitations(user)


def _password_changed(request: HttpRequest, user: Account, **_: Any) -> None:
    """End the sign-ins whose sessions Django forgets, and what services got in them."""
    with transaction.atomic():
        record("password-changed", account=user.pk, address=limits.address_of(request))
        for other in SignIn.objects.filter(account=user, ended_at=None):
            visits.end(other, why="session-ended")


def _password_reset(request: HttpRequest, user: Account, **_: Any) -> None:
    """End everything that somebody else may hold, access for use while away included."""
    with transaction.atomic():
        if request.user.is_authenticated:
            logout(request)  # a session whose row is deleted below could not go on
        record("password-changed", account=user.pk, address=limits.address_of(request))
        visits.end_all(user, why="session-ended")


def _email_changed(request: HttpRequest, user: Account, **_: Any) -> None:
    record("email-changed", account=user.pk, address=limits.address_of(request))


def _email_confirmed(request: HttpRequest, email_address: EmailAddress, **_: Any) -> None:
    """Log a further address, and tell the first one: codes for a new password go to either."""
    if email_address.primary:
        return  # that of the sign-up
    user = email_address.user
    with transaction.atomic():
        record("email-added", account=user.pk, address=limits.address_of(request))
        get_adapter().send_notification_mail(
            letters.ADDED, user, {"added_email": email_address.email}
        )


def _email_removed(request: HttpRequest, user: Account, **_: Any) -> None:
    record("email-removed", account=user.pk, address=limits.address_of(request))


def _authenticator_changed(
    user: Account, authenticator: Authenticator, signal: Any, **_: Any
) -> None:
    name = next(name for name, known in _AUTHENTICATOR_SIGNALS.items() if known is signal)
    record(
        f"authenticator-{name}",
        account=user.pk,
        type=str(authenticator.type),
        authenticator=authenticator.pk or 0,
    )


def _second_factor_failed(request: HttpRequest, user: Account, **_: Any) -> None:
    record(
        "sign-in-refused",
        account=user.pk,
        outcome="refused",
        address=limits.address_of(request),
        method="second factor",
    )
