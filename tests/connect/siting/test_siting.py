from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saola.connect.siting import Cover, maximal_cover, set_cover
from saola.errors import InputError


def places(seed: int, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    lat, lon = rng.uniform(16.0, 16.5, count), rng.uniform(107.0, 107.5, count)
    return lat, lon, rng.lognormal(8, 1, count).round()


def best_by_trial(cover: Cover, weight: np.ndarray, limit: int) -> float:
    table = cover.table.toarray() > 0
    return max(
        float(weight[table[list(some)].any(axis=0)].sum())
        for some in combinations(range(cover.sites), limit)
    )


def fewest_by_trial(cover: Cover) -> int:
    table = cover.table.toarray() > 0
    return next(
        count
        for count in range(1, cover.sites + 1)
        if any(
            table[list(some)].any(axis=0).all() for some in combinations(range(cover.sites), count)
        )
    )


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), limit=st.integers(1, 4))
def test_the_most_weight_on_small_cases_is_the_optimum_by_trial(seed: int, limit: int) -> None:
    """On a small case the weight covered equals the best of all choices, and the gap is 0."""
    lat, lon, weight = places(seed, 14)
    cover = Cover.within(lat, lon, 12_000)
    found = maximal_cover(cover, weight, limit, rng=np.random.default_rng(1))

    assert best_by_trial(cover, weight, limit) == pytest.approx(found.value)
    assert found.gap == pytest.approx(0.0, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_fewest_sites_on_small_cases_are_the_optimum_by_trial(seed: int) -> None:
    """On a small case the number of sites equals the fewest of all choices, and the gap is 0."""
    lat, lon, _ = places(seed, 12)
    cover = Cover.within(lat, lon, 15_000)
    found = set_cover(cover, rng=np.random.default_rng(1))

    assert fewest_by_trial(cover) == found.value
    assert found.gap == 0.0
    assert (cover.served(found.chosen) > 0).all()


def test_a_seed_gives_one_answer() -> None:
    """The same data and seed give the same sites."""
    lat, lon, weight = places(3, 300)
    cover = Cover.within(lat, lon, 4_000)
    first = maximal_cover(cover, weight, 20, rng=np.random.default_rng(7))
    second = maximal_cover(cover, weight, 20, rng=np.random.default_rng(7))

    assert first.chosen.tolist() == second.chosen.tolist()


def test_three_hundred_places_are_solved_exactly() -> None:
    """A few hundred places end with no gap, for both questions."""
    lat, lon, weight = places(5, 300)
    cover = Cover.within(lat, lon, 4_000)

    assert maximal_cover(cover, weight, 20, rng=np.random.default_rng(7)).gap < 1e-9
    assert set_cover(cover, rng=np.random.default_rng(7), steps=20_000).gap == 0.0


def test_the_radius_is_inclusive() -> None:
    """A place at exactly the radius is served."""
    lat, lon = np.array([0.0, 0.0]), np.array([0.0, 1.0])
    degree = 6_371_008.8 * np.pi / 180

    assert Cover.within(lat, lon, degree * (1 + 1e-12)).table.nnz == 4
    assert Cover.within(lat, lon, degree * (1 - 1e-12)).table.nnz == 2


def test_a_place_without_a_site_is_named() -> None:
    """Set covering refuses a place that no candidate serves."""
    cover = Cover.from_pairs(np.array([0]), np.array([0]), (1, 2))
    with pytest.raises(InputError) as caught:
        set_cover(cover, rng=np.random.default_rng(0))

    assert caught.value.code == "connect-out-of-reach"


@pytest.mark.parametrize(
    ("code", "weight", "limit"),
    [("connect-limit", [1.0, 1.0], 0), ("connect-weights", [1.0, -1.0], 1)],
)
def test_senseless_questions_are_refused(code: str, weight: list[float], limit: int) -> None:
    """No sites to choose and negative weights are named errors."""
    cover = Cover.within(np.zeros(2), np.array([0.0, 1.0]), 1000.0)
    with pytest.raises(InputError) as caught:
        maximal_cover(cover, np.array(weight), limit, rng=np.random.default_rng(0))

    assert caught.value.code == code
