"""Refuse what was used before, on every machine alike: the memory is a table."""

import datetime as dt

from django.db import connections, router
from django.utils import timezone

from saola.server.identity.models import Seen
from saola.server.identity.provider.secret import digest


def first_time(kind: str, value: str, *, seconds: float) -> bool:
    """Remember a value for some seconds and say whether it is new.

    Args:
        kind: What sort of value it is, so that two sorts never collide.
        value: The unique name of the proof, with whoever may choose it.
        seconds: How long it would be accepted otherwise.
    """
    using = router.db_for_write(Seen)
    table = Seen._meta.db_table  # noqa: SLF001  (Django documents _meta)
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (digest, expires) VALUES (%s, %s) "  # noqa: S608  (own table)
            "ON CONFLICT DO NOTHING",
            [digest(f"{kind}\0{value}"), timezone.now() + dt.timedelta(seconds=seconds)],
        )
        return bool(cursor.rowcount == 1)


def forget_expired() -> int:
    """Drop what would be refused anyway for its age; give how many rows."""
    return Seen.objects.filter(expires__lt=timezone.now()).delete()[0]
