import runpy
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from saola.errors import InputError
from saola.index import Table, Tree, recipe_of
from saola.index.drawn import intervals
from saola.index.posterior import of_study, pit, posterior
from saola.index.standings import top
from saola.index.study import Sample, vary

NAN = float("nan")
ROOT = Path(__file__).resolve().parents[2]


def test_ranks_of_known_worlds_are_calibrated() -> None:
    """In worlds with known errors the PIT of true ranks is uniform and 90 % intervals hold 90 %."""
    calibrate = runpy.run_path(str(ROOT / "benchmarks" / "index_worlds.py"))["calibrate"]
    found = calibrate(34, 0.4, worlds=120, seed=4, draws=400)

    assert found.distance <= 0.03
    assert found.coverage >= 0.90 - 2 * found.stderr
    assert found.naive_coverage < found.coverage


def test_exact_scores_stay_and_noisy_ones_shrink() -> None:
    """A score without error is its own truth; a noisy extreme is drawn towards the field."""
    scores = np.array([10.0, 20.0, 30.0, 40.0, 90.0])
    exact = posterior(tuple("abcde"), scores, np.zeros(5), Sample(64, 1))
    noisy = posterior(tuple("abcde"), scores, np.full(5, 15.0), Sample(4000, 1))

    assert_allclose(np.tile(scores, (64, 1)), exact.across)
    assert noisy.across.mean(axis=0)[4] < 88
    assert noisy.across.mean(axis=0)[0] > 11
    assert [5, 4, 3, 2, 1] == exact.published_ranks.tolist()


def test_the_posterior_knows_gaps_and_refuses_nonsense() -> None:
    """A unit without a score stays without; negative errors and tiny fields are refused."""
    scores = np.array([1.0, 2.0, NAN, 4.0])
    told = posterior(tuple("abcd"), scores, np.array([0.1, 0.1, NAN, 0.1]), Sample(64, 1))

    assert 0.0 == intervals(told).filter(unit="c")["scored"][0]
    assert "d" == top(told, 1)["unit"][0]
    assert "<table" in told._repr_html_()
    with pytest.raises(InputError) as caught:
        posterior(tuple("abcd"), scores, np.array([0.1, -1, NAN, 0.1]), Sample(64, 1))
    assert "index-stderr" == caught.value.code
    with pytest.raises(InputError) as caught:
        posterior(("a", "b"), np.array([1.0, 2.0]), np.ones(2), Sample(64, 1))
    assert "index-rows-few" == caught.value.code


def test_an_index_with_errors_has_a_posterior(small: tuple[Table, Tree]) -> None:
    """A study of errors alone gives the posterior of the index; one of choices does not."""
    table, tree = small
    stderr = np.full(table.values.shape, 0.5)
    noisy = Table(table.units, table.indicators, table.values, stderr=stderr)
    study = vary(noisy, tree, recipe_of([{"step": "normalise"}]), Sample(400, 1))
    told = of_study(study, Sample(400, 2))

    assert study.published.tolist() == told.published.tolist()
    assert told.across.std(axis=0).min() > 0
    both = recipe_of([{"step": "normalise"}, {"step": "weigh", "noise": 0.2}])
    with pytest.raises(InputError, match="weights"):
        of_study(vary(noisy, tree, both, Sample(64, 1)), Sample(64, 2))


def test_pit_of_a_sure_rank_is_uniform() -> None:
    """Where all draws agree with the truth the transform is the randomness itself."""
    counts = np.zeros((1000, 4), dtype=np.int64)
    counts[:, 2] = 10
    found = pit(counts, np.full(1000, 2), np.random.default_rng(1))

    assert 0.5 == pytest.approx(found.mean(), abs=0.03)
    assert (found.min() > 0, found.max() <= 1) == (True, True)
