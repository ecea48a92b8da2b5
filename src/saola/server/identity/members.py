"""Who acts for an organisation: invited, accepted, approved by a second officer, ended."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from saola.errors import InputError, StateError
from saola.server.identity import letters, rights
from saola.server.identity.audit.record import record
from saola.server.identity.models import Account, Invitation, Membership, Organisation
from saola.server.identity.organisations import (
    ASSURANCE,
    LONGEST,
    appoint,
    leads,
    note,
    officers,
    settle,
)

CAPACITIES = ("officer", "delegate")
INVITED = dt.timedelta(days=14)


def invite(
    organisation: Organisation, email: str, capacity: str, *, end: dt.date, by: Account
) -> Invitation:
    """Invite a person by letter to act for an organisation.

    Args:
        organisation: For which one.
        email: Whom; nothing says whether the address has an account.
        capacity: `officer` or `delegate`.
        end: The last day.
        by: An officer of it.

    Raises:
        StateError: If `by` is no officer of it.
        InputError: If the last day is past, or more than a year away.
    """
    today = timezone.localdate()
    if not leads(by, organisation):
        raise StateError("not-an-officer")
    if not today <= end <= today + LONGEST:
        raise InputError("membership-end", found=end.isoformat())
    with transaction.atomic():
        made = Invitation.objects.create(
            email=email.lower(),
            organisation=organisation,
            task=capacity,
            asked_by=by,
            end=end,
            expires=timezone.now() + INVITED,
        )
        note("member-invited", organisation, by, capacity=capacity)
        letters.invite(made)
    return made


def invitations(account: Account) -> QuerySet[Invitation]:
    """Give the invitations that wait for a person's answer, by the verified address."""
    return Invitation.objects.filter(
        email=account.email,
        task__in=CAPACITIES,
        accepted_at=None,
        expires__gt=timezone.now(),
        organisation__is_active=True,
    ).select_related("organisation", "asked_by")


def accept(invitation: Invitation, *, by: Account) -> Membership:
    """Accept: a delegate acts from now on, an officer once another one approves.

    Raises:
        StateError: If an officer is not proofed in person, or who invited is no officer now.
    """
    if invitation.task == "officer" and by.assurance < ASSURANCE:
        raise StateError("organisation-assurance")
    if not leads(invitation.asked_by, invitation.organisation):
        raise StateError("not-an-officer")
    with transaction.atomic():
        _answer(invitation)
        end = invitation.end or timezone.localdate()
        made = appoint(invitation.organisation, by, invitation.task, end, by=invitation.asked_by)
        record("member-accepted", account=by.pk, organisation=invitation.organisation.code)
        if made.capacity == "delegate":
            settle(made, None)
    return made


def decline(invitation: Invitation, *, by: Account) -> None:
    """Decline an invitation."""
    with transaction.atomic():
        _answer(invitation)
        record("member-declined", account=by.pk, organisation=invitation.organisation.code)


def withdraw(invitation: Invitation, *, by: Account) -> None:
    """Withdraw an invitation, to act or to a task, that nobody answered.

    Raises:
        StateError: If it was answered, or has ended.
    """
    with transaction.atomic():
        if not _open(invitation).update(expires=timezone.now()):
            raise StateError("already-settled")
        task, unit = invitation.task, invitation.unit
        note("invitation-withdrawn", invitation.organisation, by, task=task, unit=unit)


def approve_member(member: Membership, *, by: Account) -> None:
    """Approve an officer whom another person named.

    Args:
        member: Who waits.
        by: Another officer of the organisation, or somebody with the task `proof`, without whom
            an organisation with a single officer could never have a second.

    Raises:
        StateError: If `by` named them, is them, or may not, or it is settled already.
    """
    if by.pk in {member.given_by_id, member.account_id}:
        raise StateError("four-eyes")
    if not leads(by, member.organisation) and not rights.may(by, "proof"):
        raise StateError("not-an-officer")
    with transaction.atomic():
        if member.organisation.waits or not Membership.objects.filter(
            pk=member.pk, approved_at=None, ended_at=None
        ):
            raise StateError("already-settled")
        settle(member, by)


def end(member: Membership, *, by: Account) -> None:
    """End a membership at once: an officer any, a person their own.

    Raises:
        StateError: If `by` is neither, or the organisation would be without an officer.
    """
    if by.pk != member.account_id and not leads(by, member.organisation):
        raise StateError("not-an-officer")
    others = officers(member.organisation).exclude(account=member.account_id)
    if member.capacity == "officer" and member.approved_at is not None and not others.exists():
        raise StateError("last-officer")
    cease(member, by=by)


def cease(member: Membership, *, by: Account) -> None:
    """End a membership, whoever asks."""
    with transaction.atomic():
        Membership.objects.filter(pk=member.pk, ended_at=None).update(ended_at=timezone.now())
        note("member-ended", member.organisation, by, account=member.account_id)


def waiting() -> QuerySet[Membership]:
    """Give the officers of active organisations who wait for a second person."""
    return Membership.objects.filter(
        approved_at=None,
        ended_at=None,
        end__gte=timezone.localdate(),
        organisation__is_active=True,
    ).select_related("organisation", "account", "given_by")


def _answer(invitation: Invitation) -> None:
    if not _open(invitation).update(accepted_at=timezone.now()):
        raise StateError("already-settled")


def _open(invitation: Invitation) -> QuerySet[Invitation]:
    return Invitation.objects.filter(pk=invitation.pk, accepted_at=None, expires__gt=timezone.now())
