"""A full disk, which each part that writes for us tells in a way of its own."""

import errno

from saola.errors import StateError

_CODES = (errno.ENOSPC, errno.EDQUOT)
# Polars wraps the system's words in errors about files, DuckDB in one about memory.
_WORDS = (
    "No space left on device",
    "Disk quota exceeded",
    "os error 28",
    "failed to offload data block",
)


def is_full(error: BaseException) -> bool:
    """Tell whether an error means that the disk is full."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in _CODES
    return any(words in str(error) for words in _WORDS)


def full(error: BaseException, where: object = "") -> StateError:
    """Give the error that a person is told.

    Args:
        error: What the part raised.
        where: What was being written.
    """
    first = str(error).partition("\n")[0]
    return StateError("disk-full", where=str(where), found=first[:200])
