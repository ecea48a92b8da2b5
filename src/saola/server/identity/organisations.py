"""Accounts of organisations: asked for, approved, acted for by officers and delegates.

A person asks, an officer who saw the papers approves. Officers invite further officers, whom
another one has to approve, and delegates, who count once they accept. Every membership ends on a
date; ending one, or suspending the organisation, counts with the next request.

Source: Decree 69/2024/ND-CP, electronic identity of organisations.
"""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from saola.errors import InputError, StateError
from saola.server.identity.audit.record import record
from saola.server.identity.models import (
    Account,
    Authorisation,
    Membership,
    Organisation,
)

LONGEST = dt.timedelta(days=366)  # that anybody acts for an organisation without a new naming
ASSURANCE = 2  # of who asks for the account of an organisation, or is its officer


def acting(account: Account) -> QuerySet[Membership]:
    """Give the memberships by which a person acts for organisations today."""
    today = timezone.localdate()
    return Membership.objects.filter(
        account=account,
        account__is_active=True,
        approved_at__isnull=False,
        ended_at=None,
        start__lte=today,
        end__gte=today,
        organisation__is_active=True,
    ).select_related("organisation")


def officers(organisation: Organisation) -> QuerySet[Membership]:
    """Give the memberships of an organisation's officers today."""
    today = timezone.localdate()
    return Membership.objects.filter(
        organisation=organisation,
        account__is_active=True,
        capacity="officer",
        approved_at__isnull=False,
        ended_at=None,
        start__lte=today,
        end__gte=today,
    )


def leads(account: Account, organisation: Organisation) -> bool:
    """Say whether a person is an officer of an active organisation today."""
    return organisation.is_active and officers(organisation).filter(account=account).exists()


def ask(code: str, name: str, *, by: Account) -> Organisation:
    """Ask for the account of an organisation, to be its first officer.

    Where it has an account but no officer any more, the person asks to be one.

    Raises:
        StateError: If the person is not proofed in person.
        InputError: If the organisation has its officers already.
    """
    if by.assurance < ASSURANCE:
        raise StateError("organisation-assurance")
    with transaction.atomic():
        found = Organisation.objects.filter(code=code).first()
        if found is None:
            found = Organisation.objects.create(code=code, name=name, asked_by=by, is_active=False)
            record("organisation-asked", account=by.pk, organisation=code)
        elif found.agency or found.waits or officers(found).exists() or not found.is_active:
            raise InputError("organisation-taken", found=code)
        appoint(found, by, "officer", timezone.localdate() + LONGEST, by=by)
    return found


def approve(organisation: Organisation, *, by: Account) -> None:
    """Approve the account of an organisation, and its first officer with it.

    Raises:
        StateError: If `by` asked for it, or it is settled already.
    """
    if by.pk == organisation.asked_by_id:
        raise StateError("four-eyes")
    with transaction.atomic():
        waiting = Organisation.objects.filter(
            pk=organisation.pk, approved_at=None, asked_by__isnull=False
        )
        if not waiting.update(approved_by=by, approved_at=timezone.now(), is_active=True):
            raise StateError("already-settled")
        organisation.refresh_from_db()
        note("organisation-approved", organisation, by)
        for first in Membership.objects.filter(organisation=organisation, approved_at=None):
            settle(first, by)


def refuse(organisation: Organisation, *, by: Account) -> None:
    """Refuse the account of an organisation: its code can be asked for again.

    Raises:
        StateError: If it is settled already.
    """
    with transaction.atomic():
        if not Organisation.objects.filter(pk=organisation.pk, approved_at=None).exists():
            raise StateError("already-settled")
        note("organisation-refused", organisation, by)
        Organisation.objects.filter(pk=organisation.pk).delete()


def suspend(organisation: Organisation, *, by: Account) -> None:
    """Suspend an organisation at once: its officers, rights, clients and their tokens stop."""
    with transaction.atomic():
        Organisation.objects.filter(pk=organisation.pk).update(is_active=False)
        Authorisation.objects.filter(client__organisation=organisation, revoked_at=None).update(
            revoked_at=timezone.now()
        )
        note("organisation-suspended", organisation, by)


def restore(organisation: Organisation, *, by: Account) -> None:
    """Let a suspended organisation work again; revoked tokens stay revoked."""
    with transaction.atomic():
        settled = Organisation.objects.filter(pk=organisation.pk)
        settled.exclude(asked_by__isnull=False, approved_at=None).update(is_active=True)
        note("organisation-restored", organisation, by)


def keep(code: str, *, keeps: bool) -> None:
    """Say whether an agency may hand out tasks that open national registers or the log."""
    with transaction.atomic():
        made, _ = Organisation.objects.update_or_create(
            code=code,
            defaults={"keeps": keeps},
            create_defaults={"keeps": keeps, "name": code, "agency": True},
        )
        note("agency-keeps" if keeps else "agency-keeps-no-more", made, None)


def appoint(
    organisation: Organisation, account: Account, capacity: str, end: dt.date, *, by: Account
) -> Membership:
    """Name somebody who will act for an organisation; it waits to be settled."""
    return Membership.objects.create(
        account=account,
        organisation=organisation,
        capacity=capacity,
        given_by=by,
        start=timezone.localdate(),
        end=end,
    )


def settle(member: Membership, by: Account | None) -> None:
    """Let a membership count from now on."""
    member.approved_by, member.approved_at = by, timezone.now()
    member.save(update_fields=["approved_by", "approved_at"])
    note("member-approved", member.organisation, by, account=member.account_id)


def note(
    kind: str,
    organisation: Organisation,
    by: Account | None,
    *,
    account: int | None = None,
    **facts: str,
) -> None:
    """Write an event about an organisation."""
    record(
        kind,
        account=account,
        actor=by.pk if by else None,
        organisation=organisation.code,
        **facts,
    )
