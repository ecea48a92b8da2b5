"""The parcel identification code: twelve characters, minted once.

The point inside the parcel farthest from its boundary, in VN-2000; from there to WGS 84 by one
pinned operation; its GeoHash. Tolerance, operation and length are part of the code's definition:
change one and codes change, so a parcel keeps the code it got.

Source: Circular 19/2026 and the digitisation plan's guide to *mã định danh thửa đất*.
"""

import numpy as np
from numpy.typing import NDArray

from saola.cadastre import geohash, pole, zones
from saola.cadastre.shapes import Shapes


def codes(shapes: Shapes, *, epsg: int, tolerance: float = pole.TOLERANCE) -> NDArray[np.str_]:
    """Mint the codes of parcels of one zone.

    Args:
        shapes: The parcels in VN-2000, metres.
        epsg: Their zone.
        tolerance: Of the point, in metres; a millimetre unless you know why not.

    Returns:
        Twelve characters each, shape (n,).

    Raises:
        InputError: If the zone is not one of VN-2000's.
    """
    points = pole.poles(shapes, tolerance=tolerance)
    lon, lat = zones.to_wgs84(points[:, 0], points[:, 1], epsg=epsg)
    return geohash.encode(lon, lat)
