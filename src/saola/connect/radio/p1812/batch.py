"""Many paths in one call: the loops around `one_path`."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from saola.connect.compiled import compiled
from saola.connect.radio.p1812.model import one_path
from saola.connect.radio.p1812.symbols import Ends, Radio

Line = NDArray[np.float64]


class Rows(NamedTuple):
    """Profiles laid end to end, and one row of `Ends` a path.

    Attributes:
        first: Where each profile begins; one more than there are paths, (m + 1,).
        distance: km from the transmitter, (n,).
        ground: m above sea level, (n,).
        surface: Ground with clutter, m above sea level, (n,).
        zone: 1 sea, 3 coastal land, 4 inland, (n,).
        ends: The fields of `Ends`, (m, 7).
    """

    first: NDArray[np.int64]
    distance: Line
    ground: Line
    surface: Line
    zone: NDArray[np.int8]
    ends: NDArray[np.float64]


@compiled
def _ends(row: Line) -> Ends:
    return Ends(row[0], row[1], row[2], row[3], row[4], row[5], row[6])


@compiled
def fill_losses(rows: Rows, radio: Radio, start: int, stop: int, losses: Line) -> None:
    """Write the basic transmission loss of paths `start` to `stop` into `losses`, dB."""
    for path in range(start, stop):
        a, b = rows.first[path], rows.first[path + 1]
        found = one_path(
            rows.distance[a:b],
            rows.ground[a:b],
            rows.surface[a:b],
            rows.zone[a:b],
            _ends(rows.ends[path]),
            radio,
        )
        losses[path] = found.lb


@compiled
def fill_table(rows: Rows, radio: Radio, table: NDArray[np.float64]) -> None:
    """Write every intermediate value of every path into `table`, (m, fields)."""
    for path in range(table.shape[0]):
        a, b = rows.first[path], rows.first[path + 1]
        found = one_path(
            rows.distance[a:b],
            rows.ground[a:b],
            rows.surface[a:b],
            rows.zone[a:b],
            _ends(rows.ends[path]),
            radio,
        )
        for k in range(len(found)):
            table[path, k] = found[k]
