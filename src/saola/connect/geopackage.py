"""GeoPackage, written with what Python has: points and lines in WGS 84."""

import sqlite3
import struct
from pathlib import Path

import polars as pl

APPLICATION = 0x47504B47  # "GPKG"
VERSION = 10300
WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
)
CORE = f"""
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
 organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,
 description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL,
 identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL,
 min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
 geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL,
 m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name));
"""
KINDS = {pl.Float64: "DOUBLE", pl.Int64: "INTEGER", pl.Boolean: "BOOLEAN"}

Layer = tuple[pl.DataFrame, list[list[tuple[float, float]]]]


def write(path: Path, layers: dict[str, Layer], when: str) -> None:
    """Write layers into a new GeoPackage.

    Args:
        path: The file; one that is there is replaced.
        layers: By name, a frame and for each of its rows the points (longitude, latitude) of its
            geometry: one point is a point, more are a line.
        when: The time it was made, as ISO 8601 in UTC.

    Source: OGC 12-128r18, GeoPackage 1.3.
    """
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as db:
        db.executescript(CORE)
        db.executemany(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, '')",
            [
                ("Undefined cartesian", -1, "NONE", -1, "undefined"),
                ("Undefined geographic", 0, "NONE", 0, "undefined"),
                ("WGS 84", 4326, "EPSG", 4326, WGS84),
            ],
        )
        for name, layer in layers.items():
            _layer(db, name, layer, when)
    db.close()


def _layer(db: sqlite3.Connection, name: str, layer: Layer, when: str) -> None:
    table, shapes = layer
    columns = ", ".join(
        f'"{column}" {KINDS.get(type(kind), "TEXT")}' for column, kind in table.schema.items()
    )
    db.execute(f'CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY, geom BLOB, {columns})')
    marks = ", ".join("?" * (table.width + 1))
    names = ", ".join(f'"{column}"' for column in table.columns)
    rows = [(geometry(shape), *row) for shape, row in zip(shapes, table.iter_rows(), strict=True)]
    db.executemany(f'INSERT INTO "{name}" (geom, {names}) VALUES ({marks})', rows)  # noqa: S608  (names are the project's own)
    every = [point for shape in shapes for point in shape] or [(0.0, 0.0)]
    west, south = min(x for x, _ in every), min(y for _, y in every)
    east, north = max(x for x, _ in every), max(y for _, y in every)
    db.execute(
        "INSERT INTO gpkg_contents VALUES (?, 'features', ?, '', ?, ?, ?, ?, ?, 4326)",
        (name, name, when, west, south, east, north),
    )
    kind = "LINESTRING" if any(len(shape) > 1 for shape in shapes) else "POINT"
    db.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, 4326, 0, 0)", (name, kind))


def geometry(points: list[tuple[float, float]]) -> bytes:
    """Write a point or line as GeoPackage binary: header without envelope, then WKB."""
    head = struct.pack("<2sBBi", b"GP", 0, 1, 4326)
    if len(points) == 1:
        return head + struct.pack("<BIdd", 1, 1, *points[0])
    flat = [value for point in points for value in point]
    return head + struct.pack(f"<BII{len(flat)}d", 1, 2, len(points), *flat)
