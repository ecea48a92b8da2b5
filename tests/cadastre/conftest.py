import numpy as np
import pytest
import shapely

from saola.cadastre.shapes import Shapes


@pytest.fixture(scope="session")
def blobs() -> Shapes:
    """Eight-cornered, mostly concave parcels."""
    random = np.random.default_rng(1)
    angle = np.sort(random.random((300, 8)) * 0.5, axis=1) + np.arange(8) * 0.785
    reach = 8 + 6 * random.random((300, 8))
    corners = np.stack([reach * np.cos(angle), reach * np.sin(angle)], axis=-1) + 500_000
    return Shapes.of(shapely.polygons(corners))
