"""Settlements as read, the places they are divided into, and the sites that could serve them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from saola.connect.distances import EARTH_RADIUS, Flags, Floats, Ints
from saola.connect.intake.border import inside
from saola.connect.region.settings import Settings
from saola.connect.terrain import Terrain

GOLDEN = np.pi * (3 - np.sqrt(5))
SETTLEMENTS = pl.Schema(
    {
        "id": pl.String,
        "name": pl.String,
        "lat": pl.Float64,
        "lon": pl.Float64,
        "people": pl.Float64,
        "households": pl.Float64,
        "unit": pl.String,  # the commune it belongs to, for the sentences
        "grid_km": pl.Float64,  # to a power line; inf where there is none
        "radius_km": pl.Float64,  # over which its people live
        "served": pl.Boolean,
        "must": pl.Boolean,
    }
)


@dataclass(frozen=True, eq=False)
class Places:
    """Parts of settlements without service; as many candidate sites as places, then towers.

    Attributes:
        settlement: Row of the settlement each place belongs to, shape (places,).
        lat: Latitudes of the places, degrees.
        lon: Longitudes.
        people: People.
        households: Households.
        must: Whether the place has to be served.
        site_lat: Latitudes of the candidate sites, shape (sites,).
        site_lon: Longitudes.
        site_grid_km: Distance of each site to a power line.
        tower: Whether a tower stands at the site.
    """

    settlement: Ints
    lat: Floats
    lon: Floats
    people: Floats
    households: Floats
    must: Flags
    site_lat: Floats
    site_lon: Floats
    site_grid_km: Floats
    tower: Flags


def places_of(
    settlements: pl.DataFrame,
    towers: Floats,
    terrain: Terrain,
    settings: Settings,
    border: Any = None,
) -> Places:
    """Divide the unserved settlements into places and look for a site near each.

    Args:
        settlements: A frame of `SETTLEMENTS`.
        towers: Standing towers, (longitude, latitude), shape (towers, 2).
        terrain: Without holes; every settlement lies inside.
        settings: Sizes of parts, and how far a site looks for high ground.
        border: A site beyond it stands in its settlement instead; None for no border.
    """
    rows = np.flatnonzero(~settlements["served"].to_numpy())
    people = settlements["people"].to_numpy()[rows]
    parts = np.maximum(1, np.ceil(people / settings.reach.part_people)).astype(np.int64)
    row = np.repeat(rows, parts)
    share = 1.0 / np.repeat(parts, parts)
    column = {name: settlements[name].to_numpy()[row] for name in settlements.columns}
    turn = np.arange(len(row)) - np.repeat(np.cumsum(parts) - parts, parts)
    lat, lon = _spread(column["lat"], column["lon"], column["radius_km"], turn, share)
    lat, lon = _inside(terrain, lat, lon)
    home = inside(border, lat, lon)  # parts are spread around settlements, which lie inside
    lat, lon = np.where(home, lat, column["lat"]), np.where(home, lon, column["lon"])
    site_lat, site_lon = high_ground(terrain, lat, lon, settings.reach.search_km)
    home = inside(border, site_lat, site_lon)
    site_lat, site_lon = np.where(home, site_lat, lat), np.where(home, site_lon, lon)
    return Places(
        settlement=row,
        lat=lat,
        lon=lon,
        people=column["people"] * share,
        households=column["households"] * share,
        must=column["must"],
        site_lat=np.concatenate((site_lat, towers[:, 1])),
        site_lon=np.concatenate((site_lon, towers[:, 0])),
        site_grid_km=np.concatenate((column["grid_km"], np.full(len(towers), 0.2))),
        tower=np.arange(len(row) + len(towers)) >= len(row),
    )


def _spread(
    lat: Floats, lon: Floats, radius_km: Floats, turn: Ints, share: Floats
) -> tuple[Floats, Floats]:
    """Put the parts of a settlement on a sunflower spiral over its radius; one part stays put."""
    far = radius_km * np.sqrt(turn * share)
    north = np.degrees(1000 * far * np.cos(GOLDEN * turn) / EARTH_RADIUS)
    east = np.degrees(1000 * far * np.sin(GOLDEN * turn) / EARTH_RADIUS)
    return lat + north, lon + east / np.cos(np.radians(lat))


def _inside(terrain: Terrain, lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    west, south, east, north = terrain.bounds
    edge = 2 * max(terrain.step_lat, terrain.step_lon)
    return np.clip(lat, south + edge, north - edge), np.clip(lon, west + edge, east - edge)


def high_ground(
    terrain: Terrain, lat: Floats, lon: Floats, reach_km: float
) -> tuple[Floats, Floats]:
    """Find the highest grid point within a square around each point.

    Args:
        terrain: Without holes.
        lat: Latitudes, degrees.
        lon: Longitudes, degrees.
        reach_km: Half the side of the square; 0 keeps the points.
    """
    if reach_km <= 0:
        return lat, lon
    rows, columns = terrain.heights_m.shape
    reach = np.degrees(1000 * reach_km / EARTH_RADIUS)
    high, wide = max(1, int(reach / terrain.step_lat)), max(1, int(reach / terrain.step_lon))
    row = np.rint((terrain.north - lat) / terrain.step_lat).astype(int)
    column = np.rint((lon - terrain.west) / terrain.step_lon).astype(int)
    found_lat, found_lon = lat.copy(), lon.copy()
    for point in range(len(lat)):
        top, left = max(1, row[point] - high), max(1, column[point] - wide)
        window = terrain.heights_m[
            top : min(rows - 1, row[point] + high + 1),
            left : min(columns - 1, column[point] + wide + 1),
        ]
        best = np.unravel_index(int(window.argmax()), window.shape)
        found_lat[point] = terrain.north - (top + int(best[0])) * terrain.step_lat
        found_lon[point] = terrain.west + (left + int(best[1])) * terrain.step_lon
    return found_lat, found_lon
