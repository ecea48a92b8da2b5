"""Composite indicators: impute, treat, normalise, weigh, aggregate, rank, uncertainty, explain."""

from importlib import import_module
from typing import Any

from saola.index.build import SCORES, Build, build
from saola.index.coinr import read_tables
from saola.index.recipe import Recipe, read_recipe, recipe_of, usual
from saola.index.table import Table
from saola.index.tree import Part, Tree, tree_of

__all__ = [
    "SCORES",
    "Build",
    "Part",
    "Recipe",
    "Table",
    "Tree",
    "build",
    "read_recipe",
    "read_tables",
    "recipe_of",
    "tree_of",
    "usual",
]

# What a notebook asks for by name, as in `saola.index.inequality`; imported at the first use.
_PARTS = (
    "audit", "backcast", "coherence", "cointool", "compare", "explain", "growth", "inequality",
    "panel", "posterior", "sensitivity", "standings", "study", "weigh", "what_if",
)  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import a part when it is first asked for."""
    if name not in _PARTS:
        raise AttributeError(f"module 'saola.index' has no attribute {name!r}")
    return import_module(f"saola.index.{name}")


def __dir__() -> list[str]:
    """Name the parts for completion."""
    return sorted({*__all__, *_PARTS})
