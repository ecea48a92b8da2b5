"""Saola measures a country's digital transformation and plans how to leave no one offline.

In a notebook:

    import saola

    edition = saola.framework("un-egdi-2022")
    reading = saola.read("EGOV_DATA_2022.csv")
    saola.score(edition, reading.observations)
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# What a notebook needs at hand; each is imported when it is first asked for, so that
# `import saola` stays quick.
_HOMES = {
    "Workspace": "saola.workspace",
    "catalogue": "saola.frameworks",
    "charts": "saola.charts",
    "framework": "saola.frameworks",
    "index": "saola.index",
    "load": "saola.frameworks",
    "observations": "saola.observations",
    "rank": "saola.frameworks",
    "read": "saola.notebook",
    "registry": "saola.units",
    "score": "saola.frameworks",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    """Import a part when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'saola' has no attribute {name!r}")
    home = _HOMES[name]
    found = import_module(home)
    return found if home.rpartition(".")[2] == name else getattr(found, name)


def __dir__() -> list[str]:
    """Name the parts for completion."""
    return sorted({*__all__, "__version__"})
