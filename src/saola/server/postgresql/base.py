"""The backend that Django loads: connections that stay open are checked without a round trip."""

import selectors

from django.db.backends.postgresql import base
from psycopg import Connection
from psycopg.pq import ConnStatus


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is asked whether it works only where something speaks against it."""

    def is_usable(self) -> bool:
        """Tell whether the connection works.

        Nothing waits to be read on an idle connection that works. A server that ends it says so
        or hangs up: both can be read, and then the server is asked.
        """
        return _quiet(self.connection) or bool(super().is_usable())


def _quiet(connection: "Connection[object] | None") -> bool:
    if connection is None or connection.pgconn.status != ConnStatus.OK:
        return False
    with selectors.DefaultSelector() as selector:
        selector.register(connection.pgconn.socket, selectors.EVENT_READ)
        return not selector.select(0)
