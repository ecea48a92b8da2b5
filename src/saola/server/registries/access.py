"""The log of a register: who read or wrote whose record, a row each, and who asks for it."""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models import Q, QuerySet

from saola.server.identity.provider.prepared import executed
from saola.server.registries.act import Act
from saola.server.registries.bulk import columns_of
from saola.server.registries.grants import Grant, Reader

SHOWN = ("at", "kind", "who", "agency", "purpose", "ground", "fields", "reference")
ROWS_A_STATEMENT = 500  # PostgreSQL takes 65,535 values a statement


def read(
    log: QuerySet[Any],
    keys: Iterable[int],
    *,
    reader: Reader,
    grant: Grant,
    fields: Iterable[str],
    now: dt.datetime,
    kind: str = "read",
) -> None:
    """Log that records were read or found; call it in the transaction.

    Args:
        log: The register's table of `shared.Access`.
        keys: Whose records.
        reader: Who read.
        grant: Under which grant.
        fields: What was read.
        now: The moment.
        kind: `read` or `search`.
    """
    _add(
        log,
        keys,
        at=now,
        kind=kind,
        who=reader.who,
        agency=grant.agency or reader.agency,
        purpose=grant.purpose,
        ground=grant.ground,
        fields=" ".join(sorted(fields)),
        reference=reader.reference,
    )


def wrote(log: QuerySet[Any], keys: Iterable[int], act: Act, purpose: str) -> None:
    """Log that an officer's act changed records; call it in the transaction."""
    _add(
        log,
        keys,
        at=act.now,
        kind="write",
        who=act.who,
        agency=act.agency,
        purpose=purpose,
        ground=act.ground,
        fields="",
        reference=act.reason[:200],
    )


def _add(log: QuerySet[Any], keys: Iterable[int], *, at: dt.datetime, **facts: str) -> None:
    """Write a row a key, a few hundred in one statement: this is in the way of every answer."""
    listed = list(keys)
    label = log.model._meta.label  # noqa: SLF001  (Django's documented door)
    moment = connections[log.db].ops.adapt_datetimefield_value(at)
    for begin in range(0, len(listed), ROWS_A_STATEMENT):
        part = listed[begin : begin + ROWS_A_STATEMENT]
        values = [value for key in part for value in (key, key, moment, *facts.values())]
        with executed(log.db, _statement(label, log.db, tuple(facts), len(part)), values):
            pass


@lru_cache(maxsize=256)
def _statement(label: str, using: str, facts: tuple[str, ...], rows: int) -> str:
    log = apps.get_model(label)
    named = columns_of(log, ["first", "last", "at", *facts])
    quoted = connections[using].ops.quote_name
    table = quoted(log._meta.db_table)  # noqa: SLF001  (said above)
    marks = ", ".join([f"({', '.join(['%s'] * len(named))})"] * rows)
    return f"INSERT INTO {table} ({', '.join(map(quoted, named))}) VALUES {marks}"  # noqa: S608  (names come from the model)


def readings(log: QuerySet[Any], keys: Iterable[int]) -> list[dict[str, Any]]:
    """List who read or wrote some records, the latest first: what their persons may see."""
    spans = [Q(first__lte=key, last__gte=key) for key in keys]
    found = [row for span in spans for row in log.filter(span).values("id", *SHOWN)]
    once = {row.pop("id"): row for row in found}
    return [once[key] for key in sorted(once, key=lambda key: (once[key]["at"], key), reverse=True)]
