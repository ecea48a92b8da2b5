"""Recommendation ITU-R P.1812-8: path loss over terrain for point-to-area services.

The files follow the Recommendation's sections; their equations carry its numbers. `losses` is the
door for many paths, `intermediates` for one path with every value on the way.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from saola.connect.radio.p1812.batch import Rows, fill_losses, fill_table
from saola.connect.radio.p1812.climate import middle_latitude
from saola.connect.radio.p1812.paths import Antennas, Profile, Signal, rows_of
from saola.connect.radio.p1812.symbols import NAMES, Intermediates
from saola.connect.threads import in_parts

__all__ = [
    "NAMES",
    "Antennas",
    "Intermediates",
    "Profile",
    "Rows",
    "Signal",
    "intermediates",
    "losses",
    "middle_latitude",
    "rows_of",
    "table",
]


def losses(rows: Rows, signal: Signal, *, threads: int = 1) -> NDArray[np.float64]:
    """Give the basic transmission loss of many paths.

    Args:
        rows: Profiles laid end to end, from `rows_of` or from sampling a terrain.
        signal: Frequency and percentages, the same for all paths.
        threads: How many threads share the paths; the result does not depend on it.

    Returns:
        Loss in dB, one value a path, (m,).
    """
    count = rows.first.size - 1
    found = np.empty(count)
    in_parts(lambda a, b: fill_losses(rows, signal.radio, a, b, found), count, threads)
    return found


def table(rows: Rows, signal: Signal) -> NDArray[np.float64]:
    """Give every intermediate value of many paths, (m, fields) in the order of `NAMES`."""
    found = np.empty((rows.first.size - 1, len(NAMES)))
    fill_table(rows, signal.radio, found)
    return found


def intermediates(profile: Profile, antennas: Antennas, signal: Signal) -> Intermediates:
    """Give every value on the way to one path's loss.

    Source: ITU-R P.1812-8; the names are its symbols, listed in `docs/reference/p1812.md`.
    """
    paths: Sequence[tuple[Profile, Antennas]] = [(profile, antennas)]
    return Intermediates(*table(rows_of(paths), signal)[0].tolist())
