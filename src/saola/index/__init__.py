"""Composite indicators: impute, treat, normalise, weigh, aggregate, rank, uncertainty, explain."""

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
