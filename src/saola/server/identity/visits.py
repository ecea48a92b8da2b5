"""The sign-in that a request belongs to, and how it ends."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from saola.server.identity import limits
from saola.server.identity.audit.record import record
from saola.server.identity.levels import Proof
from saola.server.identity.models import Account, Authorisation, SignIn
from saola.server.identity.provider.prepared import Prepared

KEY = "sign-in"
_BY_KEY = Prepared(lambda mark: SignIn.objects.filter(pk=mark), -71)
_playable: list[Callable[[HttpRequest, SignIn], bool]] = []


def of(request: HttpRequest, *, played: bool = False) -> SignIn | None:
    """Give the living sign-in of a request; None for nobody, a suspended or an ended one.

    Args:
        request: The request.
        played: Whether a part of the demo counts too. Nobody is signed in then: what looks at
            `request.user`, and every page that does not ask for it here, sees a stranger.
    """
    key = request.session.get(KEY)
    found = None if key is None else _BY_KEY.first(key)
    if found is None or found.ended_at is not None:
        return None
    if found.played:
        return found if played and any(may(request, found) for may in _playable) else None
    if not request.user.is_authenticated or found.account_id != request.user.pk:
        return None
    found.account = request.user
    return found


def begin(request: HttpRequest, account: Account, kind: str, proof: Proof, **told: Any) -> None:
    """Keep a sign-in that begins, in its session and in the log; a part that was played there ends.

    Args:
        request: The request, whose session has a key.
        account: Whose it is.
        kind: What the log calls it.
        proof: What was proved.
        told: What else the log keeps.
    """
    former = of(request, played=True)
    with transaction.atomic():
        if former is not None and former.played:
            end(former, why="demo-left")
        made = SignIn.objects.create(
            account=account,
            session=request.session.session_key or "",
            level=proof.level,
            amr=list(proof.amr),
            address=limits.address_of(request),
            agent=request.headers.get("User-Agent", "")[:200],
        )
        request.session[KEY] = made.pk
        record(
            kind,
            account=account.pk,
            sign_in=str(made.sid),
            level=made.level,
            amr=made.amr,
            address=made.address,
            agent=made.agent,
            **told,
        )


def let_play(may: Callable[[HttpRequest, SignIn], bool]) -> None:
    """Let parts of the demo count where this says so, at each request anew."""
    _playable.append(may)


def account(request: HttpRequest) -> Account:
    """Give the account of a person who is signed in, or of the part that they play.

    Raises:
        PermissionDenied: If there is none.
    """
    visit = of(request, played=True)
    if visit is None:
        raise PermissionDenied
    return visit.account


def end(sign_in: SignIn, *, actor: int | None = None, why: str = "signed-out") -> None:
    """End a sign-in: its session and its tokens, except those for use while away."""
    from django.contrib.sessions.models import Session  # noqa: PLC0415  (its app is loaded later)

    now = timezone.now()
    if not SignIn.objects.filter(pk=sign_in.pk, ended_at=None).update(ended_at=now):
        return
    Session.objects.filter(session_key=sign_in.session).delete()
    revoke(sign_in=sign_in, offline=False)
    record(why, account=sign_in.account_id, actor=actor, sign_in=str(sign_in.sid))


def end_all(account: Account, *, actor: int | None = None, why: str) -> None:
    """End every sign-in of an account and revoke every token."""
    for sign_in in SignIn.objects.filter(account=account, ended_at=None):
        end(sign_in, actor=actor, why=why)
    Authorisation.objects.filter(account=account, revoked_at=None).update(revoked_at=timezone.now())


def revoke(*, sign_in: SignIn, offline: bool) -> None:
    """Revoke what clients got in a sign-in.

    Args:
        sign_in: The sign-in.
        offline: Whether to revoke also what is for use while the person is away.
    """
    for found in Authorisation.objects.filter(sign_in=sign_in, revoked_at=None):
        if offline or "offline_access" not in found.scopes:
            found.revoked_at = timezone.now()
            found.save(update_fields=["revoked_at"])
