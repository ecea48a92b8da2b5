"""Letters that sign-in sends by itself: to strangers in the language of the page that did."""

from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from saola.language import date, text, use
from saola.server.identity.models import Account, Invitation
from saola.server.identity.provider import place
from saola.server.identity.tasks import TASKS


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
        text("The invitation ends on {day}.", day=date(invitation.expires.date())),
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


def _send(subject: str, said: list[str], to: str) -> None:
    # A mail server that is down stops nothing: the page says the same.
    transaction.on_commit(
        lambda: bool(send_mail(subject, "\n\n".join(said) + "\n", None, [to])) and None,
        robust=True,
    )
