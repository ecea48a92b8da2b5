"""Write an event in the transaction of what it records."""

import secrets

from django.db import router

from saola.server.identity.models import Event


def record(
    kind: str,
    *,
    account: int | None = None,
    actor: int | None = None,
    client: str = "",
    outcome: str = "done",
    **facts: object,
) -> Event:
    """Write one event; call it inside the transaction of what happened.

    Args:
        kind: What happened, such as `sign-in` or `right-approved`.
        account: The key of the account it happened to.
        actor: The key of the account that did it, where that is another.
        client: The identifier of the client concerned.
        outcome: `done` or `refused`.
        facts: What else to keep; strings, integers, booleans, lists of them.
    """
    return Event.objects.using(router.db_for_write(Event)).create(
        kind=kind,
        account=account,
        actor=actor if actor is not None else account,
        client=client,
        outcome=outcome,
        facts=facts,
        salt=secrets.token_hex(32),
    )
