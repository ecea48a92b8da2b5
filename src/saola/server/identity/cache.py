"""The cache in the database, which counts tries: a write costs the same however much it holds."""

import base64
import datetime as dt
import itertools
import pickle
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import DatabaseError, connections, router, transaction
from django.utils import timezone

EVERY = 100  # writes of a process between two looks at how many rows there are


class Cache(DatabaseCache):
    """Django's cache in a table, written by one statement.

    Django's own counts all rows at each write, to drop some once there are too many: with the
    tries of a day in it, each sign-in would read the whole table several times.
    """

    _table: str
    _cull: Callable[..., None]
    turns = itertools.count(1)  # of the process: Django may make a cache anew for each request

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        until = self.get_backend_timeout(timeout)
        if mode == "touch" or until is None:  # rare here
            return bool(super()._base_set(mode, key, value, timeout))  # type: ignore[misc]  # the stubs leave it out
        coded = base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode("ascii")
        db = router.db_for_write(self.cache_model_class)
        connection = connections[db]
        adapt = connection.ops.adapt_datetimefield_value
        table = connection.ops.quote_name(self._table)
        now = timezone.now().replace(microsecond=0)
        words = (
            f"INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s) "  # noqa: S608
            "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, "
            "expires = excluded.expires"
        )
        facts = [key, coded, adapt(dt.datetime.fromtimestamp(int(until), tz=dt.UTC))]
        if mode == "add":  # only what has expired gives way
            words += f" WHERE {table}.expires < %s"
            facts.append(adapt(now))
        with connection.cursor() as cursor:
            if next(self.turns) % EVERY == 0:
                self._make_room(db, cursor, now)
            try:
                with transaction.atomic(using=db):
                    cursor.execute(words, facts)
            except DatabaseError:  # as Django's: a write may fail in silence
                return False
            return bool(cursor.rowcount)

    def _make_room(self, db: str, cursor: Any, now: dt.datetime) -> None:
        cursor.execute(f"SELECT COUNT(*) FROM {connections[db].ops.quote_name(self._table)}")  # noqa: S608
        count = cursor.fetchone()[0]
        if count > self._max_entries:
            self._cull(db, cursor, now, count)
