"""Line of sight and Fresnel clearance between antennas over terrain."""

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

from saola.connect.compiled import compiled
from saola.connect.radio.over_ground import Links, longest_km
from saola.connect.terrain.ground import Ground
from saola.connect.terrain.sampling import (
    EARTH_KM,
    Cells,
    Lines,
    cells_of,
    cut_profile,
    distance_km,
    points_of,
    room_for,
)
from saola.connect.threads import in_parts

Values = NDArray[np.float64]
FRESNEL_M = 17.32  # radius of the first zone is 17.32·√(d1·d2/(d·f)), km and GHz
FIELDS = 5


@dataclass(frozen=True)
class Sight:
    """What the terrain leaves between pairs of antennas.

    Attributes:
        distance_km: Between the antennas, (n,).
        rise_m: Receiver less transmitter, above sea level, (n,).
        lower_m: The lower of both above sea level, (n,).
        median: Least clearance in radii of the first Fresnel zone at 1 GHz, Earth factor 4/3, (n,).
        low: The same at the low Earth factor, (n,).
    """

    distance_km: Values
    rise_m: Values
    lower_m: Values
    median: Values
    low: Values

    def clearance(self, frequency_hz: float) -> tuple[Values, Values]:
        """Give the least clearance in radii of the first Fresnel zone: median and low factor."""
        scale = sqrt(frequency_hz / 1e9)
        return self.median * scale, self.low * scale


@compiled
def _least(lines: Lines, points: int, ends: tuple[float, float], factor: float) -> float:
    """Give the least clearance over √(d1·d2/d), in Fresnel radii at 1 GHz."""
    d = lines.distance[points - 1]
    best = inf
    for i in range(1, points - 1):
        near, far = lines.distance[i], d - lines.distance[i]
        bulge = 500.0 * near * far / (factor * EARTH_KM)
        line = (ends[0] * far + ends[1] * near) / d
        clear = (line - lines.surface[i] - bulge) / (FRESNEL_M * sqrt(near * far / d))
        best = min(best, clear)
    return best


@compiled
def _fill_sight(
    c: Cells, rows: Values, step: float, factors: tuple[float, float], lines: Lines, out: Values
) -> None:
    for m in range(rows.shape[0]):
        a, b = (rows[m, 0], rows[m, 1]), (rows[m, 2], rows[m, 3])
        d = distance_km(a, b)
        points = points_of(d, step)
        cut_profile(c, a, b, (points, d), lines)
        ends = lines.ground[0] + rows[m, 4], lines.ground[points - 1] + rows[m, 5]
        out[m, 0], out[m, 1], out[m, 2] = d, ends[1] - ends[0], min(ends[0], ends[1])
        out[m, 3] = _least(lines, points, ends, factors[0]) if d > 0.0 else inf
        out[m, 4] = _least(lines, points, ends, factors[1]) if d > 0.0 else inf


def sight_of(
    ground: Ground,
    links: Links,
    *,
    factors: tuple[float, float] = (4.0 / 3.0, 0.6),
    step_m: float = 0.0,
    threads: int = 1,
) -> Sight:
    """Find what terrain and clutter leave between pairs of antennas.

    Args:
        ground: Terrain and what stands on it.
        links: The antennas.
        factors: Median and low effective Earth factor k.
        step_m: Distance between points of a profile; by default half the terrain's, so that no
            crest falls between two.
        threads: How many threads share the links.

    Raises:
        InputError: If an antenna stands outside the terrain.

    Source: ITU-R P.530-17, section 2.2.2 (clearance); P.526 (Fresnel radius).
    """
    rows = links.rows_inside(ground)
    step = (step_m or 0.5 * ground.terrain.step_m) / 1000.0
    cells, out = cells_of(ground), np.empty((len(rows), FIELDS))
    most = points_of(longest_km(ground), step)

    def fill(start: int, stop: int) -> None:
        _fill_sight(cells, rows[start:stop], step, factors, room_for(most), out[start:stop])

    in_parts(fill, len(rows), threads)
    return Sight(*(out[:, k].copy() for k in range(FIELDS)))
