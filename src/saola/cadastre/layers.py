"""Layers of GIS and drawing files as tables of text, the geometry as WKB in hexadecimal.

GeoPackage, Shapefile (also zipped), GeoJSON and DXF, read by GDAL through pyogrio.
"""

import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import shapely

from saola.cadastre.drivers import pyogrio
from saola.errors import InputError

GEOMETRY, EPSG, LABEL = "geometry", "epsg", "text"
SUFFIXES = (".gpkg", ".shp", ".zip", ".geojson", ".json", ".dxf", ".fgb")


def names(file: Path) -> list[str]:
    """List the layers of a file that have a geometry."""
    return [str(name) for name, kind in pyogrio().list_layers(file) if kind is not None]


def read(file: Path, *, layer: str = "") -> pl.DataFrame:
    """Read one layer.

    Args:
        file: The file.
        layer: Its layer; may be left out where there is one only. In a drawing, the name of the
            drawing's own layer that holds the boundaries; by default all of them.

    Returns:
        Text columns: the layer's own, `geometry`, and `epsg` where the file names its system. Of a
        drawing: one row a closed line, and in `text` what is written inside it.

    Raises:
        InputError: If the layer is absent, or has to be named.
    """
    if file.suffix.lower() == ".dxf":
        return _drawing(_table(file, "entities"), layer)
    found = names(file)
    if layer not in found and (layer or len(found) != 1):
        raise InputError("layer-absent", found=layer or "–", known=", ".join(found))
    return _table(file, layer or found[0])


def readers(layer: str = "") -> dict[str, Callable[[Path], pl.DataFrame]]:
    """Give a reader for each kind of file, by suffix."""
    return dict.fromkeys(SUFFIXES, partial(read, layer=layer))


def _table(file: Path, layer: str) -> pl.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a spoilt file is told by the rows it gives
        known, table = pyogrio().read_arrow(file, layer=layer)
    shape = known["geometry_name"] or "wkb_geometry"
    frame = _texts(table.drop_columns([shape]))
    coded = [value and value.hex() for value in table.column(shape).to_pylist()]
    taken = GEOMETRY if GEOMETRY not in frame.columns else f"{GEOMETRY}'"
    frame = frame.with_columns(pl.Series(taken, coded, dtype=pl.String))
    code = _epsg(known["crs"])
    if code and EPSG not in frame.columns:
        frame = frame.with_columns(pl.lit(code).alias(EPSG))
    return frame


def _texts(table: Any) -> pl.DataFrame:
    columns = {
        name: [None if value is None else str(value) for value in table.column(name).to_pylist()]
        for name in table.column_names
    }
    schema = dict.fromkeys(columns, pl.String)
    # A layer of shapes alone still has its rows.
    frame = pl.DataFrame(columns, schema=schema)
    return frame if columns else pl.select(fid=pl.int_range(table.num_rows).cast(pl.String))


def _epsg(system: str | None) -> str:
    """Give the EPSG code that a file says its coordinates are in; empty where it says none."""
    name, _, code = (system or "").partition(":")
    if name == "OGC" and code == "CRS84":
        return "4326"
    return code if name == "EPSG" and code.isdigit() else ""


def _drawing(table: pl.DataFrame, layer: str) -> pl.DataFrame:
    """Make rows of the closed lines of a drawing, each with the words that stand inside it."""
    drawn = table.drop_nulls(GEOMETRY)
    shapes = shapely.from_wkb(drawn[GEOMETRY].to_list())
    if layer and layer not in set(drawn["Layer"].drop_nulls()):
        known = ", ".join(sorted(drawn["Layer"].drop_nulls().unique()))
        raise InputError("layer-absent", found=layer, known=known)
    chosen = np.array([not layer or value == layer for value in drawn["Layer"]], dtype=bool)
    kind = shapely.get_type_id(shapes)
    lines = (kind == shapely.GeometryType.LINESTRING) & shapely.is_closed(shapes)
    area = chosen & (lines | (kind == shapely.GeometryType.POLYGON))
    written = (kind == shapely.GeometryType.POINT) & drawn["Text"].is_not_null().to_numpy()
    rows = drawn.filter(area)
    words = _inside(shapes[area], shapes[written], drawn.filter(written)["Text"].to_list())
    return rows.drop("Text").with_columns(pl.Series(LABEL, words, dtype=pl.String))


def _inside(rings: Any, points: Any, words: list[str]) -> list[str | None]:
    """Give for each ring the words inside it, in the order of the drawing."""
    found: list[list[str]] = [[] for _ in rings]
    if len(rings) and len(points):
        areas = [
            shapely.Polygon(shapely.get_coordinates(ring)) if ring.geom_type != "Polygon" else ring
            for ring in rings
        ]
        tree = shapely.STRtree(areas)
        for point, ring in sorted(tree.query(points, predicate="within").T.tolist()):
            found[ring].append(words[point])
    return [" ".join(each) or None for each in found]
