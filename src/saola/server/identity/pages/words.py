"""What the kinds of events are called on pages."""

from saola.language import text
from saola.server.identity.models import Event

WORDS = {
    "account-restored": "The account was restored",
    "account-suspended": "The account was suspended",
    "authenticator-added": "A way to sign in was added",
    "authenticator-removed": "A way to sign in was removed",
    "authenticator-reset": "New recovery codes were made",
    "authenticators-removed": "An officer removed your lost ways to sign in",
    "authorised": "A service received your data",
    "client-approved": "A service was approved",
    "client-registered": "A service was registered",
    "client-suspended": "A service was suspended",
    "code-replayed": "A stolen code was refused; the service's access was ended",
    "consent-denied": "You refused a service",
    "consent-given": "You let a service see your data",
    "consent-withdrawn": "You withdrew a consent",
    "device-allowed": "You signed in a device",
    "device-denied": "You refused a device",
    "email-changed": "The e-mail address was changed",
    "invitation-withdrawn": "An invitation was withdrawn",
    "invited": "Somebody was invited",
    "log-searched": "An auditor searched the log",
    "match-refused": "Your number could not be confirmed",
    "matched": "Your number was confirmed by a register",
    "member-accepted": "You accepted an invitation to act for an organisation",
    "member-approved": "You act for an organisation",
    "member-declined": "You declined an invitation",
    "member-ended": "You no longer act for an organisation",
    "member-invited": "Somebody was invited to act for an organisation",
    "organisation-approved": "The account of an organisation was approved",
    "organisation-asked": "You asked for the account of an organisation",
    "organisation-refused": "The account of an organisation was refused",
    "organisation-restored": "An organisation was restored",
    "organisation-suspended": "An organisation was suspended",
    "passkey-bound": "An officer saw your passkey work",
    "password-changed": "The password was changed",
    "password-refused": "A password was refused: your tasks need a passkey",
    "proofed": "An officer checked your document",
    "proved-again": "You confirmed that it is you",
    "refresh-replayed": "A stolen token was refused; the service's access was ended",
    "right-approved": "A right was given",
    "right-asked": "A right was asked for",
    "right-missing": "A page was refused for want of a right",
    "right-revoked": "A right was ended",
    "session-ended": "A sign-in was ended",
    "sign-in": "You signed in",
    "sign-in-refused": "A sign-in was refused",
    "sign-up": "The account was made",
    "signed-out": "You signed out",
    "token-revoked": "A service gave its access back",
    "tokens-issued": "A service received access",
}


def said_of(event: Event) -> str:
    """Say in words what an event is; its own name where there are none."""
    return text(WORDS.get(event.kind, event.kind))
