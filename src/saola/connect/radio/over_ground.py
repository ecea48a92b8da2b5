"""Path loss over terrain: many links in one call, and radials that share one profile.

A receiver on a radial sees the beginning of the radial's profile, so the terrain is sampled once a
radial and each receiver's loss is that of its own full path: nothing is approximated but the
receiver's place, which is a point of the radial.
"""

from dataclasses import dataclass
from math import asin, atan2, cos, log10, sin
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from saola.connect.compiled import compiled
from saola.connect.radio.limits import outside
from saola.connect.radio.p1812.model import one_path
from saola.connect.radio.p1812.paths import (
    FAR_FROM_COAST_KM,
    GRADIENT,
    HEIGHT_M,
    LENGTH_KM,
    REFRACTIVITY,
    Signal,
)
from saola.connect.radio.p1812.symbols import Ends, Radio
from saola.connect.terrain.grid import METRES_A_DEGREE
from saola.connect.terrain.ground import Ground
from saola.connect.terrain.sampling import (
    EARTH_KM,
    LEAST_POINTS,
    RAD,
    Cells,
    Lines,
    Place,
    along,
    cells_of,
    cut_profile,
    distance_km,
    points_of,
    room_for,
)
from saola.connect.threads import in_parts
from saola.errors import InputError, raise_all

SHORTEST_KM = LENGTH_KM[0]


class Air(NamedTuple):
    """The atmosphere, the same for all paths of a call.

    Attributes:
        gradient: ΔN, N-units/km.
        refractivity: N0, N-units.
    """

    gradient: float = GRADIENT
    refractivity: float = REFRACTIVITY


class Steps(NamedTuple):
    """How finely profiles are sampled, and the antennas at a radial's ends.

    Attributes:
        km: Distance between points of the profile.
        points: Points of a radial beside its centre.
        high: Height of the centre's antenna above ground, m.
        low: Height of the receivers above ground, m.
        every: A receiver stands at every so many points.
    """

    km: float
    points: int
    high: float
    low: float
    every: int = 1

    @property
    def rings(self) -> int:
        """Receivers of a radial."""
        return self.points // self.every


@dataclass(frozen=True)
class Links:
    """Pairs of antennas on the ground.

    Attributes:
        transmitter: Latitude and longitude, degrees, (m, 2).
        receiver: Latitude and longitude, degrees, (m, 2).
        transmitter_m: Heights above ground, (m,).
        receiver_m: Heights above ground, (m,).

    Raises:
        InputError: If the arrays differ in length or a height is out of range.
    """

    transmitter: NDArray[np.float64]
    receiver: NDArray[np.float64]
    transmitter_m: NDArray[np.float64]
    receiver_m: NDArray[np.float64]

    def __post_init__(self) -> None:
        sizes = [len(self.transmitter), len(self.receiver)]
        sizes += [len(self.transmitter_m), len(self.receiver_m)]
        if len(set(sizes)) > 1:
            raise InputError("profile-lengths-differ", where="links", found=sizes)
        heights = {"transmitter_m": self.transmitter_m, "receiver_m": self.receiver_m}
        for name, line in heights.items():
            for end in (line.min(initial=30.0), line.max(initial=30.0)):
                raise_all(outside(name, float(end), *HEIGHT_M, "m"))

    def rows_inside(self, ground: Ground) -> NDArray[np.float64]:
        """Give one row a link, both places and both heights, for the kernels, (m, 6).

        Raises:
            InputError: If an antenna stands outside the terrain.
        """
        for places in (self.transmitter, self.receiver):
            ground.terrain.require_inside(places[:, 0], places[:, 1])
        ends = [self.transmitter, self.receiver, self.transmitter_m, self.receiver_m]
        return np.column_stack(ends).astype(np.float64)


@compiled
def free_space(frequency: float, d: float, rise: float) -> float:
    """Give the free-space loss, dB, over `d` km with antennas `rise` m apart in height, Eq (8)."""
    far = max(d * d + (0.001 * rise) ** 2, 1e-6)
    return 92.4 + 20.0 * log10(frequency) + 10.0 * log10(far)


@compiled
def _loss(lines: Lines, points: int, ends: Ends, radio: Radio) -> float:
    """Give the loss along the first points of a profile; below 250 m that of free space."""
    d = lines.distance[points - 1]
    if d < SHORTEST_KM or points < LEAST_POINTS:
        rise = lines.ground[0] + ends.transmitter - lines.ground[points - 1] - ends.receiver
        return free_space(radio.frequency, d, rise)
    return one_path(
        lines.distance[:points],
        lines.ground[:points],
        lines.surface[:points],
        lines.zone[:points],
        ends,
        radio,
    ).lb


@compiled
def _fill_links(
    c: Cells, rows: NDArray[np.float64], step: float, air: Air, radio: Radio, lines: Lines,
    losses: NDArray[np.float64],
) -> None:  # fmt: skip
    """Write the loss of each link; a row is both places and both heights."""
    for m in range(rows.shape[0]):
        a, b = (rows[m, 0], rows[m, 1]), (rows[m, 2], rows[m, 3])
        d = distance_km(a, b)
        points = points_of(d, step)
        cut_profile(c, a, b, (points, d), lines)
        middle = along(a, b, d, 0.5)[0]
        ends = Ends(
            rows[m, 4], rows[m, 5], middle, air.gradient, air.refractivity,
            FAR_FROM_COAST_KM, FAR_FROM_COAST_KM,
        )  # fmt: skip
        losses[m] = _loss(lines, points, ends, radio)


