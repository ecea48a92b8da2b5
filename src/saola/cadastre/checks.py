"""What is wrong with parcels, each finding a row: rule, parcel, the other parcel, how much, where.

Source: after the quality rules of the LADM-COL assistant and
Circular 25/2024/TT-BTNMT.
"""

import numpy as np
import polars as pl
import shapely

from saola.cadastre.gaps import WIDEST_GAP_M2, holes
from saola.cadastre.overlap import overlaps
from saola.cadastre.shapes import Shapes

FINDINGS = pl.Schema(
    {
        "rule": pl.String,
        "parcel": pl.Int64,
        "other": pl.Int64,
        "value": pl.Float64,
        "x": pl.Float64,
        "y": pl.Float64,
    }
)
RULES = ("ring-invalid", "overlap", "gap", "sliver", "area-document", "code-duplicate")
SLIVER_COMPACTNESS = 0.05
AREA_SHARE = 0.05


def _rows(rule: str, **columns: object) -> pl.DataFrame:
    frame = pl.DataFrame(columns).with_columns(rule=pl.lit(rule))
    lacking = [pl.lit(None).alias(name) for name in FINDINGS.names() if name not in frame.columns]
    return frame.with_columns(lacking).select(FINDINGS.names()).cast(FINDINGS)


def invalid_rings(shapes: Shapes) -> pl.DataFrame:
    """Find rings that cross or touch themselves, are not closed, or enclose nothing."""
    polygons = shapes.polygons()
    bad = np.flatnonzero(~shapely.is_valid(polygons) | (shapely.area(polygons) <= 0))
    first = shapes.xy[shapes.rings[shapes.parcels[bad]]]
    return _rows("ring-invalid", parcel=bad, x=first[:, 0], y=first[:, 1])


def found_overlaps(shapes: Shapes) -> pl.DataFrame:
    """Find parcels that lie on one another, the area in m²."""
    found = overlaps(shapes)
    return _rows(
        "overlap",
        parcel=found["left"],
        other=found["right"],
        value=found["area"],
        x=found["x"],
        y=found["y"],
    )


def gaps(shapes: Shapes, *, widest: float = WIDEST_GAP_M2) -> pl.DataFrame:
    """Find holes between parcels: enclosed on all sides, and too small to be a place of its own.

    Args:
        shapes: The parcels of one sheet or commune, metres.
        widest: The area in m² from which a hole is taken for a road, a pond or another owner.
    """
    polygons = shapes.polygons()
    found = holes(polygons, widest=widest)
    near = shapely.STRtree(polygons).nearest(found) if len(found) else np.empty(0, np.int64)
    point = shapely.point_on_surface(found)
    return _rows(
        "gap",
        parcel=near,
        value=shapely.area(found),
        x=shapely.get_x(point),
        y=shapely.get_y(point),
    )


def slivers(shapes: Shapes, *, compactness: float = SLIVER_COMPACTNESS) -> pl.DataFrame:
    """Find parcels far too thin: 4π area / perimeter² below a limit (a circle has 1)."""
    polygons = shapes.polygons()
    shape = 4 * np.pi * shapely.area(polygons) / np.maximum(shapely.length(polygons), 1e-9) ** 2
    thin = np.flatnonzero(shape < compactness)
    first = shapes.xy[shapes.rings[shapes.parcels[thin]]]
    return _rows("sliver", parcel=thin, value=shape[thin], x=first[:, 0], y=first[:, 1])


def areas(shapes: Shapes, documented: pl.Series, *, share: float = AREA_SHARE) -> pl.DataFrame:
    """Find parcels whose drawn area is off the documented one by more than a share.

    Args:
        shapes: The parcels, metres.
        documented: The area in m² on the certificate, null where none.
        share: The share of the documented area that is tolerated.
    """
    drawn = pl.Series("drawn", shapely.area(shapes.polygons()))
    off = ((drawn - documented).abs() / documented).fill_null(0)
    bad = np.flatnonzero((off > share).to_numpy())
    first = shapes.xy[shapes.rings[shapes.parcels[bad]]]
    return _rows("area-document", parcel=bad, value=off.gather(bad), x=first[:, 0], y=first[:, 1])


def duplicate_codes(codes: pl.Series) -> pl.DataFrame:
    """Find parcels that bear the code of an earlier row."""
    frame = pl.DataFrame({"code": codes}).with_row_index("parcel")
    frame = frame.with_columns(other=pl.col("parcel").first().over("code"))
    again = frame.filter((pl.col("parcel") != pl.col("other")) & pl.col("code").is_not_null())
    return _rows("code-duplicate", parcel=again["parcel"], other=again["other"])


def all_checks(
    shapes: Shapes, *, documented: pl.Series | None = None, codes: pl.Series | None = None
) -> pl.DataFrame:
    """Run every rule over the parcels of one sheet or commune.

    Invalid rings are found, and left out of the rules that need an inside.

    Returns:
        `FINDINGS`, rows counting from 0.
    """
    bad = invalid_rings(shapes)
    good = np.setdiff1d(np.arange(len(shapes)), bad["parcel"].to_numpy())
    sound = Shapes.of(shapes.polygons()[good]) if len(good) else shapes
    rest = [found_overlaps(sound), gaps(sound), slivers(sound)] if len(good) else []
    if documented is not None and len(good):
        rest.append(areas(sound, documented.gather(good)))
    place = pl.Series(good, dtype=pl.Int64)
    moved = [
        frame.with_columns(
            parcel=pl.lit(place).gather(pl.col("parcel")),
            other=pl.lit(place).gather(pl.col("other")),
        )
        for frame in rest
        if frame.height
    ]
    if codes is not None:
        moved.append(duplicate_codes(codes))
    return pl.concat([bad, *moved])
