"""The Sobol indices of ASEM by brute force, beside the estimators and the fact sheet's figures.

With 5 x 2 x 2 alternatives every combination can be run for each set of weights, so conditional
variances are sums, not estimates; only the weights are sampled, quasi-randomly.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from saola.index import Recipe, Table, Tree
from saola.index.sensitivity import rank_change, sensitivity
from saola.index.study import Sample, prepared, studied
from saola.index.table import Floats
from saola.index.vary import Draws
from saola.sampling import points

pytestmark = pytest.mark.real

SETS = 1024
SHAPE = (5, 2, 2)
# Of COINr at N = 10,000, to three places: outliers, normalisation, weights, aggregation.
SHEET = np.array([[0.044, 0.113, 0.090, 0.553], [0.055, 0.294, 0.176, 0.744]])
# COINr's example draws its weights from a list of 100 sets, made once.
COINR_SETS, COINR_RUNS = 100, 10_000


@pytest.fixture(scope="module")
def outcomes(asem: tuple[Table, Tree], asem_recipe: Recipe) -> Floats:
    """The mean absolute rank change, alternatives by alternatives by alternatives by weights."""
    nominal, engine = prepared(*asem, asem_recipe)
    factors = engine.factors
    wide = next(factor.columns for factor in factors if factor.name == "weights")
    weights = points(SETS, wide, np.random.default_rng(11))
    table = np.empty((*SHAPE, SETS))
    for place in np.ndindex(*SHAPE):
        middle = dict(zip(("treat", "normalise", "aggregate"), place, strict=True))
        columns = [
            weights
            if factor.name == "weights"
            else np.full((SETS, 1), (middle[factor.name] + 0.5) / len(factor.alternatives))
            for factor in factors
        ]
        draws = Draws(factors, np.hstack(columns), np.arange(SETS), 1)
        table[place] = rank_change(studied(nominal, engine, draws))
    # In the order of the factors: outliers, normalisation, weights, aggregation.
    return np.moveaxis(table, 3, 2)


def exact(table: Floats) -> Floats:
    """Give first- and total-order indices of a table in which every combination stands."""
    axes = range(4)
    others = [tuple(other for other in axes if other != axis) for axis in axes]
    first = [table.mean(axis=other).var() for other in others]
    total = [table.var(axis=axis).mean() for axis in axes]
    return np.array([first, total]) / table.var()


def test_the_estimators_find_what_brute_force_finds(
    asem: tuple[Table, Tree], asem_recipe: Recipe, outcomes: Floats
) -> None:
    """At N = 10,000 the indices are within Monte Carlo error of the conditional variances."""
    found = sensitivity(*asem, asem_recipe, Sample(10_000, seed=5, bootstrap=60)).overall
    told = np.array([found.first[:, 0], found.total[:, 0]])
    spread = np.array(
        [found.first_high - found.first_low, found.total_high - found.total_low]
    )[:, :, 0]  # fmt: skip
    error = spread / (2 * 1.645)

    # Three standard errors of the estimate, and what 1,024 sets of weights leave open.
    assert (np.abs(told - exact(outcomes)) <= 3 * error + 0.006).all()
    assert_allclose(exact(outcomes), told, atol=0.02)


def _coinr(table: Floats, rng: np.random.Generator) -> Floats:
    """Estimate as COINr does: random runs, targets not centred, weights from a short list."""
    few = table[:, :, rng.choice(table.shape[2], COINR_SETS, replace=False)]
    one, two = (
        [rng.integers(0, size, COINR_RUNS) for size in few.shape] for _ in range(2)
    )  # fmt: skip
    a, b = few[tuple(one)], few[tuple(two)]
    variance = np.concatenate([a, b]).var(ddof=1)
    mixed = [few[tuple(two[i] if i == at else one[i] for i in range(4))] for at in range(4)]
    first = [(b * (each - a)).mean() for each in mixed]
    total = [((a - each) ** 2).mean() / 2 for each in mixed]
    return np.array([first, total]) / variance


def test_the_fact_sheets_figures_lie_within_their_own_monte_carlo_error(outcomes: Floats) -> None:
    """COINr's figures at N = 10,000 are 2.5 standard errors of its own design away at most.

    That design is noisier than N = 10,000 suggests: its first-order estimator is not centred, and
    its weights come from 100 sets. Held against the error of a design that draws weights anew for
    every run, the sheet's total index of the weights would be 7 standard errors off.
    """
    rng = np.random.default_rng(12)
    worlds = np.array([_coinr(outcomes, rng) for _ in range(120)])
    away = (SHEET - exact(outcomes)) / worlds.std(axis=0, ddof=1)

    assert_allclose(exact(outcomes), worlds.mean(axis=0), atol=0.02)
    assert (np.abs(away) <= 2.5).all()
