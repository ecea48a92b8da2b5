"""Polygons out of text: WKT, or WKB in hexadecimal, as tables carry them."""

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

HEX = r"^(?:00|01)[0-9A-Fa-f]{8,}$"
REASONS = ("unreadable", "empty", "parts", "kind")
_KIND = shapely.GeometryType


def read(texts: pl.Series) -> tuple[NDArray[np.object_], pl.Series]:
    """Read a column of geometries as plane polygons.

    A multipolygon of one part is that polygon, and a closed line is what it encloses.

    Args:
        texts: Text; null where there is none.

    Returns:
        The polygons, None where there is none, and the reason why, null where there is one:
        `unreadable`, `empty`, `parts` (several), `kind` (a point, an open line).
    """
    found = _parse(texts)
    present = ~shapely.is_missing(found)
    found = shapely.force_2d(found)
    kind = shapely.get_type_id(found)
    many = (kind == _KIND.MULTIPOLYGON) & (shapely.get_num_geometries(found) == 1)
    found = np.where(many, shapely.get_geometry(found, 0), found)
    ring = (kind == _KIND.LINESTRING) & shapely.is_closed(found) & (_points(found) >= 4)
    for place in np.flatnonzero(ring).tolist():
        found[place] = shapely.Polygon(shapely.get_coordinates(found[place]))
    kind = shapely.get_type_id(found)
    # The last reason that holds is the one told, so the plainest comes last.
    reason = np.full(len(found), None, dtype=object)
    reason[kind != _KIND.POLYGON] = "kind"
    reason[kind == _KIND.MULTIPOLYGON] = "parts"
    reason[shapely.is_empty(found)] = "empty"
    finite = np.isfinite(shapely.bounds(found)).all(axis=1)
    reason[~finite & ~shapely.is_empty(found)] = "unreadable"
    reason[~present] = "unreadable"
    found[reason != None] = None  # noqa: E711  (an array of objects)
    return found, pl.Series("reason", reason.tolist(), dtype=pl.String)


def _points(found: NDArray[np.object_]) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = shapely.get_num_coordinates(found)
    return counts


def _parse(texts: pl.Series) -> NDArray[np.object_]:
    clean = texts.str.strip_chars().str.replace(r"^(?i)SRID=\d+;", "")
    coded = clean.str.contains(HEX).fill_null(value=False).to_numpy()
    values = clean.fill_null("").to_numpy().astype(object)
    found = np.full(len(values), None, dtype=object)
    with np.errstate(invalid="ignore"):
        found[coded] = shapely.from_wkb(values[coded], on_invalid="ignore")
        found[~coded] = shapely.from_wkt(values[~coded], on_invalid="ignore")
    return found
