"""An invented region: terrain, villages, a line of fibre. Nothing in it is a real place."""

import numpy as np
import polars as pl

from saola.connect.distances import Floats
from saola.connect.region.build import Inputs
from saola.connect.region.places import SETTLEMENTS
from saola.connect.terrain import Look, invented_ground, invented_terrain

WEST, SOUTH = 40.0, 5.0  # anywhere: the land is invented
STEP_M = 180.0


def invented_region(
    rng: np.random.Generator, count: int = 300, *, side_deg: float = 0.9, relief_m: float = 900.0
) -> Inputs:
    """Invent a province without service: villages in valleys and hills, one trunk of fibre.

    Args:
        rng: The same generator gives the same region.
        count: Settlements.
        side_deg: Side of the square region, degrees.
        relief_m: Height of the highest ground.
    """
    margin = 0.1
    bounds = (WEST - margin, SOUTH - margin, WEST + side_deg + margin, SOUTH + side_deg + margin)
    terrain = invented_terrain(rng, bounds, step_m=STEP_M, look=Look(relief_m=relief_m))
    ground = invented_ground(rng, terrain)
    middles = rng.uniform(0.05, side_deg - 0.05, (max(3, count // 8), 2))
    near = rng.integers(0, len(middles), count)
    offset = np.clip(middles[near] + rng.normal(0, 0.03, (count, 2)), 0.01, side_deg - 0.01)
    people = np.clip(rng.lognormal(6.4, 0.7, count), 80, 4000).round()
    table = pl.DataFrame(
        {
            "id": [f"V{number:04d}" for number in range(1, count + 1)],
            "name": [f"Village {number}" for number in range(1, count + 1)],
            "lat": SOUTH + offset[:, 0],
            "lon": WEST + offset[:, 1],
            "people": people,
            "households": (people / 4.0).round(),
            "unit": [f"Commune {number + 1}" for number in near.tolist()],
            "grid_km": np.where(rng.random(count) < 0.8, rng.exponential(1.0, count), np.inf),
            "radius_km": np.full(count, 0.6),
            "served": np.zeros(count, dtype=bool),
            "must": np.zeros(count, dtype=bool),
        },
        schema=SETTLEMENTS,
    )
    towers = np.column_stack((table["lon"].to_numpy(), table["lat"].to_numpy()))
    standing = rng.permutation(count)[: count // 20]
    return Inputs(table, _trunk(rng, side_deg), towers[standing], ground)


def _trunk(rng: np.random.Generator, side_deg: float) -> Floats:
    """Draw a winding line of fibre across the region."""
    along = np.linspace(0.0, side_deg, 400)
    swing = 0.08 * np.sin(along * 9 + rng.uniform(0, 6)) + side_deg * rng.uniform(0.35, 0.65)
    return np.column_stack((WEST + along, SOUTH + swing))
