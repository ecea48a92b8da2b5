"""The last way back into an account: an officer who sees person and document."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from saola.errors import StateError
from saola.server.identity import letters, members, organisations, rights, visits
from saola.server.identity.audit.record import record
from saola.server.identity.models import Account, Membership, Right


def remove_all(account: Account, *, by: Account) -> None:
    """Remove every authenticator of an account and end its sign-ins; a letter says so.

    The person then signs in by the code of a letter and makes a new passkey. One officer may not
    do it to an account that holds rights or acts for an organisation: with its mailbox that would
    be a way to take it over. For the same reason rights and memberships end that only wait for
    a yes, or for their agency to be restored.

    Args:
        account: Whose ways are lost.
        by: The officer who saw the person.

    Raises:
        StateError: If the account holds a right or acts for an organisation; that has to end first.
    """
    if rights.living(account).exists() or organisations.acting(account).exists():
        raise StateError("recovery-of-officer")
    with transaction.atomic():
        removed = Authenticator.objects.filter(user=account).delete()[0]
        account.set_unusable_password()
        account.save(update_fields=["password"])
        for right in Right.objects.filter(account=account, revoked_at=None):
            rights.revoke(right, by=by)
        for member in Membership.objects.filter(account=account, ended_at=None):
            members.cease(member, by=by)
        visits.end_all(account, actor=by.pk, why="session-ended")
        record("authenticators-removed", account=account.pk, actor=by.pk, removed=removed)
        letters.removed(account)
