"""Register, approve and suspend the services that sign people in here."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from saola.errors import InputError, StateError
from saola.server.identity.audit.record import record
from saola.server.identity.models import Account, Authorisation, Client, Organisation
from saola.server.identity.provider.claims import SCOPES
from saola.server.identity.provider.secret import digest, fresh


def add(
    organisation: Organisation,
    *,
    name: str,
    redirect_uris: list[str],
    scopes: list[str],
    keys: Mapping[str, Any] | None = None,
    method: str = "private_key_jwt",
    by: Account | None,
    **more: Any,
) -> tuple[Client, str]:
    """Register a service; it works once another officer approves it.

    Args:
        organisation: Whose service.
        name: What people see.
        redirect_uris: Where answers may go.
        scopes: What it may ask for.
        keys: Its public keys, for `private_key_jwt`.
        method: How it authenticates itself.
        by: The officer; None from the command line.
        more: Further fields of `Client`.

    Returns:
        The client, and its secret where the method has one: shown once.

    Raises:
        InputError: If a method with keys has none.
    """
    if method == "private_key_jwt" and not keys:
        raise InputError("client-keys-missing")
    secret = fresh() if method.startswith("client_secret") else ""
    fields: dict[str, Any] = {
        "grants": ["authorization_code", "refresh_token"],
        "fapi": method == "private_key_jwt",
        **more,
    }
    with transaction.atomic():
        made = Client.objects.create(
            identifier=fresh()[:24],
            organisation=organisation,
            names={"en": name},
            redirect_uris=redirect_uris,
            scopes=scopes or list(SCOPES)[:2],
            method=method,
            secret=digest(secret) if secret else "",
            keys=dict(keys or {}),
            asked_by=by,
            **fields,
        )
        _note("client-registered", made, by)
    return made, secret


def approve(client: Client, *, by: Account | None) -> None:
    """Approve a service that another officer registered.

    Args:
        client: The service.
        by: The officer; None from the command line.

    Raises:
        StateError: If `by` asked for it, or it is settled already.
    """
    if by is not None and by.pk == client.asked_by_id:
        raise StateError("four-eyes")
    with transaction.atomic():
        waiting = Client.objects.filter(pk=client.pk, approved_at=None, suspended_at=None)
        if by is not None:
            waiting = waiting.filter(~Q(asked_by=by) | Q(asked_by=None))
        if not waiting.update(approved_by=by, approved_at=timezone.now()):
            raise StateError("already-settled")
        client.refresh_from_db()
        _note("client-approved", client, by)


def ask_again(client: Client, *, by: Account) -> None:
    """Ask that a suspended service be reinstated; it works once another officer approves it.

    Raises:
        StateError: If it is not suspended.
    """
    with transaction.atomic():
        suspended = Client.objects.filter(pk=client.pk, suspended_at__isnull=False)
        if not suspended.update(asked_by=by, approved_by=None, approved_at=None, suspended_at=None):
            raise StateError("already-settled")
        client.refresh_from_db()
        _note("client-asked-again", client, by)


def suspend(client: Client, *, by: Account | None) -> None:
    """Suspend a service at once, with all its tokens."""
    now = timezone.now()
    with transaction.atomic():
        client.suspended_at = now
        client.save(update_fields=["suspended_at"])
        Authorisation.objects.filter(client=client, revoked_at=None).update(revoked_at=now)
        _note("client-suspended", client, by)


def _note(kind: str, client: Client, by: Account | None) -> None:
    record(
        kind,
        client=client.identifier,
        actor=by.pk if by else None,
        organisation=client.organisation.code,
    )
