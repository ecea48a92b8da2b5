"""Terrain that looks like land but is invented, for tests and the demo."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from saola.connect.terrain.grid import METRES_A_DEGREE, Terrain
from saola.connect.terrain.ground import Ground


class Look(NamedTuple):
    """How invented land looks.

    Attributes:
        relief_m: Height of the highest ground.
        roughness: Falling exponent of the power spectrum; land has 2 (rugged) to 2.6 (smooth).
        plain: Share of the land that is plain.
        sea: Share of the grid under the sea, at height 0.
    """

    relief_m: float = 1200.0
    roughness: float = 2.2
    plain: float = 0.35
    sea: float = 0.0


def _noise(
    rng: np.random.Generator, shape: tuple[int, int], exponent: float
) -> NDArray[np.float64]:
    """Give a random surface in 0..1 whose power falls as frequency to the −exponent−1."""
    white = np.fft.rfft2(rng.standard_normal(shape))
    rows = np.fft.fftfreq(shape[0]) * shape[0]
    columns = np.fft.rfftfreq(shape[1]) * shape[1]
    far = np.hypot(rows[:, None], columns[None, :])
    far[0, 0] = 1.0
    shaped = white * far ** (-(exponent + 1.0) / 2.0)
    shaped[0, 0] = 0.0
    surface: NDArray[np.float64] = np.fft.irfft2(shaped, shape)
    surface -= surface.min()
    surface /= surface.max()
    return surface


def invented_terrain(
    rng: np.random.Generator,
    bounds: tuple[float, float, float, float],
    *,
    step_m: float = 90.0,
    look: Look | None = None,
) -> Terrain:
    """Invent terrain: fractal hills with ridges, plains between them and, if asked, a sea.

    Args:
        rng: The same generator gives the same land.
        bounds: West, south, east, north, degrees.
        step_m: Between rows and, on the middle latitude, columns.
        look: Relief, roughness, shares of plain and sea.
    """
    look = look or Look()
    west, south, east, north = bounds
    step_lat = step_m / METRES_A_DEGREE
    step_lon = step_lat / np.cos(np.radians(0.5 * (south + north)))
    shape = (round((north - south) / step_lat) + 1, round((east - west) / step_lon) + 1)
    padded = (2 * shape[0], 2 * shape[1])  # twice as large: the spectrum's surface repeats
    broad = _noise(rng, padded, look.roughness)[: shape[0], : shape[1]]
    fold = _noise(rng, padded, look.roughness)[: shape[0], : shape[1]]
    ridged = 1.0 - 2.0 * np.abs(fold - np.median(fold))
    height = broad * (0.6 + 0.4 * ridged)
    rank = (height.ravel().argsort().argsort().reshape(shape) + 0.5) / height.size
    level = np.quantile(height, min(look.sea + (1.0 - look.sea) * look.plain, 0.99))
    raised = np.maximum(height - level, 0.0)
    hills = (raised / raised.max()) ** 1.3 * look.relief_m
    rolling = np.clip(rank - look.sea, 0.0, None) * 40.0
    heights = np.where(rank < look.sea, 0.0, hills + rolling)
    return Terrain(
        heights.astype(np.float32), west, north, float(step_lon), step_lat, "invented terrain"
    )


def invented_ground(rng: np.random.Generator, terrain: Terrain, *, woods: float = 0.4) -> Ground:
    """Put woods, villages and the sea onto invented terrain.

    Args:
        rng: The same generator gives the same cover.
        terrain: Without holes; height 0 is sea.
        woods: Share of the land under trees, more of them on slopes.
    """
    shape = terrain.heights_m.shape
    patches = _noise(rng, shape, 1.2)
    slope = ndimage.gaussian_gradient_magnitude(terrain.heights_m.astype(np.float64), 2.0)
    wooded = patches + 0.3 * slope / max(float(slope.max()), 1e-9)
    villages = _noise(rng, shape, 0.8)
    classes = np.full(shape, 2, np.int8)
    classes[wooded > np.quantile(wooded, 1.0 - woods)] = 4
    classes[villages > np.quantile(villages, 0.97)] = 3
    classes[terrain.heights_m <= 0.0] = 1
    return Ground.covered(terrain, classes)
