"""The ASEM example and small invented indices."""

from pathlib import Path

import numpy as np
import pytest

from saola.index import Build, Recipe, Table, Tree, build, read_recipe, read_tables
from saola.index.tree import Part, tree_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def asem(shared_data: Path) -> tuple[Table, Tree]:
    """The 51 countries and 49 indicators of the ASEM example."""
    folder = shared_data / "asem"
    return read_tables(folder / "asem_data.csv", folder / "asem_meta.csv")


@pytest.fixture(scope="session")
def asem_recipe() -> Recipe:
    """The recipe of the tutorial."""
    return read_recipe(ROOT / "docs" / "guides" / "asem.toml")


@pytest.fixture(scope="session")
def asem_build(asem: tuple[Table, Tree], asem_recipe: Recipe) -> Build:
    """The nominal ASEM index."""
    return build(*asem, asem_recipe)


def tree_with(*pillars: tuple[str, tuple[str, ...]], **directions: int) -> Tree:
    """Make an index of pillars and their indicators, all weights 1."""
    parts = [Part("index", level=3)]
    for pillar, indicators in pillars:
        parts.append(Part(pillar, ("index",), level=2))
        parts += [Part(code, (pillar,), direction=directions.get(code, 1)) for code in indicators]
    return tree_of(parts)


@pytest.fixture
def small() -> tuple[Table, Tree]:
    """Six units, two pillars of two indicators; less of `b2` is better."""
    values = np.array(
        [
            [1.0, 10.0, 3.0, 9.0],
            [2.0, 30.0, 1.0, 7.0],
            [3.0, 20.0, 4.0, 5.0],
            [4.0, 60.0, 1.5, 6.0],
            [5.0, 40.0, 5.0, 2.0],
            [7.0, 50.0, 9.0, 1.0],
        ]
    )
    tree = tree_with(("a", ("a1", "a2")), ("b", ("b1", "b2")), b2=-1)
    return Table(tuple("UVWXYZ"), ("a1", "a2", "b1", "b2"), values), tree
