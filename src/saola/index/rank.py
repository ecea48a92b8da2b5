"""Competition ranks, for one set of scores or thousands."""

import numpy as np
from numpy.typing import NDArray

from saola.index.table import Floats

Ranks = NDArray[np.int32]


def ranks(scores: Floats) -> Ranks:
    """Rank each column, the highest score first, equal scores sharing the better rank.

    Args:
        scores: Units by draws (or units alone); NaN is not ranked.

    Returns:
        Ranks of the same shape, 1 for the best, 0 for NaN.
    """
    table = scores if scores.ndim == 2 else scores[:, None]
    # Row by row memory is contiguous, which sorting likes best.
    across = np.ascontiguousarray(-table.T)
    order = np.argsort(across, axis=1)
    ordered = np.take_along_axis(across, order, axis=1)
    place = np.broadcast_to(np.arange(1, across.shape[1] + 1, dtype=np.int32), across.shape).copy()
    tied = ordered[:, 1:] == ordered[:, :-1]
    if tied.any():
        place[:, 1:][tied] = 0
        place = np.maximum.accumulate(place, axis=1)
    place[np.isnan(ordered)] = 0
    found = np.empty_like(place)
    np.put_along_axis(found, order, place, axis=1)
    return found.T if scores.ndim == 2 else found[0]
