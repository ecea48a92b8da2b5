"""What the true scores may be, where the errors of the observed ones are known.

An observed score is the truth and an error. Adding errors to it once more, as is often done, draws
the truth too far apart: the field of observed scores is already wider than that of the true ones.
Here the truth is drawn from its posterior under a normal field whose centre and width are unknown
too, so that the intervals hold what they say.
"""

import numpy as np

from saola.errors import InputError
from saola.index.drawn import Drawn
from saola.index.engine import rank_draws
from saola.index.rank import ranks
from saola.index.study import Sample, Study
from saola.index.table import Floats

_GRID = 400


def posterior(units: tuple[str, ...], scores: Floats, stderr: Floats, sample: Sample) -> Drawn:
    """Draw the true scores, given observed ones and their standard errors.

    Args:
        units: The units.
        scores: Their observed scores; NaN for none.
        stderr: One standard error a unit; 0 where a score is exact.
        sample: How many draws, from which seed.

    Returns:
        Draws whose intervals, duels and classes are about the true scores.

    Raises:
        InputError: If a standard error is negative or missing, or fewer than 3 units have scores.

    Source: Gelman et al., Bayesian Data Analysis (3rd ed.), section 5.4, with a flat prior on the
        centre and on the standard deviation of the field.
    """
    known = ~np.isnan(scores)
    if known.sum() < 3:
        raise InputError("index-rows-few", where="posterior", found=int(known.sum()))
    if not (stderr[known] >= 0).all():
        raise InputError("index-stderr", where="posterior", found=float(np.min(stderr[known])))
    across = np.full((sample.draws, len(units)), np.nan)
    across[:, known] = truths(scores[known], stderr[known], sample.draws, sample.rng(4))
    ranked, counts = rank_draws(across, sample.threads)
    return Drawn(units, scores, ranks(scores), across, ranked, counts)


def truths(scores: Floats, stderr: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """Draw true scores under a normal field of unknown centre and width.

    Args:
        scores: Observed scores, without gaps.
        stderr: One standard error each.
        draws: How many draws.
        rng: Where the randomness comes from.

    Returns:
        Draws by units.
    """
    width = _widths(scores, stderr, draws, rng)
    precision = 1 / (stderr**2 + (width**2)[:, None])
    total = precision.sum(axis=1)
    centre = (precision @ scores) / total + rng.standard_normal(draws) / np.sqrt(total)
    # Towards the centre by the share of the variance that is error.
    pull = stderr**2 * precision
    middle = scores + pull * (centre[:, None] - scores)
    spread = stderr * np.sqrt(1 - pull)
    found: Floats = middle + spread * rng.standard_normal((draws, len(scores)))
    return found


def _widths(scores: Floats, stderr: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """Draw the standard deviation of the field from its marginal posterior, on a grid."""
    most = 3 * float(np.std(scores)) + 1e-300
    grid = (np.arange(_GRID) + 0.5) / _GRID * most
    variance = stderr**2 + (grid**2)[:, None]
    precision = 1 / variance
    total = precision.sum(axis=1)
    centre = (precision @ scores) / total
    away = (precision * (scores - centre[:, None]) ** 2).sum(axis=1)
    log = -0.5 * (np.log(variance).sum(axis=1) + np.log(total) + away)
    weight = np.exp(log - log.max())
    picks = rng.choice(_GRID, size=draws, p=weight / weight.sum())
    found: Floats = grid[picks] + (rng.random(draws) - 0.5) * most / _GRID
    return found


def of_study(study: Study, sample: Sample) -> Drawn:
    """Draw the true scores of an index whose values have known errors.

    Args:
        study: A study in which nothing but the values is varied: its draws give each score's
            standard error, with everything that a moved value does to the scale of others.
        sample: How many draws, from which seed.

    Raises:
        InputError: If the study varies choices too: of those no one knows how likely they are.
    """
    names = [factor.name for factor in study.draws.factors]
    if names != ["values"]:
        raise InputError("index-not-errors-alone", where="posterior", found=", ".join(names))
    return posterior(study.units, study.published, np.nanstd(study.scores, axis=1, ddof=1), sample)


def pit(counts: Floats, truth: Floats, rng: np.random.Generator) -> Floats:
    """Give the randomised probability-integral transform of true ranks.

    Args:
        counts: How often each unit has each rank in the draws, units by ranks from 0.
        truth: The true rank of each unit, from 1.
        rng: Where the randomness comes from.

    Returns:
        One number a unit; uniform in [0, 1] where the draws are calibrated.

    Source: Czado, Gneiting and Held (2009), Biometrics 65, 1254-1261.
    """
    share = counts / counts.sum(axis=1, keepdims=True)
    below = np.cumsum(share, axis=1)
    rows, at = np.arange(len(truth)), truth.astype(np.int64)
    found: Floats = below[rows, at] - share[rows, at] * rng.random(len(truth))
    return found
