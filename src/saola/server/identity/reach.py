"""The units that a right reaches: its own and all that lie in it."""

from functools import cache
from pathlib import Path

from django.conf import settings

from saola import units

EVERYWHERE = frozenset({"*"})


def reach(unit: str) -> frozenset[str]:
    """Give a unit's code and those of all that lie in it; `*` stays what it is."""
    if unit == "*":
        return EVERYWHERE
    known = registry()
    codes, waiting = {unit}, [unit] if unit in known else []
    while waiting:
        below = {child.code for child in known.children(waiting.pop(), every=True)} - codes
        codes |= below
        waiting += below
    return frozenset(codes)


def registry() -> units.Registry:
    """Give the units of the workspace, read anew once they change."""
    own = Path(settings.HOME) / "units"
    return _units(own, own.stat().st_mtime_ns if own.is_dir() else 0)


@cache
def _units(folder: Path, _changed: int) -> units.Registry:
    return units.registry(folder)
