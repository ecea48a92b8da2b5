"""The land: communes as cells of one coverage, provinces as groups of them, a tile grid."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from scipy.spatial import KDTree

from saola.errors import DependencyError

Points = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

# Mid-Atlantic: no land, hence no one's.
CENTRE = (-34.0, 8.0)
HEIGHT, WIDTH = 6.2, 2.4  # half axes of the outline, degrees
_TURN = 0.35  # radians the long axis leans


@dataclass(frozen=True)
class Land:
    """Communes in the order of their codes.

    Attributes:
        points: Longitude and latitude of each commune, shape (n, 2).
        province: Place of its province, shape (n,).
        cells: Its outline, one coverage, shapely polygons.
        outlines: The outline of each province.
        tiles: Column and row of each province in a grid of tiles, shape (m, 2).
    """

    points: Points
    province: Places
    cells: tuple[Any, ...]
    outlines: tuple[Any, ...]
    tiles: Places


def land(rng: np.random.Generator, communes: int, provinces: int) -> Land:
    """Raise an island, and part it into communes and provinces.

    Args:
        rng: The source of chance.
        communes: How many communes.
        provinces: How many provinces.

    Raises:
        DependencyError: If shapely is not installed.
    """
    try:
        import shapely  # noqa: PLC0415  (an extra)
    except ImportError:
        raise DependencyError("unit-shapes-extra", found="shapely") from None
    coast = shapely.Polygon(_coast(rng))
    points = _scattered(rng, coast, communes, provinces)
    cells = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=coast, ordered=True)
    points = np.stack([_middle(cell) for cell in shapely.intersection(cells.geoms, coast)])
    province, centres = _grouped(points, provinces)
    order = np.lexsort((-points[:, 1], province))
    points, province = points[order], province[order]
    cells = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=coast, ordered=True)
    whole = shapely.intersection(np.array(cells.geoms), coast)
    outlines = [shapely.coverage_union_all(whole[province == place]) for place in range(provinces)]
    return Land(points, province, tuple(whole), tuple(outlines), _tiled(centres))


def _coast(rng: np.random.Generator) -> Points:
    """Draw a leaning ellipse whose radius wanders."""
    angle = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    radius = np.ones_like(angle)
    for wave in range(2, 14):
        radius += rng.normal(0, 0.16 / wave) * np.cos(wave * angle + rng.uniform(0, 2 * np.pi))
    across, along = WIDTH * radius * np.cos(angle), HEIGHT * radius * np.sin(angle)
    turned = np.stack(
        [
            across * np.cos(_TURN) + along * np.sin(_TURN),
            along * np.cos(_TURN) - across * np.sin(_TURN),
        ],
        axis=1,
    )
    return np.asarray(turned + np.array(CENTRE))


def _scattered(rng: np.random.Generator, coast: Any, count: int, towns: int) -> Points:
    """Scatter points over the land, thicker around towns."""
    low, high = np.array(coast.bounds).reshape(2, 2)

    def anywhere(size: int) -> Points:
        return rng.uniform(low, high, (size, 2))

    hearts = _inside(coast, towns, anywhere)

    def near(size: int) -> Points:
        return hearts[rng.integers(0, towns, size)] + rng.normal(0, 0.16, (size, 2))

    some = count * 3 // 10
    return np.concatenate([_inside(coast, count - some, anywhere), _inside(coast, some, near)])


def _inside(coast: Any, count: int, draw: Callable[[int], Points]) -> Points:
    """Draw points until enough of them lie on land."""
    import shapely  # noqa: PLC0415  (an extra)

    found = np.empty((0, 2))
    while len(found) < count:
        points = draw(4 * count)
        on_land = shapely.contains_xy(coast, points[:, 0], points[:, 1])
        found = np.concatenate([found, points[on_land]])
    return found[:count]


def _middle(cell: Any) -> Points:
    """Give a point inside a cell, its centroid where that lies inside."""
    middle = cell.centroid
    if not cell.contains(middle):
        middle = cell.representative_point()
    return np.array([middle.x, middle.y])


def _grouped(points: Points, count: int) -> tuple[Places, Points]:
    """Part the points into provinces by k-means; provinces go by code from north to south."""
    order = np.argsort(-points[:, 1])
    centres = points[order[np.linspace(0, len(points) - 1, count).astype(int)]]
    for _ in range(12):
        _, place = KDTree(centres).query(points)
        centres = np.stack([points[place == each].mean(axis=0) for each in range(count)])
    centres = centres[np.argsort(-centres[:, 1], kind="stable")]
    _, place = KDTree(centres).query(points)
    return place.astype(np.int64), centres


def _tiled(centres: Points) -> Places:
    """Give each province a tile of its own, as near its true place as all allow."""
    low, high = centres.min(axis=0), centres.max(axis=0)
    size = np.sqrt(np.prod(high - low) / len(centres)) * 1.02
    wide, tall = (np.ceil((high - low) / size).astype(int) + 1).tolist()
    grid = np.stack(np.meshgrid(np.arange(wide), np.arange(tall)), axis=-1).reshape(-1, 2)
    wanted = (centres - low) / size
    wanted[:, 1] = tall - 1 - wanted[:, 1]
    cost = ((wanted[:, None, :] - grid[None, :, :]) ** 2).sum(axis=-1)
    _, cell = linear_sum_assignment(cost)
    tiles = grid[cell]
    return np.asarray(tiles - tiles.min(axis=0), dtype=np.int64)
