import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saola.connect.plan.fitouts import Offers, priced
from saola.connect.plan.flow import narrowest, network


def offers(load: np.ndarray, rate: np.ndarray, limit: float) -> Offers:
    """One station at one grade."""
    zero, count = np.zeros(1, dtype=np.int64), len(load)
    return Offers(zero, zero, np.array([limit]), np.array([0, count]), np.arange(count), load, rate)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 9))
def test_a_station_is_given_the_best_places_it_can_hold(seed: int, count: int) -> None:
    """The places priced for a station are the best of all sets within air time and rate."""
    rng = np.random.default_rng(seed)
    load, rate = rng.uniform(0.05, 0.7, count), rng.uniform(20, 300, count)
    price = rng.normal(-1, 1, count)
    found = priced(offers(load, rate, 400.0), np.array([5.0]), price, np.array([0.5]))
    sets = [list(one) for n in range(count + 1) for one in itertools.combinations(range(count), n)]
    fitting = [one for one in sets if load[one].sum() <= 1 and rate[one].sum() <= 400]

    assert 5.5 + min(price[one].sum() for one in fitting) == pytest.approx(found.value[0])
    assert found.least[0] == pytest.approx(found.value[0])
    assert price[found.link].sum() == pytest.approx(found.value[0] - 5.5)


def test_the_narrowest_cut_carries_the_flow() -> None:
    """What flows equals what crosses the cut found, and the cut parts source from sink."""
    rng = np.random.default_rng(4)
    tail, head = rng.integers(0, 12, 60), rng.integers(0, 12, 60)
    capacity = rng.uniform(0, 1, 60)
    flow, behind = narrowest(network(tail, head, 12), capacity, 0, 11)
    crossing = capacity[~behind[tail] & behind[head]].sum()

    assert behind[11]
    assert not behind[0]
    assert crossing == pytest.approx(flow)
