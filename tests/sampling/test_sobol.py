from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from saola.sampling import indices, points, saltelli


def ishigami(x: np.ndarray) -> np.ndarray:
    a = np.pi * (2 * x - 1)
    return np.sin(a[:, 0]) + 7 * np.sin(a[:, 1]) ** 2 + 0.1 * a[:, 2] ** 4 * np.sin(a[:, 0])


def test_ishigamis_indices_are_found() -> None:
    """The estimators give the known indices of the Ishigami function."""
    design = saltelli(16384, [1, 1, 1], np.random.default_rng(1))
    found = indices(ishigami(design.stacked()), 3)

    assert_allclose([0.3139, 0.4424, 0.0], found.first[:, 0], atol=0.01)
    assert_allclose([0.5576, 0.4424, 0.2437], found.total[:, 0], atol=0.01)
    assert 13.845 == pytest.approx(found.variance[0], rel=0.01)


def test_sobols_g_indices_are_found_with_intervals_that_hold_them() -> None:
    """The estimators give the known indices of Sobol's g function, inside their intervals."""
    a = np.array([0.0, 1.0, 4.5, 9.0, 99.0])
    design = saltelli(4096, [1] * 5, np.random.default_rng(2))
    outcome = np.prod((np.abs(4 * design.stacked() - 2) + a) / (1 + a), axis=1)
    part = 1 / (3 * (1 + a) ** 2)
    variance = np.prod(1 + part) - 1
    first = part / variance
    total = part * np.prod(1 + part) / (1 + part) / variance
    found = indices(outcome, 5, bootstrap=300, level=0.99, rng=np.random.default_rng(3))

    assert_allclose(first, found.first[:, 0], atol=0.015)
    assert_allclose(total, found.total[:, 0], atol=0.015)
    assert ((found.first_low[:, 0] <= first) & (first <= found.first_high[:, 0])).all()
    assert ((found.total_low[:, 0] <= total) & (total <= found.total_high[:, 0])).all()


@pytest.mark.real
def test_coinrs_600_runs_give_the_reference_indices(shared_data: Path) -> None:
    """The 600 stored runs give the reference indices to 1e-6."""
    runs = pl.read_csv(shared_data / "asem" / "sobol_600.csv").sort("run")
    found = indices(runs["mean_abs_rank_change"].to_numpy(), 4, centre=False)

    assert 0.6279066 == pytest.approx(found.variance[0], abs=1e-6)
    assert_allclose([0.039873, 0.252415, 0.228339, 0.368017], found.first[:, 0], atol=1e-6)
    assert_allclose([0.048359, 0.270710, 0.177641, 0.617860], found.total[:, 0], atol=1e-6)


def test_a_factor_may_have_several_columns() -> None:
    """The index of a group is that of its columns taken together."""
    design = saltelli(4096, [2, 1], np.random.default_rng(4))
    runs = design.stacked()
    found = indices(runs[:, 0] + runs[:, 1] + runs[:, 2], 2)

    assert ((0, 1), (2,)) == design.groups
    assert_allclose([2 / 3, 1 / 3], found.first[:, 0], atol=0.01)


def test_what_does_not_vary_has_indices_zero() -> None:
    """A factor without effect and a constant target have indices 0, not NaN."""
    design = saltelli(256, [1, 1], np.random.default_rng(5))
    runs = design.stacked()
    found = indices(np.column_stack([runs[:, 0], np.full(len(runs), 7.0)]), 2, bootstrap=50)

    assert_allclose([0.0, 0.0], [found.first[1, 0], found.total[1, 0]], atol=1e-12)
    assert_allclose(np.zeros(2), found.total[:, 1])
    assert_allclose(np.zeros(2), found.total_high[:, 1])


@pytest.mark.parametrize("kind", ["sobol", "latin", "random"])
def test_points_lie_in_the_cube_and_follow_the_seed(kind: str) -> None:
    """Every design gives the number asked for, below 1, the same for a seed."""
    one, other = (points(300, 3, np.random.default_rng(6), kind) for _ in range(2))

    assert (300, 3) == one.shape
    assert one.tolist() == other.tolist()
    assert ((one >= 0) & (one < 1)).all()
    assert_allclose([0.5] * 3, one.mean(axis=0), atol=0.06)
    assert (5, 0) == points(5, 0, np.random.default_rng(0), kind).shape
