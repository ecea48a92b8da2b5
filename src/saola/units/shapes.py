"""Read the outlines of units: GeoPackage, GeoParquet, GeoJSON, as WGS 84 polygons in WKB."""

import json
import sqlite3
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from saola.errors import DependencyError, InputError

SUFFIXES = {".gpkg", ".parquet", ".geoparquet", ".geojson", ".json"}
BOUNDARIES = pl.Schema({"unit": pl.String, "geometry": pl.Binary})
WGS84 = 4326
_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}  # GeoPackage 1.3, 2.1.3.1.1: bytes of envelope


@dataclass(frozen=True, slots=True)
class Shape:
    """One feature: its properties and its geometry as shapely gives it, or None."""

    properties: Mapping[str, Any]
    geometry: Any


def read(file: Path) -> list[Shape]:
    """Read every feature of a file, in WGS 84.

    Args:
        file: A `.gpkg`, `.parquet`, `.geoparquet`, `.geojson` or `.json` file.

    Raises:
        DependencyError: If shapely, or pyproj for another reference system, is not installed.
        InputError: If the file is not what its name says.

    Source: GeoPackage 1.3 (OGC 12-128r17); GeoParquet 1.1; GeoJSON (RFC 7946).
    """
    malformed = (*_MALFORMED, _part("shapely").errors.ShapelyError)
    reader = _READERS.get(file.suffix.lower(), _geojson)
    try:
        return list(reader(file))
    except malformed as fault:
        raise InputError("unit-file", where=file.name, found=_reason(fault)) from fault


def _reason(fault: Exception) -> str:
    return (str(fault).strip() or type(fault).__name__).splitlines()[0][:200]


def _part(name: str) -> Any:
    """Import a part of the extra `connect`, or say how to install it."""
    from importlib import import_module  # noqa: PLC0415  (only geometry needs it)

    try:
        return import_module(name)
    except ImportError:
        raise DependencyError("unit-shapes-extra", found=name) from None


def _geojson(file: Path) -> Iterator[Shape]:
    shapely = _part("shapely.geometry")
    whole = json.loads(file.read_text(encoding="utf-8-sig"))
    if whole.get("type") != "FeatureCollection":
        raise ValueError(f"type {whole.get('type')!r} instead of FeatureCollection")
    for feature in whole["features"]:
        geometry = feature.get("geometry")
        properties = {"id": feature["id"]} if "id" in feature else {}
        yield Shape(
            {**properties, **(feature.get("properties") or {})},
            shapely.shape(geometry) if geometry else None,
        )


def _geoparquet(file: Path) -> Iterator[Shape]:
    from pyarrow.parquet import read_schema  # noqa: PLC0415  (only this reader needs it)

    shapely = _part("shapely")
    said = read_schema(file).metadata or {}
    if b"geo" not in said:
        raise ValueError("no GeoParquet metadata")
    geo = json.loads(said[b"geo"])
    column = geo["primary_column"]
    crs = geo["columns"][column].get("crs")
    move = _mover(None if crs is None else _epsg(crs))
    frame = pl.read_parquet(file)
    shapes = shapely.from_wkb(frame[column].to_list())
    plain = [name for name, kind in frame.schema.items() if name != column and _plain(kind)]
    for row, shape in zip(frame.select(plain).iter_rows(named=True), shapes, strict=True):
        yield Shape(row, move(shape))


def _plain(kind: pl.DataType) -> bool:
    return not kind.is_nested() and kind != pl.Binary


def _epsg(crs: Mapping[str, Any]) -> int | str:
    """Give the code of a PROJJSON system; OGC:CRS84 is WGS 84 in the order of this project."""
    name = crs.get("id", {})
    if name.get("authority") == "OGC":
        return WGS84
    return int(name["code"]) if name.get("authority") == "EPSG" else json.dumps(crs)


def _geopackage(file: Path) -> Iterator[Shape]:
    shapely = _part("shapely")
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
    try:
        table, column, system = connection.execute(
            "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns"
        ).fetchone() or (None, None, None)
        if table is None:
            raise ValueError("no layer with geometries")
        move = _mover(system)
        cursor = connection.execute(f'SELECT * FROM "{_quoted(table)}"')  # noqa: S608  (a name of the file's own, quoted)
        names = [item[0] for item in cursor.description]
        for values in cursor:
            row = dict(zip(names, values, strict=True))
            blob = row.pop(column)
            yield Shape(row, move(None if blob is None else shapely.from_wkb(_bare(blob))))
    finally:
        connection.close()


def _quoted(name: str) -> str:
    return name.replace('"', '""')


def _bare(blob: bytes) -> bytes:
    """Strip the header of a GeoPackage geometry."""
    if blob[:2] != b"GP":
        raise ValueError("a geometry without its GeoPackage header")
    flags = blob[3]
    return blob[8 + _ENVELOPES[flags >> 1 & 7] :]


_READERS = {".gpkg": _geopackage, ".parquet": _geoparquet, ".geoparquet": _geoparquet}

# What the readers raise on files that are not what they say; RuntimeError is pyproj's, and what
# JSON nested too deep gives.
_MALFORMED = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,
    sqlite3.Error,
    struct.error,
    pl.exceptions.PolarsError,
)


def _mover(system: int | str | None) -> Any:
    """Give the function that brings a geometry to WGS 84."""
    if system in (None, WGS84, 0, -1):
        return lambda shape: shape
    shapely, pyproj = _part("shapely"), _part("pyproj")
    transformer = pyproj.Transformer.from_crs(system, WGS84, always_xy=True)

    def move(shape: Any) -> Any:
        if shape is None:
            return None
        return shapely.transform(shape, transformer.transform, interleaved=False)

    return move


def write(frame: pl.DataFrame, file: Path) -> None:
    """Write boundaries as GeoParquet.

    Args:
        frame: Columns `unit` and `geometry` (WKB polygons, WGS 84).
        file: The file to write.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415  (only writing needs it)

    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Polygon", "MultiPolygon"]}},
    }
    table = frame.select(*BOUNDARIES).cast(BOUNDARIES).to_arrow(compat_level=_flat())
    table = table.replace_schema_metadata({"geo": json.dumps(geo)})
    pq.write_table(table, file, compression="zstd")


def _flat() -> pl.CompatLevel:
    return pl.CompatLevel.oldest()  # GeoParquet knows plain binary, not Arrow's views


def boundaries(folder: Path) -> pl.DataFrame:
    """Give the boundaries of a workspace's `units/` folder.

    Returns:
        Columns `unit` and `geometry` (WKB, WGS 84); a later file's row replaces an earlier one's.
    """
    files = sorted(folder.glob("*.parquet")) if folder.is_dir() else []
    frames = [pl.read_parquet(file, columns=list(BOUNDARIES)) for file in files]
    if not frames:
        return pl.DataFrame(schema=BOUNDARIES)
    return pl.concat(frames).unique("unit", keep="last", maintain_order=True).cast(BOUNDARIES)
