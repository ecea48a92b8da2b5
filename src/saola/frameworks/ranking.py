"""Ranks by an edition's tie rule."""

import numpy as np

from saola.frameworks.model import Tie
from saola.frameworks.rules.base import Values

# Values closer than this are one value: it is far below any published place and far above the
# noise of summing floats in another order.
SAME = 1e-12


def rank(values: Values, *, tie: Tie, order: Values | None = None) -> Values:
    """Rank values along the last axis, the highest first.

    Args:
        values: One value a unit on the last axis; NaN is not ranked.
        tie: `competition` (equal values share the better rank, the next is skipped), `dense` (the
            next is not skipped) or `as-published` (equal values take consecutive ranks).
        order: For `as-published`, what orders equal values, lowest first: the published rank. Equal
            values without it share a rank.

    Returns:
        Ranks from 1 in the shape of `values`, NaN where the value is NaN.
    """
    tiebreak = None
    if tie == "as-published" and order is not None:
        tiebreak = np.nan_to_num(order, nan=np.inf)
        places = np.lexsort((tiebreak, -values), axis=-1)
    else:
        places = np.argsort(-values, axis=-1)
    sorted_values = np.take_along_axis(values, places, axis=-1)
    step = np.ones(values.shape, dtype=bool)
    step[..., 1:] = -np.diff(sorted_values) > SAME
    if tiebreak is not None:
        sorted_order = np.take_along_axis(tiebreak, places, axis=-1)
        step[..., 1:] |= sorted_order[..., 1:] > sorted_order[..., :-1]
    if tie == "dense":
        placed = np.cumsum(step, axis=-1, dtype=float)
    else:
        starts = np.where(step, np.arange(1, values.shape[-1] + 1), 0)
        placed = np.maximum.accumulate(starts, axis=-1).astype(float)
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, places, placed, axis=-1)
    return np.where(np.isnan(values), np.nan, ranks)
