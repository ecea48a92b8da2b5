"""Who may do what: asked for by one, approved by another, accepted by whom it is for."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from saola.errors import StateError
from saola.server.identity import settings as chosen
from saola.server.identity import visits
from saola.server.identity.audit.record import record
from saola.server.identity.models import Account, Invitation, Organisation, Right, SignIn
from saola.server.identity.tasks import NATIONAL, TASKS

View = Callable[..., HttpResponse]
LEVELS = {"report": 1}  # the level a task needs; 2 where not named


def living(account: Account | AnonymousUser) -> models.QuerySet[Right]:
    """Give the rights an account has today; a national task counts from agencies that keep it."""
    if not isinstance(account, Account):
        return Right.objects.none()
    return counting().filter(account=account)


def counting() -> models.QuerySet[Right]:
    """Give everybody's rights that count today."""
    return Right.objects.filter(
        models.Q(end=None) | models.Q(end__gte=timezone.localdate()),
        ~models.Q(task__in=NATIONAL) | models.Q(organisation__keeps=True),
        models.Q(accepted_at__isnull=False) | models.Q(asked_by=models.F("account")),
        account__is_active=True,
        approved_at__isnull=False,
        revoked_at=None,
        organisation__is_active=True,
    )


def may(
    account: Account | AnonymousUser,
    task: str,
    *,
    organisation: Organisation | None = None,
    unit: str = "",
) -> bool:
    """Say whether an account may do a task.

    Args:
        account: Whose rights.
        task: One of `TASKS`.
        organisation: Only for this agency; by default for any.
        unit: Only in this unit, by its code; by default in any.
    """
    found = living(account).filter(task=task)
    if organisation is not None:
        found = found.filter(organisation=organisation)
    if unit:
        found = found.filter(unit__in=["*", unit])
    return found.exists()


def requires(
    task: str, *, level: int | None = None, played: bool = False
) -> Callable[[View], View]:
    """Let only people with a right into a view, after more proof where the task needs it.

    Args:
        task: One of `TASKS`.
        level: The authentication level; by default that of `LEVELS`.
        played: Whether a part of the demo may see it, too.
    """
    needed = level if level is not None else LEVELS.get(task, 2)

    def wrap(view: View) -> View:
        behind = proved(needed, played=played)(view)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            visit = visits.of(request, played=played)
            if visit is not None and not may(visit.account, task):
                record(
                    "right-missing",
                    account=visit.account_id,
                    outcome="refused",
                    task=task,
                    path=request.path,
                )
                raise PermissionDenied
            if visit is not None and _by_word(visit, task):
                # The sign-in may be older than the right: the password let it pass then.
                here = urlencode({"next": request.get_full_path(), "passkey": 1})
                return HttpResponseRedirect(f"{reverse('more')}?{here}")
            return behind(request, *args, **kwargs)

        return guarded

    return wrap


def _by_word(visit: SignIn, task: str) -> bool:
    """Say whether a password opened a sign-in that does a task which forbids it."""
    return task in chosen.SAOLA_PASSKEY_ONLY and "pop" not in visit.amr and not visit.played


