"""Who works on a register: many share its door, or one closes it; the dead hold nothing."""

import fcntl
import os
import time
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Self

from django.db import Error
from django.db.backends.base.base import BaseDatabaseWrapper

_OURS = 0x5A01A  # sets our locks apart from those of other programs on the server
_PATIENCE_S = 2.0


class Door:
    """A register's door: on PostgreSQL a lock of the session, on SQLite one on a file beside.

    Both go with the process that holds them, however it ends.

    Args:
        connection: The register's.
    """

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._held = ""  # nothing, `alone` or `shared`
        self._file = -1

    def __enter__(self) -> Self:
        if self._connection.vendor != "postgresql":
            beside = f"{self._connection.settings_dict['NAME']}.intake"
            self._file = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file >= 0:
            os.close(self._file)
        elif self._held:
            with suppress(Error):  # a session that broke holds nothing
                self._release(self._held)

    def close(self) -> bool:
        """Shut all others out, where none is there."""
        return self._take("alone")

    def share(self) -> bool:
        """Let others share, those who closed the door only for a moment having left it."""
        until = time.monotonic() + _PATIENCE_S
        while not self._take("shared"):
            if time.monotonic() > until:
                return False
            time.sleep(0.1)
        return True

    def _take(self, how: str) -> bool:
        if self._file >= 0:
            way = fcntl.LOCK_EX if how == "alone" else fcntl.LOCK_SH
            try:
                fcntl.flock(self._file, way | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        elif not self._asked("pg_try_advisory_lock", how):
            return False
        elif self._held:
            self._release(self._held)
        self._held = how
        return True

    def _release(self, how: str) -> None:
        self._asked("pg_advisory_unlock", how)

    def _asked(self, call: str, how: str) -> bool:
        name = zlib.crc32(self._connection.alias.encode()) - 2**31
        with self._connection.cursor() as cursor:
            ending = "_shared" if how == "shared" else ""
            cursor.execute(f"SELECT {call}{ending}(%s, %s)", [_OURS, name])
            return bool(cursor.fetchone()[0])


@contextmanager
def only(file: Path) -> Iterator[bool]:
    """Say whether nobody else works on a file, and keep it locked during a `with` block.

    Args:
        file: Where it is gone, or cannot be locked, somebody else may be at work on it.
    """
    with ExitStack() as stack:
        alone = False
        with suppress(OSError):
            stream = stack.enter_context(file.open("r+b"))
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            alone = True
        yield alone