def link_losses(
    ground: Ground,
    links: Links,
    signal: Signal,
    *,
    step_m: float = 0.0,
    air: Air | None = None,
    threads: int = 1,
) -> NDArray[np.float64]:
    """Give the basic transmission loss of links over terrain by ITU-R P.1812-8.

    Paths below 250 m, where the method does not hold, get the loss of free space.

    Args:
        ground: Terrain and what stands on it.
        links: The antennas.
        signal: Frequency and percentages.
        step_m: Distance between points of a profile; by default the terrain's own.
        air: The atmosphere; by default temperate land's.
        threads: How many threads share the links; the result does not depend on it.

    Returns:
        Loss in dB, (m,).

    Raises:
        InputError: If an antenna stands outside the terrain.
    """
    rows = links.rows_inside(ground)
    losses = np.empty(len(rows))
    cells, step, air = cells_of(ground), (step_m or ground.terrain.step_m) / 1000.0, air or Air()
    most = points_of(longest_km(ground), step)

    def fill(start: int, stop: int) -> None:
        room = room_for(most)
        _fill_links(cells, rows[start:stop], step, air, signal.radio, room, losses[start:stop])

    in_parts(fill, len(rows), threads)
    return losses


def longest_km(ground: Ground) -> float:
    """Give a length that no path inside the terrain exceeds."""
    west, south, east, north = ground.terrain.bounds
    return (abs(east - west) + abs(north - south)) * METRES_A_DEGREE / 1000.0 + 1.0


@compiled
def toward(a: Place, bearing: float, d: float) -> Place:
    """Give the place `d` km from `a` on a bearing in degrees from north."""
    arc, turn = d / EARTH_KM, bearing * RAD
    sin_a, cos_a = sin(a[0] * RAD), cos(a[0] * RAD)
    sin_b = sin_a * cos(arc) + cos_a * sin(arc) * cos(turn)
    east = atan2(sin(turn) * sin(arc) * cos_a, cos(arc) - sin_a * sin_b)
    return asin(min(max(sin_b, -1.0), 1.0)) / RAD, a[1] + east / RAD


@compiled
def _inside(c: Cells, place: Place) -> bool:
    row = (c.north - place[0]) / c.step_lat
    column = (place[1] - c.west) / c.step_lon
    return bool(row >= 0.0 and column >= 0.0 and row <= c.rows - 1 and column <= c.columns - 1)


@compiled
def _reach(c: Cells, centre: Place, bearing: float, steps: Steps) -> int:
    """Give how many steps a radial can go before it leaves the terrain."""
    low, high = 0, steps.points
    while low < high:
        middle = (low + high + 1) // 2
        if _inside(c, toward(centre, bearing, steps.km * middle)):
            low = middle
        else:
            high = middle - 1
    return low


@compiled
def _fill_radials(
    c: Cells, centre: Place, steps: Steps, air: Air, radio: Radio, lines: Lines,
    losses: NDArray[np.float64],
) -> None:  # fmt: skip
    """Write the loss to every point of every radial; NaN outside the terrain."""
    for r in range(losses.shape[0]):
        bearing = 360.0 * r / losses.shape[0]
        losses[r, :] = np.nan
        count = _reach(c, centre, bearing, steps)
        if count == 0:
            continue
        d = steps.km * count
        end = toward(centre, bearing, d)
        cut_profile(c, centre, end, (count + 1, d), lines)
        for ring in range(count // steps.every):
            k = (ring + 1) * steps.every
            middle = centre[0] + (end[0] - centre[0]) * 0.5 * k / count
            ends = Ends(
                steps.high, steps.low, middle, air.gradient, air.refractivity,
                FAR_FROM_COAST_KM, FAR_FROM_COAST_KM,
            )  # fmt: skip
            losses[r, ring] = _loss(lines, k + 1, ends, radio)


def radial_losses(
    ground: Ground,
    centre: Place,
    steps: Steps,
    signal: Signal,
    *,
    radials: int = 360,
    air: Air | None = None,
) -> NDArray[np.float64]:
    """Give the loss from a site to the receivers of its radials by ITU-R P.1812-8.

    Args:
        ground: Terrain and what stands on it.
        centre: Latitude and longitude of the site, degrees.
        steps: Spacing and number of points, and antenna heights.
        signal: Frequency and percentages.
        radials: How many bearings share the circle, the first north, then eastward.
        air: The atmosphere; by default temperate land's.

    Returns:
        Loss in dB, (radials, steps.rings); NaN outside the terrain.

    Raises:
        InputError: If the site stands outside the terrain or an antenna's height is out of range.
    """
    ground.terrain.require_inside(np.array([centre[0]]), np.array([centre[1]]))
    raise_all(
        outside("high", steps.high, *HEIGHT_M, "m") + outside("low", steps.low, *HEIGHT_M, "m")
    )
    losses = np.empty((radials, steps.rings))
    room = room_for(max(steps.points + 1, LEAST_POINTS))
    _fill_radials(cells_of(ground), centre, steps, air or Air(), signal.radio, room, losses)
    return losses
