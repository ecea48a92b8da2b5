"""Indexes that wait while a large file fills an empty register, and are made at once at its end.

To keep an index a row at a time costs several times what making it at the end does. Which wait
stands in a table of the register, written in the transaction that drops them; each comes back in
the transaction that strikes it out there. Whatever is killed when, the register knows what it
lacks, and whatever starts next on it makes that: a resumed or another intake, an undo, a server,
a migration.
Until then every question is answered by reading whole tables: slowly, and rightly.
"""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from saola.errors import StateError
from saola.server.registries import bulk
from saola.server.registries.door import Door

_log = logging.getLogger("saola.server")

# Fewer rows are not worth it; of more, SQLite's other writers would wait too long for an index.
ROWS = {"postgresql": (20_000, 10**12), "sqlite": (20_000, 1_000_000)}
AT_ONCE = 2  # indexes made beside one another on PostgreSQL
_MEMORY = "256MB"  # for the making of each
_PATIENCE = "2s"  # with those who read the tables meanwhile

_POSTGRESQL = """
SELECT c.relname, pg_get_indexdef(i.indexrelid), a.attname
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE i.indrelid = %s::regclass AND NOT i.indisunique
"""
_SQLITE = """
SELECT name, sql, (SELECT i.name FROM pragma_index_info(s.name) i WHERE i.seqno = 0)
FROM sqlite_master s WHERE type = 'index' AND tbl_name = %s AND sql LIKE 'CREATE INDEX%%'
"""


@dataclass(frozen=True)
class First:
    """What may wait on a first fill.

    Attributes:
        table: Where the register notes the indexes put off, of `shared.Late`.
        filled: The tables that an intake fills; the register is empty if the first is.
        kept: Tables and fields whose indexes the intake itself needs.
    """

    table: Any
    filled: tuple[type[models.Model], ...]
    kept: tuple[tuple[type[models.Model], str], ...] = ()


@contextmanager
def waiting(connection: BaseDatabaseWrapper, first: First | None, *, rows: int) -> Iterator[None]:
    """Let indexes wait while a `with` block fills an empty register, then make them.

    An error leaves them out, so that whoever is told to stop stops; the next start makes them.

    Args:
        connection: The register's, outside a transaction.
        first: What may wait; nothing does where it is none.
        rows: How many rows come.

    Raises:
        StateError: If another intake fills the register.
    """
    if first is None:
        yield
        return
    with Door(connection) as door:
        alone = door.close()
        if not alone and not door.share():
            raise StateError("register-filling", found=connection.alias)
        if alone and not _put_off(connection, first, rows):
            restore(connection, first)
            if not door.share():
                raise StateError("register-filling", found=connection.alias)
        yield
        restore(connection, first)


def mend(connection: BaseDatabaseWrapper, first: First | None) -> int:
    """Make what a killed first fill left out, and say how many indexes were made.

    While an intake is at work, that is its own to do. What the database refuses, on a full disk
    say, is logged and still waits: the register answers without, so that nothing else has to stop
    for it.
    """
    before = _waiting(connection, first)
    try:
        _alone(connection, first)
    except DatabaseError:
        _log.exception("Indexes of the register %s still wait.", connection.alias)
    return before and before - _waiting(connection, first)


def _waiting(connection: BaseDatabaseWrapper, first: First | None) -> int:
    return 0 if first is None else first.table.objects.using(connection.alias).count()


def mend_before_migrating(connection: BaseDatabaseWrapper, first: First | None) -> None:
    """Make what waits where migrations are pending: they change indexes, or what these are made of.

    Raises:
        DatabaseError: If an index cannot be made; the tables had better stay as they are.
        StateError: If another intake fills the register.
    """
    if first is None:
        return
    table = first.table._meta.db_table  # noqa: SLF001  (Django's documented door)
    if table not in connection.introspection.table_names():
        return
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending and not _alone(connection, first):
        raise StateError("register-filling", found=connection.alias)


def _alone(connection: BaseDatabaseWrapper, first: First | None) -> bool:
    """Make what waits, unless an intake is at work; say whether nothing waits now."""
    if first is None or not first.table.objects.using(connection.alias).exists():
        return True
    with Door(connection) as door:
        alone = door.close()
        if alone:
            restore(connection, first)
    return alone


def restore(connection: BaseDatabaseWrapper, first: First) -> None:
    """Make the indexes that were put off, each in a transaction of its own; again does no harm."""
    names = list(first.table.objects.using(connection.alias).values_list("name", flat=True))
    if not names:
        return
    if connection.vendor != "postgresql":
        for name in names:
            _make(connection.alias, first, name)
        return
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lambda name: _beside(connection.alias, first, name), names))


def _beside(alias: str, first: First, name: str) -> None:
    """Make an index on a connection of this thread."""
    try:
        _make(alias, first, name)
    finally:
        connections[alias].close()


def _make(alias: str, first: First, name: str) -> None:
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        row = first.table.objects.using(alias).select_for_update().filter(name=name).first()
        if row is None:
            return  # another process was faster
        if connections[alias].vendor == "postgresql":
            cursor.execute(f"SET LOCAL maintenance_work_mem = '{_MEMORY}'")
        # A migration that remakes a table makes its indexes, too.
        again = row.definition.replace("CREATE INDEX ", "CREATE INDEX IF NOT EXISTS ", 1)
        cursor.execute(again)
        row.delete(using=alias)


def _put_off(connection: BaseDatabaseWrapper, first: First, rows: int) -> bool:
    """Drop what may wait where that pays, and say whether indexes wait now."""
    noted = first.table.objects.using(connection.alias)
    least, most = ROWS[connection.vendor]
    if noted.exists():
        return rows >= least  # of a fill that was killed: go on with it, or make them
    if not least <= rows <= most or first.filled[0]._base_manager.using(connection.alias).exists():  # noqa: SLF001  (Django's documented door)
        return False
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
            found = _may_wait(cursor, connection, first)
            noted.bulk_create(first.table(name=name, definition=made) for name, made in found)
            for name, _ in found:
                cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    except DatabaseError:
        return False  # somebody reads for long: fill with all indexes standing
    return True


def _may_wait(cursor: Any, connection: BaseDatabaseWrapper, first: First) -> list[tuple[str, str]]:
    """List the indexes that may wait, and how each is made."""
    kept = {
        (model._meta.db_table, bulk.columns_of(model, [field])[0])  # noqa: SLF001  (Django's documented door)
        for model, field in first.kept
    }
    found = []
    for model in first.filled:
        table = model._meta.db_table  # noqa: SLF001  (said above)
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL, [connection.ops.quote_name(table)])
        else:
            cursor.execute(_SQLITE, [table])
        found += [
            (name, made) for name, made, column in cursor.fetchall() if (table, column) not in kept
        ]
    return found
