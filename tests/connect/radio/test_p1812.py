"""Rules that ITU-R P.1812 keeps on any profile."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from saola.connect.radio import p1812
from saola.connect.radio.p1812 import Antennas, Profile, Signal
from saola.connect.radio.p1812.climate import COAST, INLAND, SEA, climate_of
from saola.connect.radio.p1812.normal import inverse_normal
from saola.errors import InputError, InputErrors


def rough(seed: int, points: int = 60, length_km: float = 20.0, relief: float = 30.0) -> Profile:
    """Make an inland profile with a random walk of hills and scattered clutter."""
    rng = np.random.default_rng(seed)
    ground = np.abs(np.cumsum(rng.normal(0.0, relief / 10.0, points)))
    clutter = rng.choice([0.0, 5.0, 15.0], points)
    return Profile.inland(np.linspace(0.0, length_km, points), ground, clutter)


def turned(profile: Profile) -> Profile:
    """Walk a profile from the other end."""
    return Profile(
        profile.distance_km[-1] - profile.distance_km[::-1],
        profile.ground_m[::-1].copy(),
        profile.clutter_m[::-1].copy(),
        profile.zone[::-1].copy(),
    )


SEEDS = st.integers(0, 2**32 - 1)
FREQUENCIES = st.floats(30e6, 6e9)
HEIGHTS = st.floats(1.0, 200.0)
TIMES = st.floats(1.0, 50.0)


@given(seed=SEEDS, frequency=FREQUENCIES, high=HEIGHTS, low=HEIGHTS, time=TIMES)
@settings(max_examples=60, deadline=None)
def test_loss_is_the_same_both_ways(
    seed: int, frequency: float, high: float, low: float, time: float
) -> None:
    """Without coasts the model is reciprocal: antennas may change places."""
    profile, signal = rough(seed), Signal(frequency, time)
    there = p1812.intermediates(profile, Antennas(high, low, 16.0), signal)
    back = p1812.intermediates(turned(profile), Antennas(low, high, 16.0), signal)

    assert there.lb == pytest.approx(back.lb, abs=1e-6)


@given(seed=SEEDS, frequency=FREQUENCIES, time=TIMES, relief=st.floats(0.0, 600.0))
@settings(max_examples=60, deadline=None)
def test_loss_never_falls_below_sight(
    seed: int, frequency: float, time: float, relief: float
) -> None:
    """The loss is finite and at least that of a line of sight, for any relief."""
    found = p1812.intermediates(
        rough(seed, relief=relief), Antennas(30.0, 1.5, 16.0), Signal(frequency, time)
    )

    assert all(math.isfinite(value) for value in found)
    assert found.lb >= found.lb0p - 1e-9


@given(seed=SEEDS, frequency=FREQUENCIES)
@settings(max_examples=30, deadline=None)
def test_loss_grows_with_the_share_of_time(seed: int, frequency: float) -> None:
    """A loss not exceeded for more of the time is not smaller."""
    profile, ends = rough(seed, length_km=60.0), Antennas(30.0, 10.0, 16.0)
    found = [p1812.intermediates(profile, ends, Signal(frequency, p)).lb for p in (1, 10, 30, 50)]

    assert sorted(found) == pytest.approx(found, abs=1e-6)


def test_free_space_loss_grows_by_six_decibels_a_doubling() -> None:
    """Between high masts twice the distance costs 20·log 2 in free space."""
    found = [
        p1812.intermediates(
            Profile.inland(np.linspace(0.0, km, 50), np.zeros(50)),
            Antennas(500.0, 500.0, 16.0),
            Signal(3.5e9),
        ).lbfs
        for km in (5.0, 10.0, 20.0)
    ]

    assert [20.0 * math.log10(2.0)] * 2 == pytest.approx(np.diff(found).tolist(), abs=1e-9)


def test_a_ridge_costs_more_the_higher_it_is() -> None:
    """Raising one point between the ends never lowers the loss."""

    def behind(ridge: float) -> float:
        ground = np.zeros(101)
        ground[40] = ridge
        profile = Profile.inland(np.linspace(0.0, 10.0, 101), ground)
        return p1812.intermediates(profile, Antennas(30.0, 1.5, 16.0), Signal(7e8)).lb

    found = [behind(ridge) for ridge in (0.0, 20.0, 50.0, 100.0, 300.0)]

    assert sorted(found) == found
    assert found[-1] - found[0] > 20.0


def test_more_locations_cost_the_quantile_of_their_spread() -> None:
    """95 % of places need 1.645 standard deviations more than half of them."""
    profile, ends = rough(3), Antennas(30.0, 1.5, 16.0)
    half = p1812.intermediates(profile, ends, Signal(7e8, 50, 50, 5.5)).lb
    most = p1812.intermediates(profile, ends, Signal(7e8, 50, 95, 5.5)).lb

    assert 1.6449 * 5.5 == pytest.approx(most - half, abs=3e-3)


def test_locations_do_not_vary_at_sea() -> None:
    """A receiver at sea has the same loss for any percentage of locations."""
    bare = np.zeros(20)
    sea = Profile(np.linspace(0.0, 10.0, 20), bare, bare, np.full(20, SEA, np.int8))
    ends = Antennas(30.0, 10.0, 16.0)
    few, most = (p1812.intermediates(sea, ends, Signal(7e8, 50, p, 5.5)).lb for p in (10, 95))

    assert few == most


@pytest.mark.parametrize(("share", "value"), [(0.5, 0.0), (0.01, 2.326348), (0.99, -2.326348)])
def test_inverse_normal_is_the_quantile(share: float, value: float) -> None:
    """The rational approximation stays within 4.5e-4 of the normal quantile."""
    assert value == pytest.approx(inverse_normal(share), abs=4.5e-4)


def test_zones_change_midway_between_points() -> None:
    """A point stands for the path halfway to its neighbours."""
    zone = np.array([SEA, SEA, COAST, INLAND, INLAND, SEA], np.int8)
    found = climate_of(np.arange(6.0), zone, Antennas(30.0, 1.5, 16.0).ends)

    assert (3.0, 2.0, 2.0 / 5.0) == pytest.approx((found.dtm, found.dlm, found.sea))


def test_an_antenna_at_sea_has_no_distance_to_the_coast() -> None:
    """A sea zone at an end sets that end's distance from the coast to zero."""
    zone = np.array([SEA, SEA, INLAND, INLAND], np.int8)
    found = climate_of(np.arange(4.0), zone, Antennas(30.0, 1.5, 16.0).ends)

    assert (0.0, 500.0) == (found.coast_t, found.coast_r)


