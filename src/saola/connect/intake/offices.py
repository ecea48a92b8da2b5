"""Schools, clinics, commune and post offices: sites that must be served."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from saola.connect.distances import Floats, Ints, pairs_within
from saola.connect.intake.border import inside as held
from saola.connect.intake.columns import amounts, column, placed, table
from saola.connect.intake.settlements import within
from saola.connect.region.places import SETTLEMENTS
from saola.connect.terrain import Terrain

NEAR_M = 1000.0
USERS = 50.0  # of a site that stands alone and does not say


def with_offices(
    settlements: pl.DataFrame, path: Path, terrain: Terrain, *, border: Any = None
) -> pl.DataFrame:
    """Mark what has to be served: the settlement an office stands in, or the office itself.

    An office within 1 km of a settlement makes that settlement one that must be served. One
    farther from all becomes a settlement of its own with its users, 50 if not told.

    Args:
        settlements: A frame of `SETTLEMENTS`.
        path: A table with `lat, lon` and, if known, `id, name, users` (`people`), or a layer.
        terrain: Offices outside it are passed over.
        border: So are those beyond this shapely area; None for no border.
    """
    raw = table(path)
    lat, lon = placed(raw, path.name)
    inside = within(terrain, lat, lon)
    inside[inside] &= held(border, lat[inside], lon[inside])
    raw, lat, lon = raw.filter(pl.Series(inside)), lat[inside], lon[inside]
    office, home, metres = pairs_within(
        lat, lon, settlements["lat"].to_numpy(), settlements["lon"].to_numpy(), NEAR_M
    )
    order = np.lexsort((metres, office))
    office, home = office[order], home[order]
    first = np.unique(office, return_index=True)[1]
    must = settlements["must"].to_numpy().copy()
    must[home[first]] = True
    alone = np.setdiff1d(np.arange(len(lat)), office)
    rows = _alone(raw[alone.tolist()], lat[alone], lon[alone], alone)
    return pl.concat([settlements.with_columns(must=pl.Series(must)), rows])


def _alone(
    raw: pl.DataFrame,
    lat: Floats,
    lon: Floats,
    place: Ints,
) -> pl.DataFrame:
    """Make settlements of offices that stand alone."""
    count = raw.height
    users = column(raw, "people") or ("users" if "users" in raw.columns else None)
    people = amounts(raw[users]) if users else pl.Series([None] * count, dtype=pl.Float64)
    named = column(raw, "name")
    codes = [f"office-{number + 1}" for number in place.tolist()]
    name = raw[named].to_list() if named else codes
    unit = raw[str(column(raw, "unit"))].to_list() if column(raw, "unit") else name
    return pl.DataFrame(
        {
            "id": codes, "name": name, "lat": lat, "lon": lon,
            "people": people.fill_null(USERS).clip(1.0),
            "households": np.ones(count), "unit": unit, "grid_km": np.ones(count),
            "radius_km": np.full(count, 0.1), "served": np.zeros(count, bool),
            "must": np.ones(count, bool),
        },
        schema=SETTLEMENTS,
    )  # fmt: skip
