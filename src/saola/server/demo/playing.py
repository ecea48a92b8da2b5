"""Playing a part: a sign-in of its own kind that proves nothing and is nobody's account."""

from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils import timezone
from django.utils.functional import SimpleLazyObject, cached_property

from saola.language import text
from saola.server.demo import door, parts
from saola.server.demo.models import Part
from saola.server.identity import levels, visits
from saola.server.registries import desk

NOTHING = 0  # the level: nobody proved anything


class Playing:
    """What templates ask of the demo: `demo.open`, `demo.role`; asked for only where used.

    Args:
        request: The request.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def open(self) -> bool:
        """Whether the parts may be entered."""
        return door.is_open(self._request)

    @cached_property
    def role(self) -> parts.Role | None:
        """The part that is played; none where somebody is signed in, or nobody."""
        visit = visits.of(self._request, played=True)
        if visit is None or not visit.played:
            return None
        return parts.role(Part.objects.get(account=visit.account_id).code)


def told(request: HttpRequest) -> dict[str, object]:
    """Tell templates of the demo, as a context processor."""
    return {"demo": SimpleLazyObject(lambda: Playing(request))}


def enter(request: HttpRequest, role: parts.Role, part: Part) -> None:
    """Play a part from now on; whoever was signed in, or played, is so no more."""
    leave(request)
    request.session.save()
    proof = levels.Proof(NOTHING, (levels.PLAYED,), timezone.now())
    visits.begin(request, part.account, "demo-entered", proof, part=part.code)
    if role.purpose:
        desk.say(request, purpose=role.purpose, reference=text("Trying the demo"))
    request.session.set_expiry(0)  # gone with the browser
    rotate_token(request)


def leave(request: HttpRequest) -> None:
    """End what is played or signed in, and begin a new session."""
    visit = visits.of(request, played=True)
    if visit is not None and visit.played:
        with transaction.atomic():
            visits.end(visit, why="demo-left")
    logout(request)  # ends a real sign-in, and forgets the session
