"""What sign-in keeps in the database, one noun a file."""

from saola.server.identity.models.account import Account, PersonNumber, Proofing
from saola.server.identity.models.authorisation import Authorisation, Consent, Token
from saola.server.identity.models.client import Client
from saola.server.identity.models.event import Checkpoint, Event, Head
from saola.server.identity.models.key import Key
from saola.server.identity.models.organisation import Membership, Organisation
from saola.server.identity.models.request import DeviceRequest, PushedRequest
from saola.server.identity.models.right import Invitation, Right
from saola.server.identity.models.seen import Attempt, Seen
from saola.server.identity.models.signin import BoundPasskey, SignIn
from saola.server.identity.models.subject import Subject

__all__ = [
    "Account",
    "Attempt",
    "Authorisation",
    "BoundPasskey",
    "Checkpoint",
    "Client",
    "Consent",
    "DeviceRequest",
    "Event",
    "Head",
    "Invitation",
    "Key",
    "Membership",
    "Organisation",
    "PersonNumber",
    "Proofing",
    "PushedRequest",
    "Right",
    "Seen",
    "SignIn",
    "Subject",
    "Token",
]
