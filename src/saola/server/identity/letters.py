"""Letters that sign-in sends by itself: to strangers in the language of the page that did."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from saola.language import date, moment, text, use
from saola.server.identity.models import Account, Invitation
from saola.server.identity.provider import place
from saola.server.identity.tasks import TASKS
from saola.server.identity.templatetags.identity import device

# What happened to an account, by django-allauth's name of the letter that tells it.
ADDED = "account/email/email_added"  # ours: django-allauth tells nobody of a further address
CHANGES = {
    ADDED: "The e-mail address {added_email} was added to it and can receive its codes.",
    "account/email/email_changed": "Its e-mail address {from_email} was changed to {to_email}.",
    "account/email/email_confirm": "Its e-mail address was confirmed.",
    "account/email/email_deleted": "The e-mail address {deleted_email} was removed from it.",
    "account/email/password_changed": "Its password was changed.",
    "account/email/password_reset": "A code from a letter opened it and set a new password.",
    "account/email/password_set": "It was given a password.",
    "mfa/email/recovery_codes_generated": "It has new recovery codes; the old ones have ended.",
    "mfa/email/totp_activated": "An app that shows codes was added to it.",
    "mfa/email/totp_deactivated": "The app that shows codes was removed from it.",
    "mfa/email/webauthn_added": "A passkey was added to it.",
    "mfa/email/webauthn_removed": "A passkey was removed from it.",
}


def invite(invitation: Invitation) -> None:
    """Tell a person of an invitation once it is written; the letter opens nothing by itself."""
    page = reverse("account_home" if invitation.task in TASKS else "organisations")
    said = [
        text(
            "{person} invites you to act for “{organisation}”.",
            person=str(invitation.asked_by),
            organisation=invitation.organisation.name,
        ),
        text("Sign in or make an account with this e-mail address, and answer there:"),
        place.issuer() + page,
        text("The invitation ends on {day}.", day=date(timezone.localdate(invitation.expires))),
        text("If you do not know this person or organisation, do nothing."),
    ]
    _send(text("Invitation to act for an organisation"), said, invitation.email)


def removed(account: Account) -> None:
    """Tell a person, in their own language, that an officer removed their ways to sign in."""
    with use(account.language), translation.override(account.language):
        said = [
            text("An officer saw your document and removed all your ways to sign in."),
            text("Choose “I cannot sign in” on this page to come back in:"),
            place.issuer() + reverse("account_login"),
            text("If this was not you, go to a sign-in desk at once."),
        ]
        _send(text("Your ways to sign in were removed"), said, account.email)


def ask(name: str, facts: Mapping[str, Any], to: str) -> None:
    """Send a letter that django-allauth asks for, in our words and the language of the page.

    Args:
        name: Its name there, such as `account/email/password_reset_code`.
        facts: What it gives its templates.
        to: The address.

    Raises:
        KeyError: If the letter is none that an account of ours can ask for.
    """
    subject, said = _change(name, facts) if name in CHANGES else _ASKED[name](facts)
    _send(subject, said, to)


def _change(name: str, facts: Mapping[str, Any]) -> tuple[str, list[str]]:
    when: dt.datetime = facts["timestamp"]
    told = {key: str(value) for key, value in facts.items() if key.endswith("email")}
    return text("Your account was changed"), [
        text("This happened to your account:"),
        text(CHANGES[name], **told),
        text(
            "On {moment}, with {device}, from the address {address}.",
            moment=moment(when, timezone.get_current_timezone()),
            device=device(str(facts["user_agent"])),
            address=str(facts["ip"]),
        ),
        text("If this was not you, sign in, end the sessions you do not know and change it back:"),
        place.issuer() + reverse("account_home"),
        text("If you cannot sign in, go to a sign-in desk at once."),
    ]


def _address(facts: Mapping[str, Any]) -> tuple[str, list[str]]:
    return text("Confirm your e-mail address"), [
        text("Type this code on the page that asks for it. It shows that this address is yours."),
        str(facts["code"]),
        text("If you did not ask for it, do nothing."),
        text("Nobody will ever ask you for a code by telephone."),
    ]


def _password(facts: Mapping[str, Any]) -> tuple[str, list[str]]:
    return text("Your code for a new password"), [
        text("Type this code on the page that asks for it, then choose a new password."),
        str(facts["code"]),
        text("If you did not ask for it, do nothing: your password stays as it is."),
        text("Nobody will ever ask you for a code by telephone."),
    ]


def _known(_: Mapping[str, Any]) -> tuple[str, list[str]]:
    return text("You have an account already"), [
        text("Somebody, perhaps you, wanted to make an account with this e-mail address."),
        text("There is one already. Sign in here, or choose “I cannot sign in” there:"),
        place.issuer() + reverse("account_login"),
        text("If it was not you, do nothing."),
    ]


def _unknown(_: Mapping[str, Any]) -> tuple[str, list[str]]:
    return text("No account has this e-mail address"), [
        text("Somebody, perhaps you, wanted a new password for an account with this address."),
        text("There is no such account. You can make one here:"),
        place.issuer() + reverse("account_signup_by_passkey"),
        text("If it was not you, do nothing."),
    ]


_ASKED = {
    "account/email/account_already_exists": _known,
    "account/email/email_confirmation": _address,
    "account/email/email_confirmation_signup": _address,
    "account/email/password_reset_code": _password,
    "account/email/unknown_account": _unknown,
}


def _send(subject: str, said: list[str], to: str) -> None:
    # A mail server that is down stops nothing: the page says the same.
    transaction.on_commit(
        lambda: bool(send_mail(subject, "\n\n".join(said) + "\n", None, [to])) and None,
        robust=True,
    )
