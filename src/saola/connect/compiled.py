"""Numba's decorators as this room uses them: machine code kept on disk, and never stale.

Numba keeps compiled code beside the source and looks only at the file a function stands in. A
function that calls another file's would go on with that file's old code, so the stamp Numba
compares is replaced by one over every source that may be called.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit, types
from numba.extending import intrinsic

# Loops over profiles hold no NaN and may be summed in any order: without these leave the compiler
# cannot use vector instructions for maxima and sums.
LOOP_LEAVE = {"nnan", "nsz", "reassoc", "contract"}


F = TypeVar("F", bound=Callable[..., Any])


ROOM = Path(__file__).parent
SHARED = ("terrain", "radio")  # folders whose compiled functions the others call


@cache
def _stamp(own: str) -> tuple[float, int]:
    """Give the newest change and the size of the sources that a folder's functions may call."""
    folders = [ROOM / name for name in {own, *SHARED}]
    found = [*ROOM.glob("*.py"), *(file for folder in folders for file in folder.rglob("*.py"))]
    files = [file.stat() for file in found]
    return max(file.st_mtime for file in files), sum(file.st_size for file in files)


def _stamped(dispatcher: Any) -> Any:
    kept = getattr(getattr(dispatcher, "_cache", None), "_cache_file", None)
    if kept is not None and hasattr(kept, "_source_stamp"):
        source = Path(dispatcher.py_func.__code__.co_filename)
        own = source.relative_to(ROOM).parts[0] if source.is_relative_to(ROOM) else ""
        kept._source_stamp = _stamp(own)  # noqa: SLF001  (Numba offers no public way)
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


@intrinsic
def _larger(_typing: Any, _a: float, _b: float) -> Any:
    """Give the larger of two numbers, neither NaN, so that a loop over it can be vectorised.

    What `max` compiles to does not say that NaN cannot occur, and the compiler then keeps the loop
    scalar.
    """

    def generate(_context: Any, builder: Any, _signature: Any, pair: Any) -> Any:
        flags = ("nnan", "nsz")
        first = builder.fcmp_ordered(">", pair[0], pair[1], flags=flags)
        return builder.select(first, pair[0], pair[1], flags=flags)

    return types.float64(types.float64, types.float64), generate


# As the functions that call it see it.
larger = cast(Callable[[float, float], float], _larger)
