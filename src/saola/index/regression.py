"""Iterative imputation: each indicator from the others."""

import numpy as np

from saola.errors import InputError
from saola.index.table import Floats

_TOLERANCE = 1e-8
# A little ridge keeps the equations solvable where indicators outnumber units.
_RIDGE = 1e-3


def _start(values: Floats) -> tuple[Floats, Floats, Floats]:
    if np.isnan(values).all(axis=0).any():
        raise InputError("index-column-empty", where="impute")
    mean = np.nanmean(values, axis=0)
    sd = np.nanstd(values, axis=0)
    sd = np.where(sd > 0, sd, 1.0)
    return (values - mean) / sd, mean, sd


def by_regression(values: Floats, rounds: int) -> Floats:
    """Fill in each indicator by a ridge regression on all the others, again and again.

    Args:
        values: Rows by columns, NaN where missing.
        rounds: The greatest number of rounds.

    Raises:
        InputError: If a column is empty or the values still move after `rounds`.

    Source: van Buuren, Flexible Imputation of Missing Data, section 4.5 (chained equations), with
        the mean of the conditional distribution instead of a draw.
    """
    scaled, mean, sd = _start(values)
    gaps = np.isnan(scaled)
    filled = np.where(gaps, 0.0, scaled)
    for _ in range(rounds):
        before = filled.copy()
        for column in np.flatnonzero(gaps.any(axis=0)):
            holes = gaps[:, column]
            others = np.delete(filled, column, axis=1)
            known = others[~holes]
            square = known.T @ known + _RIDGE * len(known) * np.eye(known.shape[1])
            slope = np.linalg.solve(square, known.T @ filled[~holes, column])
            filled[holes, column] = others[holes] @ slope
        if np.abs(filled - before).max() < _TOLERANCE:
            return np.where(gaps, filled * sd + mean, values)
    raise InputError("index-not-converged", where="impute", found=rounds)


def by_em(values: Floats, rounds: int) -> Floats:
    """Fill in missing values by their expectation under a joint normal distribution.

    Args:
        values: Rows by columns, NaN where missing.
        rounds: The greatest number of rounds.

    Raises:
        InputError: If a column is empty or the values still move after `rounds`.

    Source: Little and Rubin, Statistical Analysis with Missing Data, section 11.2.
    """
    scaled, mean, sd = _start(values)
    gaps = np.isnan(scaled)
    rows, width = scaled.shape
    filled = np.where(gaps, 0.0, scaled)
    centre, spread = np.zeros(width), filled.T @ filled / rows + _RIDGE * np.eye(width)
    for _ in range(rounds):
        before = filled.copy()
        extra = np.zeros((width, width))
        for row in np.flatnonzero(gaps.any(axis=1)):
            hole = gaps[row]
            seen = ~hole
            inner = spread[np.ix_(seen, seen)]
            across = np.linalg.solve(inner, spread[np.ix_(seen, hole)]).T
            filled[row, hole] = centre[hole] + across @ (filled[row, seen] - centre[seen])
            rest = spread[np.ix_(hole, hole)] - across @ spread[np.ix_(seen, hole)]
            extra[np.ix_(hole, hole)] += rest
        centre = filled.mean(axis=0)
        away = filled - centre
        spread = (away.T @ away + extra) / rows + _RIDGE * np.eye(width)
        if np.abs(filled - before).max() < _TOLERANCE:
            return np.where(gaps, filled * sd + mean, values)
    raise InputError("index-not-converged", where="impute", found=rounds)
