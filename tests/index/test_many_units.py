"""Work that is cut into pieces for speed gives what it gives in one piece."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import rankdata

from saola.index.audit import usual_alternatives
from saola.index.drawn import Drawn, intervals
from saola.index.engine import rank_draws
from saola.index.kernels import weighted_sums
from saola.index.moments import moments
from saola.index.recipe import recipe_of
from saola.index.standings import duels, sure, top
from saola.index.steps import Aggregate, Normalise
from saola.index.treat import winsorise
from saola.sampling import indices, points, saltelli


@pytest.fixture(scope="module")
def field() -> Drawn:
    """Seventeen draws of 300 units, of which some tie."""
    across = np.random.default_rng(4).normal(np.linspace(0, 3, 300), 1.0, (17, 300)).round(1)
    ranked, counts = rank_draws(across)
    names = tuple(f"U{place:03}" for place in range(300))
    return Drawn(names, across[0], ranked[0], across, ranked, counts)


@pytest.mark.parametrize("units", [1, 127, 128, 129, 300])
def test_sums_of_tiles_are_the_sums(units: int) -> None:
    """Every unit has its sum, in whichever tile it lies."""
    rng = np.random.default_rng(1)
    values, weights = rng.random((2, units)), rng.random((2, 3))
    out = np.full((3, units), np.nan)
    weighted_sums(values, weights, out)

    assert_allclose(weights.T @ values, out)


def test_ranks_and_counts_of_many_units(field: Drawn) -> None:
    """Ranks are competition ranks in each draw, and every one is counted once."""
    assert (rankdata(-field.across, method="min", axis=1) == field.ranked).all()
    for unit in (0, 63, 64, 65, 255, 256, 257, 299):
        counted = np.bincount(field.ranked[:, unit], minlength=301)
        assert (counted == field.counts[unit]).all()
    assert 17 * 300 == field.counts.sum()


def test_intervals_of_many_units(field: Drawn) -> None:
    """Every unit has the quantiles of its own draws."""
    told = intervals(field).sort("unit")
    low, middle, high = np.quantile(field.across, [0.05, 0.5, 0.95], axis=0)

    assert_allclose(low, told["score_low"], atol=1e-12)
    assert_allclose(middle, told["score_median"], atol=1e-12)
    assert_allclose(high, told["score_high"], atol=1e-12)
    assert_allclose(field.ranked.mean(axis=0), told["rank_mean"])
    assert_allclose((field.ranked <= 10).mean(axis=0), top(field, 10).sort("unit")["top"])


def test_sure_wins_of_many_units(field: Drawn) -> None:
    """What is counted in blocks is what the matrix of duels says."""
    chance = duels(field)
    won, lost = sure(field, 0.9)

    assert ((chance >= 0.9).sum(axis=1) == won).all()
    assert ((chance >= 0.9).sum(axis=0) == lost).all()
    assert_allclose(chance + chance.T, 1.0)


def test_an_interval_of_indices_is_of_rows_drawn_again() -> None:
    """Quantiles of the estimates over rows drawn with replacement, all blocks drawn alike."""
    design = saltelli(16, [1, 1], np.random.default_rng(5))
    stacked = design.stacked()
    outcome = stacked[:, 0] + 2 * stacked[:, 1] ** 2
    found = indices(outcome, 2, bootstrap=40, rng=np.random.default_rng(6))
    picks = np.random.default_rng(6).integers(0, 16, size=(40, 16))
    a, b, *mixed = (outcome - outcome[:32].mean()).reshape(4, 16)
    first, total = np.empty((40, 2)), np.empty((40, 2))
    for at, rows in enumerate(picks):
        spread = np.concatenate([a[rows], b[rows]]).var(ddof=1)
        for factor, each in enumerate(mixed):
            first[at, factor] = np.mean(b[rows] * (each - a)[rows]) / spread
            total[at, factor] = np.mean((a - each)[rows] ** 2) / 2 / spread

    for name, ends in (("first", first), ("total", total)):
        low, high = np.quantile(ends, [0.05, 0.95], axis=0)
        assert_allclose(low, getattr(found, f"{name}_low")[:, 0])
        assert_allclose(high, getattr(found, f"{name}_high")[:, 0])
    spread = np.concatenate([a, b]).var(ddof=1)
    assert_allclose([np.mean(b * (each - a)) / spread for each in mixed], found.first[:, 0])
    assert spread == pytest.approx(found.variance[0])


@pytest.mark.parametrize("draws", [1, 2, 3, 4, 5])
def test_points_are_as_many_as_wanted_and_below_one(draws: int) -> None:
    """Of each kind, whether a power of two or not; no columns are no points."""
    for kind in ("sobol", "latin", "random"):
        found = points(draws, 2, np.random.default_rng(1), kind)  # type: ignore[arg-type]  # of Kind
        assert (draws, 2) == found.shape
        assert ((found >= 0) & (found < 1)).all()
        assert (draws, 0) == points(draws, 0, np.random.default_rng(1)).shape


def test_the_usual_alternatives_by_name() -> None:
    """Weights follow the last normalising, means end the recipe, all as JRC audits try them."""
    plain = recipe_of([{"step": "impute"}, {"step": "normalise"}])
    found = usual_alternatives(plain)

    assert ["impute", "normalise", "weigh", "aggregate"] == [step.kind for step in found.steps]
    assert 0.25 == found.weigh.noise
    scaled = Normalise(range=(1.0, 100.0)), Normalise(method="zscore", mean=10.0, sd=2.0)
    joined = Aggregate(), Aggregate(method="geometric")
    assert ((), scaled, (), joined) == found.alternatives


def test_pulling_in_ends_where_the_kurtosis_passes() -> None:
    """At its limit the kurtosis does not pass, just below it does."""
    column = np.array([0.0, 0.0, 0.0, 1.0, 9.0])
    tail = moments(column)[1]
    assert 1 == winsorise(column, 1, 0.0, tail)[1]
    assert 0 == winsorise(column, 1, 0.0, float(np.nextafter(tail, 99)))[1]
