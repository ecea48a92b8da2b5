"""Weighted means of the children of an aggregate, for any number of weight sets at once."""

from collections.abc import Sequence

import numpy as np

from saola.errors import InputError
from saola.index.table import Flags, Floats

EXPONENTS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}


def bend(values: Floats, exponent: float) -> Floats:
    """Give the values whose arithmetic mean, unbent, is the power mean.

    Args:
        values: Any shape.
        exponent: 1 arithmetic, 0 geometric, -1 harmonic, else the power.
    """
    if exponent == 1.0:
        return values
    if exponent == 0.0:
        return np.asarray(np.log(values), dtype=np.float64)
    return np.asarray(values**exponent, dtype=np.float64)


def unbend(values: Floats, exponent: float) -> Floats:
    """Undo `bend`."""
    if exponent == 1.0:
        return values
    if exponent == 0.0:
        return np.asarray(np.exp(values), dtype=np.float64)
    return np.asarray(values ** (1.0 / exponent), dtype=np.float64)


def check_positive(values: Floats, exponent: float, code: str) -> None:
    """Refuse values that a power mean is not defined for.

    Args:
        values: Any shape; NaN is passed over.
        exponent: The exponent of the mean.
        code: The part the values are of, for the error.

    Raises:
        InputError: If a geometric, harmonic or other power mean meets a value it cannot take.
    """
    if exponent == 1.0:
        return
    bad: Flags = values < 0 if exponent > 0 else values <= 0
    if bad.any():
        least = float(np.nanmin(values))
        raise InputError("index-not-positive", where=code, found=f"{least:g}")


def mean(
    children: Sequence[Floats], weights: Floats, exponent: float, available: float = 0.0
) -> Floats:
    """Give the weighted power mean of the children that are known.

    Args:
        children: For each child its values, rows by draws (or by 1).
        weights: Children by draws.
        exponent: 1 arithmetic, 0 geometric, -1 harmonic, else the power.
        available: The least share of the children that must be known.

    Returns:
        Rows by draws; NaN where too few children are known or all of those weigh nothing.
    """
    total: Floats = np.zeros(1)
    weight: Floats = np.zeros(1)
    known: Floats = np.zeros(1)
    for child, share in zip(children, weights, strict=True):
        here = ~np.isnan(child)
        total = total + np.where(here, bend(np.where(here, child, 1.0), exponent), 0.0) * share
        weight = weight + here * share
        known = known + here
    good = (weight > 0) & (known >= available * len(children)) & (known > 0)
    middle = np.divide(total, weight, out=np.ones_like(total), where=good)
    return np.where(good, unbend(middle, exponent), np.nan)
