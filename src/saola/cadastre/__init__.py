"""Parcels without a server: their code, their zones, and what is wrong with their shapes."""

from importlib import import_module
from typing import Any

# Each is imported when it is first asked for: a server that mints no code needs no Numba.
_HOMES = {"Shapes": "saola.cadastre.shapes", "codes": "saola.cadastre.parcel_code"}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    """Import a part when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'saola.cadastre' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
