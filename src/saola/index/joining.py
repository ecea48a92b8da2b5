"""Ways to join children that are not means: pairwise, penalised and frontier methods."""

import warnings

import numpy as np

from saola.errors import InputError
from saola.index.table import Floats


def outranking(values: Floats, weights: Floats) -> Floats:
    """Give for each pair of units the weight of the children in which the first is ahead.

    Args:
        values: Units by children; a child missing for either unit is left out of the pair.
        weights: One a child.

    Returns:
        Units by units, in 0 to 1, a tie counting half; 0 on the diagonal.

    Source: Munda and Nardo (2009); COINr, `outrankMatrix()`.
    """
    ahead = np.zeros((len(values), len(values)))
    known = np.zeros_like(ahead)
    for column, weight in zip(values.T, weights, strict=True):
        first, second = column[:, None], column[None, :]
        both = ~(np.isnan(first) | np.isnan(second))
        ahead += weight * ((first > second) + 0.5 * (first == second)) * both
        known += weight * both
    share = np.divide(ahead, known, out=np.full_like(ahead, 0.5), where=known > 0)
    np.fill_diagonal(share, 0.0)
    return share


def copeland(values: Floats, weights: Floats) -> Floats:
    """Give each unit its duels won less its duels lost.

    Args:
        values: Units by children.
        weights: One a child.

    Source: Copeland (1951); COINr, `a_copeland()`.
    """
    share = outranking(values, weights)
    won = (share > 0.5 + 1e-12).astype(np.float64) - (share < 0.5 - 1e-12)
    np.fill_diagonal(won, 0.0)
    score: Floats = won.sum(axis=1)
    return np.where(np.isnan(values).all(axis=1), np.nan, score)


def mazziotta_pareto(values: Floats, weights: Floats, penalty: str = "-") -> Floats:
    """Give the mean, less (or plus) a penalty for imbalance among the children.

    Args:
        values: Units by children, positive; missing ones are left out.
        weights: One a child.
        penalty: `-` where imbalance is bad, `+` where it is counted as more.

    Returns:
        Mean and spread as M ∓ S²/M, with the population variance S².

    Source: Mazziotta and Pareto (2016), formula 3.
    """
    known = ~np.isnan(values)
    share = known * weights
    total = share.sum(axis=1)
    safe = np.where(total > 0, total, 1.0)
    middle = (np.where(known, values, 0.0) * share).sum(axis=1) / safe
    away = np.where(known, values - middle[:, None], 0.0)
    variance = (away**2 * share).sum(axis=1) / safe
    if (middle[total > 0] <= 0).any():
        raise InputError("index-not-positive", where="mazziotta-pareto", found=middle.min())
    sign = -1.0 if penalty == "-" else 1.0
    return np.where(total > 0, middle + sign * variance / np.where(middle > 0, middle, 1), np.nan)


def benefit_of_the_doubt(values: Floats, least: float = 0.0) -> Floats:
    """Give each unit the score under the weights that suit it best.

    Args:
        values: Units by children, not negative; a missing one counts as the least of its column.
        least: The least share of a unit's own total that each child makes up, at most 1 / children.

    Returns:
        Scores in 0 to 1; 1 is the frontier.

    Raises:
        InputError: If a value is negative or `least` cannot be met.

    Source: Cherchye et al. (2007), Social Indicators Research 82, 111-145.
    """
    if (values < 0).any():
        raise InputError(
            "index-not-positive", where="benefit-of-the-doubt", found=np.nanmin(values)
        )
    if least * values.shape[1] > 1:
        raise InputError("index-doubt-least", where="benefit-of-the-doubt", found=least)
    gone = np.isnan(values).all(axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        floor = np.nan_to_num(np.nanmin(values, axis=0))
    filled = np.where(np.isnan(values), floor, values)
    scale = np.where(filled.max(axis=0) > 0, filled.max(axis=0), 1.0)
    filled = filled / scale
    scores = np.full(len(filled), np.nan)
    for row in np.flatnonzero(~gone):
        scores[row] = _doubt(filled, int(row), least)
    return scores


def _doubt(values: Floats, row: int, least: float) -> float:
    own = values[row]
    bounds = [np.ones(len(values))]
    lines = [values]
    if least > 0:
        # least * own total - own part <= 0, for every child.
        lines.append(least * np.tile(own, (len(own), 1)) - np.diag(own))
        bounds.append(np.zeros(len(own)))
    from scipy.optimize import linprog  # noqa: PLC0415  (pages that only read an index load no solver)

    found = linprog(-own, A_ub=np.vstack(lines), b_ub=np.concatenate(bounds), method="highs")
    return float(-found.fun)
