"""Power lines: how far each settlement is from one."""

from pathlib import Path

import numpy as np

from saola.connect.backhaul.connector import nearest
from saola.connect.backhaul.fibre import read
from saola.connect.distances import Floats


def grid_distances(path: Path, lat: Floats, lon: Floats) -> Floats:
    """Measure the distance from points to the nearest power line in operation, km.

    Args:
        path: GeoJSON of lines (and substations as points), WGS 84.
        lat: Latitudes, degrees.
        lon: Longitudes.

    Raises:
        InputError: If the file holds no line, or not degrees.
    """
    _, metres = nearest(lat, lon, read(path).points())
    kilometres: Floats = np.asarray(metres) / 1000
    return kilometres
