"""The backend that Django loads: connections that stay open are checked without a round trip."""

import selectors
import time

from django.db.backends.postgresql import base
from psycopg import Connection
from psycopg.pq import ConnStatus, TransactionStatus

LATELY_S = 30.0  # a firewall forgets an idle connection without a word, but not so soon


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is asked whether it works only where something speaks against it."""

    def is_usable(self) -> bool:
        """Tell whether the connection works.

        Nothing waits to be read on an idle connection that works. A server that ends it says so
        or hangs up: both can be read, and then the server is asked; so it is after an error, and
        after a pause.
        """
        before, self._looked = getattr(self, "_looked", 0.0), time.monotonic()
        lately = self._looked - before < LATELY_S
        if lately and not self.errors_occurred and _quiet(self.connection):
            return True
        return bool(super().is_usable())


def _quiet(connection: "Connection[object] | None") -> bool:
    if connection is None or connection.pgconn.status != ConnStatus.OK:
        return False
    if connection.pgconn.transaction_status != TransactionStatus.IDLE:
        return False
    with selectors.DefaultSelector() as selector:
        selector.register(connection.pgconn.socket, selectors.EVENT_READ)
        return not selector.select(0)
