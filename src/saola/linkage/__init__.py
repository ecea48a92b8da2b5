"""Who is the same person: names, numbers, and the linkage of records."""

from importlib import import_module
from typing import Any

# Each is imported when it is first asked for: names and numbers are read by servers that link
# nothing, and the engine brings DuckDB and SciPy.
_HOMES = {
    "LinkModel": "saola.linkage.model",
    "Linkage": "saola.linkage.linkage",
    "Score": "saola.linkage.scoring",
    "link": "saola.linkage.engine",
    "link_files": "saola.linkage.partitions",
    "load": "saola.linkage.model",
    "score": "saola.linkage.scoring",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    """Import a part when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'saola.linkage' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
