"""Skewness and kurtosis as spreadsheets give them, and the outlier test on them."""

import numpy as np

from saola.index.table import Flags, Floats


def skewness(values: Floats) -> Floats:
    """Give the sample skewness G1 of each column, NaN below 3 values or without spread.

    Args:
        values: Rows by columns; NaN is left out.

    Source: Joanes and Gill (1998), type 2, as in Excel's SKEW.
    """
    n, second, third, _ = _sums(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        plain = np.sqrt(n) * third / second**1.5
        found: Floats = plain * np.sqrt(n * (n - 1)) / (n - 2)
    return np.where((n < 3) | (second <= 0), np.nan, found)


def kurtosis(values: Floats) -> Floats:
    """Give the sample excess kurtosis G2 of each column, NaN below 4 values or without spread.

    Args:
        values: Rows by columns; NaN is left out.

    Source: Joanes and Gill (1998), type 2, as in Excel's KURT.
    """
    n, second, _, fourth = _sums(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        plain = n * fourth / second**2
        found: Floats = ((n + 1) * (plain - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    return np.where((n < 4) | (second <= 0), np.nan, found)


def _sums(values: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    known = ~np.isnan(values)
    n = known.sum(axis=0).astype(np.float64)
    mean = np.where(known, values, 0.0).sum(axis=0) / np.maximum(n, 1)
    away = np.where(known, values - mean, 0.0)
    square = away * away
    return n, square.sum(axis=0), (square * away).sum(axis=0), (square * square).sum(axis=0)


def moments(column: Floats) -> tuple[float, float]:
    """Give skewness and kurtosis of one column, as `skewness` and `kurtosis` do for many."""
    known = column[~np.isnan(column)]
    n = len(known)
    away = known - known.sum() / max(n, 1)
    square = away * away
    second, third, fourth = (float(x) for x in (square.sum(), square @ away, square @ square))
    if n < 3 or second <= 0:
        return float("nan"), float("nan")
    lean = n**0.5 * third / second**1.5 * (n * (n - 1)) ** 0.5 / (n - 2)
    if n < 4:
        return lean, float("nan")
    tail = ((n + 1) * (n * fourth / second**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    return lean, tail


def fine(column: Floats, skew: float, kurtosis_limit: float) -> bool:
    """Say of one column what `passes` says of many."""
    lean, tail = moments(column)
    return np.isnan(lean) or abs(lean) < skew or tail < kurtosis_limit


def passes(values: Floats, skew: float, kurtosis_limit: float) -> Flags:
    """Say of each column whether it is free of outliers.

    A column passes with an absolute skewness below `skew` or a kurtosis below `kurtosis_limit`; one
    too short for either passes, since nothing can be said of it.

    Source: JRC COIN Tool; COINr, `check_SkewKurt()`.
    """
    lean, tail = skewness(values), kurtosis(values)
    with np.errstate(invalid="ignore"):
        fails = (np.abs(lean) >= skew) & ~(tail < kurtosis_limit)
    return ~(fails & ~np.isnan(lean))
