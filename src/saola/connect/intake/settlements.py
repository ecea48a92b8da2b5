"""Settlements as read, each row usable or set aside with the reason."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from saola.connect.distances import Flags, Floats
from saola.connect.intake.border import inside as held
from saola.connect.intake.columns import (
    FAULT,
    amounts,
    column,
    measures,
    placed,
    require,
    table,
)
from saola.connect.region.places import SETTLEMENTS
from saola.connect.terrain import Terrain
from saola.errors import InputError
from saola.language import text

TRUE = {"1", "true", "yes", "y", "x", "có", "oui", "vrai"}
NONE = {"none", "no", "không", "aucun", "aucune"}
DEFAULTS = {"grid_km": 1.0, "radius_km": 0.5}
NUMBERS = ("people", "households", "grid_km", "radius_km")


def settlements(
    path: Path,
    terrain: Terrain,
    household: float,
    *,
    border: Any = None,
    raw: pl.DataFrame | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read settlements; rows that cannot be used are set aside with the reason.

    Args:
        path: A CSV with `lat, lon, people` or the columns of ITU's CPP, or a layer of points or
            areas.
        terrain: Rows outside it, or in the sea (height 0 or below), are set aside.
        household: People in a household where the table does not say.
        border: Rows outside this shapely area are set aside; None for no border.
        raw: The table, if it has been read.

    Returns:
        A frame of `SETTLEMENTS`, and the rows set aside with a column `reason`.

    Raises:
        InputError: If a needed column is missing or no row can be used.
    """
    raw = table(path) if raw is None else raw
    require(raw, path.name, ("lat", "lon", "people"))
    found = pl.DataFrame(
        {name: _typed(raw, name, household) for name in SETTLEMENTS}, schema=SETTLEMENTS
    )
    reason = _reasons(found, terrain, border)
    if FAULT in raw.columns:
        broken = raw[FAULT].is_not_null()
        reason = reason.set(broken, text("the row does not fit the headings"))
        raw = raw.drop(FAULT)
    usable = found.filter(reason == "")
    aside = raw.with_columns(reason=reason).filter(pl.col("reason") != "")
    if usable.is_empty():
        first = str(aside["reason"].mode().sort()[0])
        raise InputError("connect-no-settlement", where=path.name, found=raw.height, reason=first)
    return usable, aside


def _typed(raw: pl.DataFrame, name: str, household: float) -> pl.Series:
    place = column(raw, name)
    if name in ("served", "must"):
        if place is None:
            return pl.Series([False] * raw.height)
        return raw[place].str.strip_chars().str.to_lowercase().is_in(TRUE).fill_null(value=False)
    if name in ("id", "name", "unit"):
        return _words(raw, name)
    if name in ("lat", "lon"):
        return measures(raw[str(place)])
    if name == "households":
        own = amounts(raw[place]) if place else pl.Series([None] * raw.height, dtype=pl.Float64)
        return own.fill_null(amounts(raw[str(column(raw, "people"))]) / household)
    read = amounts if name == "people" else measures
    found = read(raw[place]) if place else pl.Series([None] * raw.height, dtype=pl.Float64)
    if name == "grid_km" and place:
        nowhere = raw[place].str.strip_chars().str.to_lowercase().is_in(NONE).fill_null(value=False)
        found = found.set(nowhere, float("inf"))
    return found.fill_null(DEFAULTS[name]) if name in DEFAULTS else found


def _words(raw: pl.DataFrame, name: str) -> pl.Series:
    """Give names; what has none takes the next best, and at last its number."""
    number = pl.Series(range(1, raw.height + 1)).cast(pl.String)
    order = {"id": ("id",), "name": ("name", "id"), "unit": ("unit", "name", "id")}[name]
    found = pl.Series([None] * raw.height, dtype=pl.String)
    for one in order:
        place = column(raw, one)
        if place:
            said = raw[place].str.strip_chars()
            found = found.fill_null(said.set(said == "", None))
    return found.fill_null(number)


def _reasons(found: pl.DataFrame, terrain: Terrain, border: Any) -> pl.Series:
    """Say for each row why it cannot be used; empty where it can."""
    lat, lon = (found[name].fill_null(np.nan).to_numpy() for name in ("lat", "lon"))
    inside = within(terrain, lat, lon)
    checks = (
        (~(np.isfinite(lat) & np.isfinite(lon)), text("no coordinates")),
        (
            (np.abs(lat) > 90) | (np.abs(lon) > 180),
            text("not degrees: coordinates in another projection?"),
        ),
        (
            ~inside & within(terrain, lon, lat),
            text("outside the terrain: are latitude and longitude exchanged?"),
        ),
        (~inside, text("outside the terrain")),
        (inside & ~held(border, lat, lon), text("outside the border")),
        (inside & (_height(terrain, lat, lon, inside) <= 0), text("in the sea")),
        *_counts(found),
        (found["id"].is_duplicated().to_numpy() & ~_first(found), text("its id came before")),
    )
    reason = np.full(found.height, "", dtype=object)
    for broken, said in reversed(checks):
        reason[broken] = said
    return pl.Series(reason.tolist(), dtype=pl.String)


def _counts(found: pl.DataFrame) -> tuple[tuple[Flags, str], ...]:
    value = {name: found[name].fill_null(np.nan).to_numpy() for name in NUMBERS}
    negative = np.any([value[name] < 0 for name in NUMBERS], axis=0)
    return (
        (negative, text("a negative number")),
        (np.isnan(value["people"]), text("people not known")),
        (value["people"] == 0, text("no people")),
    )


def _first(found: pl.DataFrame) -> Flags:
    flags: Flags = found["id"].is_first_distinct().to_numpy()
    return flags


def within(terrain: Terrain, lat: Floats, lon: Floats) -> Flags:
    """Tell which points lie inside the terrain."""
    west, south, east, north = terrain.bounds
    flags: Flags = (lat > south) & (lat < north) & (lon > west) & (lon < east)
    return flags


def _height(terrain: Terrain, lat: Floats, lon: Floats, inside: Flags) -> Floats:
    row = np.where(inside, (terrain.north - lat) / terrain.step_lat, 0).astype(int)
    place = np.where(inside, (lon - terrain.west) / terrain.step_lon, 0).astype(int)
    heights: Floats = terrain.heights_m[row, place].astype(np.float64)
    return heights


def points(path: Path, terrain: Terrain, *, border: Any = None) -> tuple[Floats, int]:
    """Read towers from a CSV with `lat, lon`, as OpenCelliD's and CPP's; cells of a mast are one.

    Returns:
        (longitude, latitude) of those inside terrain and border, shape (towers, 2), and how many
        rows were left out.
    """
    raw = table(path, least=0)
    if raw.is_empty():
        return np.zeros((0, 2)), 0
    lat, lon = (found.round(3) for found in placed(raw, path.name))
    kept = within(terrain, lat, lon)
    kept[kept] &= held(border, lat[kept], lon[kept])
    distinct: Floats = np.unique(np.column_stack((lon, lat))[kept], axis=0)
    return distinct, int((~kept).sum())
