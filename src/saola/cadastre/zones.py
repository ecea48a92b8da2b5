"""VN-2000: its eighteen zones of three degrees, and the one way from them to WGS 84.

EPSG knows two operations from VN-2000 to WGS 84; they differ by 0.685 m at Hà Nội, and PROJ picks
one silently. A parcel code is finer than that, so the operation is written out here and pinned.

Source: Decision 05/2007/QĐ-BTNMT (parameters), EPSG "VN-2000 to WGS 84 (2)", coordinate-frame
rotation; EPSG 5896–5899 and 9205–9218 (zones).
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from saola.errors import InputError

OPERATION = "VN-2000 to WGS 84 (2)"
_HELMERT = (
    "+proj=helmert +x=-191.90441429 +y=-39.30318279 +z=-111.45032835"
    " +rx=-0.00928836 +ry=0.01975479 +rz=-0.00427372 +s=0.252906278 +convention=coordinate_frame"
)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Zone:
    """One zone of VN-2000.

    Attributes:
        epsg: Its EPSG code.
        meridian: Its central meridian in degrees east.
        name: Its name.
    """

    epsg: int
    meridian: float
    name: str


@cache
def zones() -> dict[int, Zone]:
    """Give the zones by EPSG code, from west to east."""
    file = resources.files("saola.cadastre") / "zones.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    listed = [Zone(int(row["epsg"]), float(row["meridian"]), row["name"]) for row in rows]
    return {zone.epsg: zone for zone in listed}


@cache
def _transformer(epsg: int) -> Transformer:
    if epsg not in zones():
        raise InputError("zone-unknown", found=epsg, known=", ".join(map(str, zones())))
    return Transformer.from_pipeline(
        f"+proj=pipeline +step +inv +proj=tmerc +lat_0=0 +lon_0={zones()[epsg].meridian}"
        " +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84"
        f" +step +proj=cart +ellps=WGS84 +step {_HELMERT}"
        " +step +inv +proj=cart +ellps=WGS84"
        " +step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )


def to_wgs84(easting: Floats, northing: Floats, *, epsg: int) -> tuple[Floats, Floats]:
    """Turn coordinates of one zone into WGS 84.

    Args:
        easting: Metres, shape (n,).
        northing: Metres, shape (n,).
        epsg: The zone.

    Returns:
        Longitude and latitude in degrees, each of shape (n,).

    Raises:
        InputError: If the zone is not one of VN-2000's.
    """
    lon, lat = _transformer(epsg).transform(easting, northing)
    return np.asarray(lon), np.asarray(lat)


def from_wgs84(lon: Floats, lat: Floats, *, epsg: int) -> tuple[Floats, Floats]:
    """Turn WGS 84 into coordinates of one zone: the inverse of `to_wgs84`."""
    easting, northing = _transformer(epsg).transform(lon, lat, direction="INVERSE")
    return np.asarray(easting), np.asarray(northing)


def nearest_zone(lon: float) -> Zone:
    """Give the zone whose meridian is nearest to a longitude."""
    return min(zones().values(), key=lambda zone: abs(zone.meridian - lon))


def degrees(lonlat: Floats, epsg: int) -> Floats:
    """Turn longitudes and latitudes, shape (n, 2), into coordinates of one zone."""
    return np.column_stack(from_wgs84(lonlat[:, 0], lonlat[:, 1], epsg=epsg))


def box_to_wgs84(boxes: Floats, *, epsg: int) -> Floats:
    """Give the boxes in WGS 84 that hold boxes of one zone.

    Args:
        boxes: min x, min y, max x, max y in metres, shape (n, 4).
        epsg: The zone.

    Returns:
        west, south, east, north in degrees, shape (n, 4).
    """
    # Edges bend by less than a corner's own shift in boxes as small as parcels.
    corners = boxes[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 2)
    lon, lat = to_wgs84(corners[:, 0], corners[:, 1], epsg=epsg)
    lon, lat = lon.reshape(-1, 4), lat.reshape(-1, 4)
    return np.column_stack([lon.min(1), lat.min(1), lon.max(1), lat.max(1)])
