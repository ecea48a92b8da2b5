"""Rows of a file of parcels: their geometry in its zone, and what is wrong with them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
import shapely
from django.db.backends.base.base import BaseDatabaseWrapper

from saola.cadastre import shares, texts, zones
from saola.server.land import certificates, models
from saola.server.registries import bulk, rules
from saola.server.registries.intake import REVIEW, ROW
from saola.server.registries.rules import REASONS

WGS84 = 4326
WKB, AREA, ZONE, KEY, SERIES = "__wkb", "__area", "__zone", "__key", "__generation"
BOX = ("west", "south", "east", "north")
REACH = 3.0  # degrees of longitude from a zone's meridian
LATITUDES = (-60.0, 60.0)
LISTS = ("holder", "holder_number", "share")
NUMBER = r"^(\d{9}|\d{10}|\d{12}|\d{10}-\d{3})$"


def check(frame: pl.DataFrame, today: dt.date, *, types: Mapping[str, str]) -> pl.DataFrame:
    """Read the geometry, and add the faults that need several fields.

    Args:
        frame: What the rules for single fields gave.
        today: The day.
        types: Land type → its newest code list.
    """
    frame = _shaped(frame)
    type_ = pl.col("land_type").str.to_uppercase().str.replace_all(" ", "")
    frame = frame.with_columns(
        land_type=type_,
        serial=pl.col("serial").str.to_uppercase(),
        **{KEY: pl.concat_str("commune", "sheet", "number", separator="/")},
    ).with_columns(
        certificates.column(pl.col("serial"), pl.col("issued")).alias(SERIES),
        *(pl.col(name).str.split(";").alias(f"__{name}") for name in LISTS),
    )
    known = pl.col("land_type").str.split("+").list.eval(pl.element().is_in(list(types))).list.all()
    count = pl.col("__holder").list.len()
    numbers = pl.col("__holder_number").list.eval(pl.element().str.strip_chars())
    formed = pl.element().str.contains(NUMBER) | (pl.element() == "")
    faults = {
        "land_type-unknown": ~known,
        "area-range": pl.col("area") <= 0,
        "issued-range": pl.col("issued") > today,
        "serial-generation": pl.col("serial").is_not_null() & pl.col(SERIES).is_null(),
        "holder-missing": pl.col("holder").is_null()
        & (pl.col("holder_number").is_not_null() | pl.col("share").is_not_null()),
        "holder-empty": (
            pl.col("__holder").list.eval(pl.element().str.strip_chars() == "")
        ).list.any(),
        "holder_number-count": pl.col("__holder_number").list.len() != count,
        "holder_number-form": ~numbers.list.eval(formed).list.all(),
        **_share_faults(frame, count),
    }
    return rules.mark(frame, faults)


def _share_faults(frame: pl.DataFrame, count: pl.Expr) -> dict[str, pl.Expr]:
    """Judge shares exactly; a file holds few different ones, so each is read once."""
    written = frame["share"].drop_nulls().unique().to_list()
    read = {text: shares.read(text) for text in written}
    bad = [text for text, found in read.items() if found is None]
    off = [text for text, found in read.items() if found is not None and sum(found) != 1]
    return {
        "share-form": pl.col("share").is_in(bad),
        "share-sum": pl.col("share").is_in(off),
        "share-count": pl.col("__share").list.len() != count,
    }


def _shaped(frame: pl.DataFrame) -> pl.DataFrame:
    """Read the geometry into its zone, and give its area and its box in WGS 84."""
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


def clash(connection: BaseDatabaseWrapper, frame: pl.DataFrame) -> pl.DataFrame:
    """List in `REVIEW` the rows whose older key a parcel of the register or file bears."""
    good = pl.col(REASONS).list.len() == 0
    keys = frame.filter(good)[KEY].unique().to_list()
    taken = bulk.present(connection, models.Version, "key", keys) if keys else set()
    twice = good & (pl.col(ROW) > pl.col(ROW).min().over(pl.when(good).then(pl.col(KEY))))
    faults = {"key-taken": good & pl.col(KEY).is_in(list(taken)), "key-twice": twice}
    return rules.mark(frame, faults, into=REVIEW)