def test_many_paths_agree_with_one_and_with_threads() -> None:
    """A batch gives each path its own loss, whatever the number of threads."""
    paths = [
        (rough(seed, points=20 + seed, length_km=5.0 + seed), Antennas(30.0, 1.5 + seed, 16.0))
        for seed in range(30)
    ]
    signal = Signal(1.8e9, 10.0)
    one = [p1812.intermediates(profile, ends, signal).lb for profile, ends in paths]
    rows = p1812.rows_of(paths)

    assert one == p1812.losses(rows, signal).tolist()
    assert one == p1812.losses(rows, signal, threads=2).tolist()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"distance_km": np.array([0.0, 2.0, 1.0])}, "profile-not-increasing"),
        ({"distance_km": np.array([0.5, 1.0, 2.0])}, "profile-not-increasing"),
        ({"distance_km": np.array([0.0, 0.1, 0.2])}, "radio-out-of-range"),
        ({"ground_m": np.array([0.0, np.nan, 1.0])}, "profile-hole"),
        ({"clutter_m": np.array([0.0, np.inf, 1.0])}, "profile-hole"),
        ({"ground_m": np.zeros(2)}, "profile-lengths-differ"),
        ({"zone": np.array([4, 2, 4], np.int8)}, "profile-zone-unknown"),
    ],
)
def test_a_bad_profile_is_named(change: dict[str, NDArray[np.float64]], code: str) -> None:
    """Each fault of a profile has its own error."""
    good = {
        "distance_km": np.array([0.0, 1.0, 2.0]),
        "ground_m": np.zeros(3),
        "clutter_m": np.zeros(3),
        "zone": np.full(3, INLAND, np.int8),
    }

    with pytest.raises(InputError) as caught:
        Profile(**{**good, **change})
    assert code == caught.value.code


def test_two_points_are_no_profile() -> None:
    """A profile needs a point between its ends."""
    with pytest.raises(InputError) as caught:
        Profile.inland(np.array([0.0, 1.0]), np.zeros(2))
    assert "profile-too-few-points" == caught.value.code


@pytest.mark.parametrize("frequency", [29e6, 6.1e9, math.nan])
def test_a_frequency_outside_the_method_is_refused(frequency: float) -> None:
    """P.1812 holds from 30 MHz to 6 GHz only."""
    with pytest.raises(InputError) as caught:
        Signal(frequency)
    assert ("radio-out-of-range", "frequency_hz") == (caught.value.code, caught.value.where)


def test_all_faults_of_the_ends_are_listed() -> None:
    """Antennas with three bad values raise one error that lists three."""
    with pytest.raises(InputErrors) as caught:
        Antennas(0.0, 9e9, 95.0)
    assert ["transmitter_m", "receiver_m", "latitude"] == [
        fault.where for fault in caught.value.faults
    ]
