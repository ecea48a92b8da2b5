"""Tables as people keep them: CSV, XLSX or Parquet, or layers of points and areas."""

import re
from collections.abc import Callable, Iterable
from math import cos, pi, radians, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from saola.connect.distances import Floats
from saola.errors import InputError
from saola.observations import tabular
from saola.units import shapes

ALIASES = {
    "id": ("id", "poi_id", "code"),
    "name": ("name", "name_en"),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "lng", "long", "longitude"),
    "people": ("people", "population", "number_of_users"),
    "households": ("households",),
    "unit": ("unit", "commune", "commune_code", "poi_type"),
    "grid_km": ("grid_km",),
    "radius_km": ("radius_km",),
    "served": ("served", "is_connected"),
    "must": ("must",),
}
LAYERS = {".geojson", ".json", ".gpkg", ".geoparquet"}
LINE, FAULT = "_line", "_fault"  # what the reader of tables adds
KM2_A_DEGREE2 = 111.195**2
THOUSANDS = re.compile(r"^\d{1,3}([.,\u202f\u00a0 ]\d{3})+$")
DECIMAL_COMMA = re.compile(r"^-?\d+,\d+$")


def existing(path: Path) -> Path:
    """Give the path of a file that is there.

    Raises:
        InputError: If it is not.
    """
    if not path.is_file():
        raise InputError("profile-file-missing", where=str(path), found=str(path))
    return path


def table(path: Path, *, least: int = 1) -> pl.DataFrame:
    """Read a table or a layer as texts with lower-case headings.

    A layer's features become rows with `lat` and `lon` of a point inside them; an area also gives
    `radius_km`, that of the circle as large as it.

    Args:
        path: The file.
        least: Rows it must have.

    Raises:
        InputError: If the file is missing, cannot be read, or has too few rows.
    """
    existing(path)
    parts = [_layer(path)] if path.suffix.lower() in LAYERS else list(tabular.blocks(path))
    found = pl.concat(parts) if parts else pl.DataFrame()
    if found.height < least:
        raise InputError("connect-empty", where=path.name)
    found = found.rename({name: name.strip().lower() for name in found.columns})
    return found.rename({LINE: "line"}) if LINE in found.columns else found


def _layer(path: Path) -> pl.DataFrame:
    rows = []
    for shape in shapes.read(path):
        told = {str(name).lower(): _said(value) for name, value in shape.properties.items()}
        if shape.geometry is not None and not shape.geometry.is_empty:
            point = shape.geometry.representative_point()
            told |= {"lat": str(point.y), "lon": str(point.x)}
            if shape.geometry.area > 0:
                told.setdefault("radius_km", _radius(shape.geometry))
        rows.append(told)
    return pl.DataFrame(rows, infer_schema_length=None).cast(pl.String)


def _said(value: object) -> str:
    return "" if value is None else str(value)


def _radius(area: Any) -> str:
    """Give the radius of a circle as large as an area in degrees, km."""
    middle = cos(radians(area.centroid.y))
    return f"{sqrt(area.area * KM2_A_DEGREE2 * middle / pi):.3f}"


def column(found: pl.DataFrame, name: str) -> str | None:
    """Give the heading under which a table holds something, None where it does not."""
    return next((one for one in ALIASES.get(name, (name,)) if one in found.columns), None)


def require(found: pl.DataFrame, where: str, names: Iterable[str]) -> None:
    """Refuse a table without some columns, by any of their headings.

    Raises:
        InputError: Which columns are missing, and which there are.
    """
    missing = [name for name in names if column(found, name) is None]
    if missing:
        there = ", ".join(found.columns)
        raise InputError("connect-columns", where=where, found=", ".join(missing), columns=there)


def placed(found: pl.DataFrame, where: str) -> tuple[Floats, Floats]:
    """Read latitudes and longitudes of a table as they stand; NaN where a row has none.

    Args:
        found: The table.
        where: Its name, for the error.

    Raises:
        InputError: If the table has no such column.
    """
    require(found, where, ("lat", "lon"))
    lat, lon = (
        measures(found[str(column(found, name))]).fill_null(np.nan).to_numpy()
        for name in ("lat", "lon")
    )
    return lat, lon


def measures(said: pl.Series) -> pl.Series:
    """Read degrees and lengths; a lone comma is a decimal mark."""
    return _numbers(
        said, lambda text: text.replace(",", ".") if DECIMAL_COMMA.match(text) else text
    )


def amounts(said: pl.Series) -> pl.Series:
    """Read counts; marks between groups of three digits are dropped.

    A dot before three digits stands between thousands, as Vietnamese and French tables write them.
    """
    return _numbers(
        said,
        lambda text: (
            re.sub(r"[.,\u202f\u00a0 ]", "", text)
            if THOUSANDS.match(text)
            else text.replace(",", ".")
        ),
    )


def _numbers(said: pl.Series, mended: Callable[[str], str]) -> pl.Series:
    found = said.str.strip_chars().map_elements(mended, pl.String, skip_nulls=True)
    return found.cast(pl.Float64, strict=False)
