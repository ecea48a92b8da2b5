"""The sign-in that a request belongs to, and how it ends."""

from django.http import HttpRequest
from django.utils import timezone

from saola.server.identity.audit.record import record
from saola.server.identity.models import Account, Authorisation, SignIn
from saola.server.identity.provider.prepared import Prepared

KEY = "sign-in"
_BY_KEY = Prepared(lambda mark: SignIn.objects.filter(pk=mark), -71)


def of(request: HttpRequest) -> SignIn | None:
    """Give the living sign-in of a request; None for nobody, a suspended or an ended one."""
    key = request.session.get(KEY)
    if key is None or not request.user.is_authenticated:
        return None
    found = _BY_KEY.first(key)
    if found is None or found.ended_at is not None or found.account_id != request.user.pk:
        return None
    found.account = request.user
    return found


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
