"""Geometry of a file's rows: read, turned into a zone of VN-2000, measured; no database."""

from typing import Any

import numpy as np
import polars as pl
import shapely

from saola.cadastre import texts, zones
from saola.cadastre.shapes import Shapes
from saola.server.registries import rules

WGS84 = 4326
WKB, AREA, ZONE = "__wkb", "__area", "__zone"
BOX = ("west", "south", "east", "north")
REACH = 3.0  # degrees of longitude from a zone's meridian
LATITUDES = (-60.0, 60.0)


def shaped(frame: pl.DataFrame) -> pl.DataFrame:
    """Read the geometry into its zone, and give its area and its box in WGS 84.

    Args:
        frame: Columns `geometry` (text) and `epsg`; what is wrong with a row is added to `REASONS`.
    """
    polygons, why = texts.read(frame["geometry"])
    said = frame["epsg"].fill_null(0).to_numpy()
    zone = np.where(np.isin(said, list(zones.zones())), said, 0)
    present = ~shapely.is_missing(polygons)
    world = present & (said == WGS84)
    zone[world] = _into_zones(polygons, world)
    ready = present & (zone > 0)
    box = np.full((len(polygons), 4), np.nan)
    for epsg in np.unique(zone[ready]).tolist():
        mine = ready & (zone == epsg)
        box[mine] = zones.box_to_wgs84(shapely.bounds(polygons[mine]), epsg=epsg)
    meridian = np.array(
        [zones.zones()[each].meridian if each else np.nan for each in zone.tolist()]
    )
    away = np.abs(box[:, [0, 2]] - meridian[:, None]).max(axis=1) > REACH
    far = ready & (away | ~np.isfinite(box).all(axis=1))
    far |= ready & ((box[:, 1] < LATITUDES[0]) | (box[:, 3] > LATITUDES[1]))
    read = {
        WKB: pl.Series(shapely.to_wkb(polygons).tolist(), dtype=pl.Binary),
        AREA: pl.Series(_areas(polygons, ready & ~far)).fill_nan(None),
        ZONE: pl.Series(zone, dtype=pl.Int64),
        **{name: pl.Series(box[:, place]).fill_nan(None) for place, name in enumerate(BOX)},
    }
    told = pl.lit(why.alias("told")).fill_null("")
    unknown = pl.col("epsg").is_not_null() & (pl.col(ZONE) == 0)
    faults = {
        **{f"geometry-{kind}": told == kind for kind in texts.REASONS},
        "geometry-range": pl.lit(pl.Series(far)),
        "epsg-unknown": unknown & pl.lit(pl.Series(present)),
    }
    given = pl.col("geometry").is_not_null()
    faults = {code: wrong & given for code, wrong in faults.items()}
    return rules.mark(frame.with_columns(**read), faults)


def _areas(polygons: np.ndarray[Any, Any], which: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Give the areas of some polygons; coordinates beyond reason would overflow."""
    found = np.full(len(polygons), np.nan)
    found[which] = shapely.area(polygons[which])
    return found


def _into_zones(polygons: np.ndarray[Any, Any], world: np.ndarray[Any, Any]) -> list[int]:
    """Turn polygons in degrees, in place, into the zones nearest to them."""
    chosen: list[int] = []
    for place in np.flatnonzero(world).tolist():
        west, _, east, _ = polygons[place].bounds
        epsg = zones.nearest_zone((west + east) / 2).epsg
        polygons[place] = shapely.transform(
            polygons[place], lambda xy, to=epsg: zones.degrees(xy, to)
        )
        chosen.append(epsg)
    return chosen


def minted(wkb: pl.Series, zone: pl.Series) -> pl.Series:
    """Mint the codes of parcels; empty where the ring is not sound, for its point may yet move.

    Args:
        wkb: Polygons in metres of their zones.
        zone: EPSG codes.
    """
    from saola.cadastre.parcel_code import codes  # noqa: PLC0415  (Numba is slow to load)

    polygons = shapely.from_wkb(wkb.to_list())
    sound = shapely.is_valid(polygons) & (shapely.area(polygons) > 0)
    found = np.full(len(polygons), "", dtype="U12")
    where = zone.to_numpy()
    for epsg in np.unique(where[sound]).tolist():
        mine = sound & (where == epsg)
        found[mine] = codes(Shapes.of(polygons[mine]), epsg=epsg)
    return pl.Series("code", found.tolist(), dtype=pl.String)
