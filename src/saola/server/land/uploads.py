"""Shapes that an officer uploads or types."""

import tempfile
from pathlib import Path
from typing import Any

import polars as pl
import shapely
from django.core.files.uploadedfile import UploadedFile

from saola.cadastre import layers, texts, zones
from saola.errors import InputError

LARGEST = 5 * 1024 * 1024
MOST = 200
KINDS = ", ".join((*(kind for kind in layers.SUFFIXES if kind != ".shp"), ".csv"))
WGS84 = "4326"


def shapes(file: "UploadedFile[Any]", *, epsg: int, one: bool = False) -> list[Any]:
    """Read the polygons of an uploaded file, in metres of a zone.

    Args:
        file: GeoJSON, GeoPackage, zipped Shapefile, DXF, or CSV with a column `geometry` of WKT.
        epsg: The zone; degrees are turned into it, another zone is refused.
        one: Whether there has to be exactly one.

    Raises:
        InputError: If it cannot be read, holds no sound polygons, too many, or another zone's.
    """
    name = Path(str(file.name)).name
    suffix = Path(name).suffix.lower()
    if suffix not in (*layers.SUFFIXES, ".csv") or suffix == ".shp" or (file.size or 0) > LARGEST:
        raise InputError("intake-file", found=name, kinds=KINDS)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / f"upload{suffix}"
        place.write_bytes(file.read())
        try:
            frame = (
                pl.read_csv(place, infer_schema=False) if suffix == ".csv" else layers.read(place)
            )
        except InputError:
            raise
        except Exception as error:  # noqa: BLE001  (parsers raise many things at spoilt files)
            raise InputError("intake-file", found=f"{name}: {error}"[:200], kinds=KINDS) from None
    if layers.GEOMETRY not in frame.columns or not 0 < frame.height <= MOST:
        raise InputError("intake-file", found=name, kinds=KINDS)
    found, why = texts.read(frame[layers.GEOMETRY])
    if why.null_count() < len(why) or (one and len(found) != 1):
        raise InputError("upload-shapes", found=name, why=", ".join(why.drop_nulls().unique()))
    return [_in_zone(shape, _said(frame), epsg) for shape in found]


def _said(frame: pl.DataFrame) -> str:
    said = (
        frame[layers.EPSG].drop_nulls().unique().to_list() if layers.EPSG in frame.columns else []
    )
    return str(said[0]) if len(said) == 1 else ""


def _in_zone(shape: Any, said: str, epsg: int) -> Any:
    if said == WGS84:
        return shapely.transform(shape, lambda xy: zones.degrees(xy, epsg))
    if said not in ("", str(epsg)):
        raise InputError("upload-zone", found=said, zone=epsg)
    return shape


def line(text: str) -> Any:
    """Read the points of a line, `x y, x y …`, in metres.

    Raises:
        InputError: If they are fewer than two, or no numbers.
    """
    try:
        points = [
            tuple(float(part) for part in point.split())
            for point in text.replace(";", ",").replace("\n", ",").split(",")
            if point.strip()
        ]
        found = shapely.LineString(points)
        sound = found.length > 0 and all(len(point) == 2 for point in points)
    except (ValueError, shapely.GEOSException):
        sound = False
    if not sound:
        raise InputError("split-line", found=text[:80] or "–")
    return found
