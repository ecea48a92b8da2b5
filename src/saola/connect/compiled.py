"""Numba's decorators as this room uses them: machine code kept on disk, and never stale.

Numba keeps compiled code beside the source and looks only at the file a function stands in. A
function that calls another file's would go on with that file's old code, so the stamp Numba
compares is replaced by one over every source of the room.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from numba import njit

# Loops over profiles hold no NaN and may be summed in any order: without these leave the compiler
# cannot use vector instructions for maxima and sums.
LOOP_LEAVE = {"nnan", "nsz", "reassoc", "contract"}


F = TypeVar("F", bound=Callable[..., Any])


@cache
def _stamp() -> tuple[float, int]:
    files = [file.stat() for file in sorted(Path(__file__).parent.rglob("*.py"))]
    return max(file.st_mtime for file in files), sum(file.st_size for file in files)


def _stamped(dispatcher: Any) -> Any:
    kept = getattr(getattr(dispatcher, "_cache", None), "_cache_file", None)
    if kept is not None and hasattr(kept, "_source_stamp"):
        kept._source_stamp = _stamp()  # noqa: SLF001  (Numba offers no public way)
    return dispatcher


def compiled(function: F) -> F:
    """Compile a function of scalars; division by zero gives infinity, as in NumPy."""
    dispatcher: F = _stamped(njit(cache=True, error_model="numpy", nogil=True)(function))
    return dispatcher


def compiled_loop(function: F) -> F:
    """Compile a loop over a profile so that it may use vector instructions."""
    made = njit(cache=True, error_model="numpy", nogil=True, fastmath=LOOP_LEAVE)(function)
    dispatcher: F = _stamped(made)
    return dispatcher