def proved(level: int, *, played: bool = False) -> Callable[[View], View]:
    """Let only signed-in people into a view, after more proof where their level is lower.

    Args:
        level: The authentication level.
        played: Whether a part of the demo may see it, too.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            visit = visits.of(request, played=played)
            here = urlencode({"next": request.get_full_path()})
            if visit is None:
                return HttpResponseRedirect(f"{reverse('account_login')}?{here}")
            if not visit.reaches(level):
                return HttpResponseRedirect(f"{reverse('more')}?{here}")
            return view(request, *args, **kwargs)

        return guarded

    return wrap


def ask(
    account: Account,
    task: str,
    *,
    organisation: Organisation,
    unit: str = "*",
    end: dt.date | None = None,
    by: Account,
) -> Right:
    """Ask that an account be given a right: another person approves it, then its holder accepts.

    Raises:
        StateError: If the agency may not hand out this task.
    """
    if not hands_out(organisation, task):
        raise StateError("task-not-kept", task=task, organisation=organisation.code)
    with transaction.atomic():
        made = Right.objects.create(
            account=account, organisation=organisation, unit=unit, task=task, end=end, asked_by=by
        )
        _note("right-asked", made, by)
    return made


def hands_out(organisation: Organisation, task: str) -> bool:
    """Say whether an agency may give a task: national ones only where it keeps them."""
    return task not in NATIONAL or organisation.keeps


def approve(right: Right, *, by: Account) -> None:
    """Approve a right that another person asked for.

    Raises:
        StateError: If `by` asked for it, or would receive it, or it is settled already.
    """
    if by.pk in {right.asked_by_id, right.account_id}:
        raise StateError("four-eyes")
    with transaction.atomic():
        waiting = Right.objects.filter(pk=right.pk, approved_at=None, revoked_at=None)
        if not waiting.update(approved_by=by, approved_at=timezone.now()):
            raise StateError("already-settled")
        _note("right-approved", right, by)


def grant(account: Account, task: str, *, organisation: Organisation) -> Right:
    """Give an account a right without a second person, from the terminal; the log says so."""
    with transaction.atomic():
        made = ask(account, task, organisation=organisation, by=account)
        Right.objects.filter(pk=made.pk).update(approved_at=timezone.now())
        _note("right-approved", made, account, where="terminal")
    return made


def offered(account: Account) -> models.QuerySet[Right]:
    """Give the approved rights that wait for their holder's yes."""
    waiting = Right.objects.filter(account=account, accepted_at=None, revoked_at=None)
    approved = waiting.filter(approved_at__isnull=False).exclude(asked_by=account)
    return approved.select_related("organisation")


def accept(right: Right) -> None:
    """Let a right count from now on, by its holder's yes.

    Raises:
        StateError: If it is not approved, or settled already.
    """
    with transaction.atomic():
        if not offered(right.account).filter(pk=right.pk).update(accepted_at=timezone.now()):
            raise StateError("already-settled")
        _note("right-accepted", right, right.account)


def revoke(right: Right, *, by: Account) -> None:
    """End a right at once.

    Raises:
        StateError: If it has ended already.
    """
    with transaction.atomic():
        living = Right.objects.filter(pk=right.pk, revoked_at=None)
        if not living.update(revoked_at=timezone.now()):
            raise StateError("already-settled")
        _note("right-revoked", right, by)


def _note(kind: str, right: Right, by: Account, **facts: str) -> None:
    record(
        kind,
        account=right.account_id,
        actor=by.pk,
        right=right.pk,
        task=right.task,
        unit=right.unit,
        organisation=right.organisation.code,
        **facts,
    )


def suspend(account: Account, *, by: Account) -> None:
    """Suspend an account at once: its sessions end and its tokens are revoked."""
    with transaction.atomic():
        Account.objects.filter(pk=account.pk).update(is_active=False, suspended_by=by)
        account.is_active, account.suspended_by = False, by
        record("account-suspended", account=account.pk, actor=by.pk)
        visits.end_all(account, actor=by.pk, why="session-ended")


def restore(account: Account, *, by: Account) -> None:
    """Let a suspended account sign in again; what was revoked stays revoked."""
    with transaction.atomic():
        Account.objects.filter(pk=account.pk).update(is_active=True, suspended_by=None)
        account.is_active, account.suspended_by = True, None
        record("account-restored", account=account.pk, actor=by.pk)


def accept_invitations(account: Account) -> None:
    """Turn the invitations of a new account's e-mail address into rights to be approved."""
    waiting = Invitation.objects.filter(
        email=account.email, accepted_at=None, expires__gt=timezone.now(), task__in=TASKS
    ).select_related("organisation", "asked_by")
    for found in waiting:
        if not hands_out(found.organisation, found.task):
            continue
        still = waiting.filter(pk=found.pk)
        if not still.update(accepted_at=timezone.now()):
            continue  # withdrawn since it was read
        ask(
            account,
            found.task,
            organisation=found.organisation,
            unit=found.unit,
            end=found.end,
            by=found.asked_by,
        )
