"""Rounding half up as a table printed by hand does."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from saola.frameworks.rules.base import Values

# A sum of some hundred terms below 1 is wrong by less than this; nearer to a half the float
# cannot tell, and the sum is done again in decimal.
_DOUBT = 1e-9


def half_up(values: Values, decimals: int, *, weights: Values, rates: Values) -> Values:
    """Round weighted means half up, exactly.

    Args:
        values: The weighted means as floats, one a row.
        decimals: Places to keep.
        weights: Weights, one a column, or rows × columns; 0 where a value does not count.
        rates: What was averaged, rows × columns, as printed: their shortest decimal form counts.

    Returns:
        The rounded means; `.40965` in decimal gives `.4097` though its float lies below it.
    """
    scale = 10.0**decimals
    weights = np.broadcast_to(weights, rates.shape)
    scaled = values * scale
    rounded = np.floor(scaled + 0.5)
    near = np.abs(scaled - np.floor(scaled) - 0.5) < _DOUBT
    for row in np.flatnonzero(near):
        exact = _mean(weights[row].tolist(), rates[row].tolist())
        rounded[row] = float(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)) * scale
    return np.asarray(np.round(rounded) / scale, dtype=np.float64)


def _mean(weights: Sequence[float], rates: Sequence[float]) -> Decimal:
    pairs = [(Decimal(repr(w)), Decimal(repr(r))) for w, r in zip(weights, rates, strict=True) if w]
    return sum((w * r for w, r in pairs), Decimal(0)) / sum((w for w, _ in pairs), Decimal(0))
