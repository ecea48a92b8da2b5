"""Cases that the benchmarks of the index engine time: real, invented, and with known errors."""

from pathlib import Path

import numpy as np

from saola.index import Recipe, Table, Tree, read_recipe, read_tables, recipe_of
from saola.index.tree import Part, tree_of

ROOT = Path(__file__).resolve().parents[1]
ASEM = ROOT.parent / "shared" / "data" / "asem"
TUTORIAL = ROOT / "docs" / "guides" / "asem.toml"


def asem() -> tuple[Table, Tree, Recipe]:
    """The ASEM example and the recipe of the tutorial."""
    table, tree = read_tables(ASEM / "asem_data.csv", ASEM / "asem_meta.csv")
    return table, tree, read_recipe(TUTORIAL)


def communes(
    units: int = 3321, indicators: int = 40, *, errors: bool = True
) -> tuple[Table, Tree, Recipe]:
    """Invented communes: 8 pillars, weights drawn at every level, two scales, two means.

    Args:
        units: How many communes.
        indicators: How many indicators, a multiple of 8.
        errors: Whether every value has a standard error.
    """
    rng = np.random.default_rng(7)
    common = rng.normal(size=(units, 1))
    values = 50 + 10 * (0.6 * common + 0.8 * rng.normal(size=(units, indicators)))
    parts = [Part("index", level=4), Part("left", ("index",), level=3)]
    parts.append(Part("right", ("index",), level=3))
    parts += [Part(f"p{i}", ("left" if i < 4 else "right",), level=2) for i in range(8)]
    parts += [Part(f"x{i}", (f"p{i % 8}",)) for i in range(indicators)]
    table = Table(
        tuple(f"XSA.C.{i:05d}" for i in range(units)),
        tuple(f"x{i}" for i in range(indicators)),
        values,
        stderr=np.full(values.shape, 2.0) if errors else None,
    )
    recipe = recipe_of(
        [
            {
                "step": "normalise",
                "alternatives": [
                    {"method": "minmax", "range": [1, 100]},
                    {"method": "zscore", "mean": 10, "sd": 1.5},
                ],
            },
            {"step": "weigh", "noise": 0.25},
            {"step": "aggregate", "alternatives": [{}, {"method": "geometric"}]},
        ]
    )
    return table, tree_of(parts), recipe
