"""What happens at a limit itself, and what is taken where nothing is said."""

import math
from dataclasses import fields
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from saola.errors import InputError, SaolaError
from saola.index import Part, Table, build, recipe_of, tree_of
from saola.index.coherence import correlate, explained, flags, reliability, statistics
from saola.index.compare import compare
from saola.index.doubt import doubt, doubted
from saola.index.drawn import Drawn, checked_share, intervals
from saola.index.engine import rank_draws
from saola.index.errors_drawn import Mover
from saola.index.explain import change, lost, moved, peers
from saola.index.growth import growth
from saola.index.impute import along
from saola.index.inequality import gini, measures
from saola.index.joining import benefit_of_the_doubt, copeland, mazziotta_pareto
from saola.index.moments import fine, kurtosis, moments, passes, skewness
from saola.index.normalise import normalise
from saola.index.posterior import pit, posterior, truths
from saola.index.screen import availability, screen
from saola.index.standings import classes, duels, sure, top
from saola.index.steps import KINDS, Normalise, Screen
from saola.index.study import Sample
from saola.index.treat import transform, winsorise
from saola.index.vary import factors_of
from saola.index.weigh import budget, loadings

NAN = float("nan")
PAIR = tree_of([Part("i", (), level=2), Part("a", ("i",)), Part("b", ("i",))])


def pair_of(*rows: tuple[float, float], **more: Any) -> Table:
    return Table(tuple("UVWXYZ"[: len(rows)]), ("a", "b"), np.array(rows, dtype=float), **more)


def step_of(kind: str, **keys: object) -> Any:
    """Read one step of a recipe that normalises."""
    rest = [] if kind == "normalise" else [{"step": "normalise"}]
    rows = [{"step": kind, **keys}]
    recipe = recipe_of([*rows, *rest] if kind in {"impute", "screen", "treat"} else [*rest, *rows])
    return next(step for step in recipe.steps if step.kind == kind)


def draws_of(*rows: tuple[float, ...]) -> Drawn:
    across = np.array(rows)
    ranked, counts = rank_draws(across)
    names = tuple("UVWXYZ"[: across.shape[1]])
    return Drawn(names, across[-1], ranked[-1], across, ranked, counts)


DEFAULTS: dict[str, dict[str, object]] = {
    "denominate": {},
    "screen": {"available": 2 / 3, "nonzero": 0.0, "indicator_available": 0.0},
    "impute": {"method": "mean", "limit": 0, "rounds": 200},
    "treat": {"method": "winsorise", "then": "log-coin-tool", "most": 5, "skew": 2.0,
              "kurtosis": 3.5, "exponent": 0.0, "over": "period"},
    "normalise": {"method": "minmax", "mean": 0.0, "sd": 1.0, "range": None, "low": None,
                  "high": None, "target": None, "cap": True, "over": "panel"},
    "weigh": {"method": "given", "noise": 0.0, "spread": "uniform"},
    "aggregate": {"method": "arithmetic", "power": 0.5, "available": 0.0, "penalty": "-",
                  "least": 0.0},
}  # fmt: skip


def test_what_a_step_does_not_say() -> None:
    """The usual settings are those of the guide; every other key is empty or off."""
    for kind, step in KINDS.items():
        for item in fields(step):
            value = getattr(step(), item.name)
            assert DEFAULTS[kind].get(item.name, value) == value
            assert item.name in DEFAULTS[kind] or not value


SHARES = [("screen", "available"), ("screen", "nonzero"), ("screen", "indicator_available"),
          ("weigh", "noise"), ("aggregate", "available"), ("aggregate", "least")]  # fmt: skip


@pytest.mark.parametrize(("kind", "key"), SHARES)
def test_a_share_goes_from_nothing_to_all(kind: str, key: str) -> None:
    """0 and 1 are shares, less and more are not, and the error says what is allowed."""
    for value in (0, 1, 0.0, 1.0):
        assert value == getattr(step_of(kind, **{key: value}), key)
    for value in (-1e-9, 1 + 1e-9, True, "1"):
        with pytest.raises(InputError) as caught:
            step_of(kind, **{key: value})
        assert "0 … 1" in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "key", "good", "bad", "told"),
    [
        ("impute", "rounds", 1, 0, "1, 2, …"),
        ("impute", "limit", 0, -1, "0, 1, …"),
        ("treat", "most", 0, -1, "0, 1, …"),
        ("treat", "skew", 0.0, -1e-9, "0 … inf"),
        ("normalise", "sd", 1e-12, 0.0, "1e-12 … inf"),
        ("normalise", "range", (1.0, 2.0), (1.0, 1.0), "[low, high]"),
        ("normalise", "range", (1.0, 2.0), (1.0, 2.0, 3.0), "[low, high]"),
    ],
)
def test_the_least_that_a_key_takes(
    kind: str, key: str, good: object, bad: object, told: str
) -> None:
    """The limit itself is good, what lies beyond is not."""
    assert good == getattr(step_of(kind, **{key: good}), key)
    with pytest.raises(InputError) as caught:
        step_of(kind, **{key: bad})
    assert told in str(caught.value)


def test_an_outlier_test_is_failed_at_its_limits() -> None:
    """A column passes below a limit and not at it, alone as beside others."""
    column = np.array([0.0, 0.0, 1.0, 0.0])
    lean, tail = moments(column)
    wide = np.column_stack([column, np.array([1.0, 2.0, 3.0, NAN])])
    many = (float(skewness(wide)[0]), float(kurtosis(wide)[0]))

    assert_allclose([lean, tail], many)
    assert not fine(column, lean, tail)
    assert fine(column, math.nextafter(lean, 9), tail)
    assert fine(column, lean, math.nextafter(tail, 9))
    assert [False, True] == passes(wide, *many).tolist()
    assert passes(wide, math.nextafter(many[0], 9), many[1])[0]
    assert passes(wide, many[0], math.nextafter(many[1], 9))[0]
    assert not passes(-wide, *many)[0]


def test_moments_need_three_and_four_values() -> None:
    """Skewness is known from three values, kurtosis from four, neither without spread."""
    columns = np.array([[1.0, 1.0, 1.0, 5.0], [2.0, 2.0, 2.0, 5.0], [NAN, 4.0, 4.0, 5.0],
                        [NAN, NAN, 9.0, 5.0]])  # fmt: skip
    assert [True, False, False, True] == np.isnan(skewness(columns)).tolist()
    assert [True, True, False, True] == np.isnan(kurtosis(columns)).tolist()
    for column, lean, tail in zip(columns.T, skewness(columns), kurtosis(columns), strict=True):
        assert_allclose(moments(column), (lean, tail))


def test_points_pulled_in_are_counted_at_both_ends() -> None:
    """The farthest goes to the next, then both to the one after; no more than allowed."""
    column = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 50.0, 100.0])

    assert ([0, 1, 2, 3, 4, 50, 50], 1) == told(winsorise(column, 1, 0.0, -9.0))
    assert ([0, 1, 2, 3, 4, 4, 4], 2) == told(winsorise(column, 2, 1.0, -9.0))
    assert (column.tolist(), 0) == told(winsorise(column, 0, 0.0, -9.0))
    assert ([-4, -4, -4, -3, -2, -1, 0], 2) == told(winsorise(-column[::-1], 2, 1.0, -9.0))
    # What passes is left alone, unless it is to be forced.
    assert (column.tolist(), 0) == told(winsorise(column, 5, 9.0, -9.0))
    assert 1 == winsorise(column, 1, 9.0, 9.0, force=True)[1]
    # Two values left: one more would make a constant.
    assert ([0, 0, 1], 0) == told(winsorise(np.array([0.0, 0.0, 1.0]), 5, 0.0, -9.0, force=True))


def told(found: tuple[np.ndarray[Any, Any], int]) -> tuple[list[float], int]:
    return found[0].tolist(), found[1]


def test_bends_by_their_formulas() -> None:
    """Each logarithm begins where its source says."""
    x = np.array([3.0, 4.0, 7.0, NAN])
    assert_allclose(np.log([1, 2, 5, NAN]), transform(x, "log"))
    assert_allclose(np.log([0.04, 1.04, 4.04, NAN]), transform(x, "log-coin-tool"))
    assert_allclose(np.log([0.04, 1.04, 4.04, NAN]), transform(x, "log-skew"))
    assert_allclose(np.log([1, 6 / 4 + 1, 7, NAN]), transform(x, "log-gii"))
    assert_allclose(
        [0, math.sqrt(2) * 2 - 2, 2 * math.sqrt(5) - 2, NAN], transform(x, "boxcox", 0.5)
    )
    assert_allclose(transform(x, "log"), transform(x, "boxcox"))
    with pytest.raises(InputError):
        transform(np.array([0.0, 0.5, 1.0]), "log-gii")
    assert 3 == transform(np.array([0.0, 0.5, 1.0 + 1e-9]), "log-gii").size


def test_screening_keeps_what_has_just_enough() -> None:
    """The least share itself is enough, of values, of values not zero, and of units."""
    tree = tree_of([Part("i", (), level=2), *(Part(code, ("i",)) for code in "abc")])
    values = np.array([[1.0, 2.0, NAN], [1.0, NAN, NAN], [0.0, 0.0, 5.0], [1.0, 0.0, 3.0]])
    table = Table(tuple("UVWX"), tuple("abc"), values)

    assert ("U", "W", "X") == screen(table, tree, Screen()).units
    assert ("X",) == screen(table, tree, Screen(available=1, nonzero=2 / 3)).units
    assert ("W", "X") == screen(table, tree, Screen(available=1, nonzero=1 - 2 / 3)).units
    half = screen(table, tree, Screen(available=0, indicator_available=0.5)).values
    assert [4, 3, 2] == (~np.isnan(half)).sum(axis=0).tolist()
    more = screen(table, tree, Screen(available=0, indicator_available=0.51)).values
    assert [4, 3, 0] == (~np.isnan(more)).sum(axis=0).tolist()
    found = availability(table)
    assert [1, 2, 0, 0] == found["missing"].to_list()
    assert [0, 0, 2, 1] == found["zero"].to_list()
    assert_allclose([2 / 3, 1 / 3, 1, 1], found["available"])
    assert_allclose([1, 1, 1 / 3, 2 / 3], found["nonzero"])


def test_values_are_carried_as_far_as_the_limit() -> None:
    """At the limit yes, beyond no; of two as near the earlier; `latest` looks back alone."""
    times, values = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 6.0]), np.array([NAN, 1, NAN, 5, NAN, NAN])

    assert_allclose([1, 1, 3, 5, 5, 5], along(times, values, "linear"))
    assert_allclose([1, 1, 1, 5, 5, 5], along(times, values, "nearest"))
    assert_allclose([NAN, 1, 1, 5, 5, 5], along(times, values, "latest"))
    assert_allclose([1, 1, 1, 5, 5, NAN], along(times, values, "nearest", 1))
    assert_allclose([NAN, 1, 1, 5, 5, 5], along(times, values, "latest", 3))
    assert_allclose([1, 1, 3, 5, 5, NAN], along(times, values, "linear", 2))


@pytest.mark.parametrize("method", ["minmax", "zscore", "rank"])
def test_errors_are_scaled_as_differences_are(method: str) -> None:
    """With a unit that has nothing, each error takes the slope between the extremes."""
    tree = tree_of([Part("i", (), level=2), *(Part(code, ("i",)) for code in "abc")])
    values = np.array([[NAN, NAN, NAN], [1.0, 10.0, 4.0], [3.0, 30.0, 2.0]])
    table = Table(tuple("UVW"), tuple("abc"), values, stderr=np.full((3, 3), 0.5))
    found = normalise(table, tree, Normalise(method=method))
    assert found.stderr is not None
    span = {"minmax": 100.0, "zscore": math.sqrt(2), "rank": 1.0}[method]

    assert_allclose(np.tile(0.5 * span / np.array([2.0, 20.0, 2.0]), (3, 1)), found.stderr)


def test_methods_of_scale_by_hand() -> None:
    """Ends, caps and ranges of each method, for more and for less being better."""
    tree = tree_of([Part("i", (), level=2), Part("a", ("i",)), Part("b", ("i",), direction=-1)])
    table = pair_of((1, 1), (2, 2), (4, 4), (NAN, 8))

    def found(method: str, **keys: Any) -> list[list[float]]:
        done = normalise(table, tree, Normalise(method=method, **keys)).values
        return [column[~np.isnan(column)].tolist() for column in done.T]

    posts = {"low": 2.0, "high": 3.0}
    assert [[0, 0, 1], [1, 1, 0, 0]] == found("goalposts", **posts)
    assert [[-1, 0, 2], [2, 1, -1, -5]] == found("goalposts", cap=False, **posts)
    assert [[10, 10, 20], [20, 20, 10, 10]] == found("goalposts", range=(10.0, 20.0), **posts)
    assert [[-100, 0, 200], [200, 100, -100, -500]] == found("scaled", **posts)
    assert [[1, 2, 3], [4, 3, 2, 1]] == found("rank")
    assert [[0, 1, 2], [3, 2, 1, 0]] == found("borda")
    assert [[0, 0.5, 1], [1, 2 / 3, 1 / 3, 0]] == found("percentile")
    assert [[5, 7.5, 10], [10, 5 + 10 / 3, 5 + 5 / 3, 5]] == [
        pytest.approx(column) for column in found("rank", range=(5.0, 10.0))
    ]
    assert [[0.25, 0.5, 1], [1, 0.5, 0.25, 0.125]] == found("fraction-of-leader")
    assert [[0, 0.5, 1], [1, 1, 0.8, 0]] == found("distance-to-target", target=3.0)
    assert [[0, 0.5, 1.5], [1.4, 1.2, 0.8, 0]] == [
        pytest.approx(column) for column in found("distance-to-target", target=3.0, cap=False)
    ]
    assert [[0, 1, 1], [1, 1, 2 / 3, 0]] == found("distance-to-reference", reference="V")


@pytest.mark.parametrize(
    ("method", "keys", "code"),
    [
        ("distance-to-target", {"target": 1.0}, "index-target-met"),
        ("distance-to-reference", {"reference": "U"}, "index-reference-least"),
        ("goalposts", {"low": 2.0, "high": 2.0}, "index-goalposts"),
        ("fraction-of-leader", {}, "index-not-positive"),
    ],
)
def test_scales_that_have_no_length(method: str, keys: dict[str, Any], code: str) -> None:
    """A target or reference at the least value, equal goalposts and a leader's zero are errors."""
    start = 0.0 if method == "fraction-of-leader" else 1.0
    table = pair_of((start, start), (2, 2), (4, 4))
    with pytest.raises(SaolaError) as caught:
        normalise(table, PAIR, Normalise(method=method, **keys))

    errors = getattr(caught.value, "faults", [caught.value])
    assert code in {error.code for error in errors}


@pytest.mark.parametrize("exponent", [1.0, 0.5, 0.0, -1.0])
def test_a_zero_is_taken_by_means_that_can(exponent: float) -> None:
    """A power above 0 takes a zero; a geometric or harmonic mean gives nothing for that draw."""
    table = pair_of((0, 100), (100, 50), (50, 0), stderr=np.zeros((3, 2)))
    found = Mover(table, PAIR, Normalise(), 1).flat(
        np.array([0]), np.array([[0.5], [0.5]]), exponent
    )[0]
    root = (math.sqrt(50) / 2) ** 2
    whole = {1.0: [50, 75, 25], 0.5: [25, (5 + math.sqrt(12.5)) ** 2, root]}
    rest = {0.0: [NAN, math.sqrt(5000), NAN], -1.0: [NAN, 200 / 3, NAN]}

    assert_allclose((whole | rest)[exponent], found)


def test_flags_begin_beyond_their_limits() -> None:
    """Half zeros and half distinct are told apart from less; shares at the limit are enough."""
    many = np.array([[0.0, 1.0, 1.0], [0.0, 2.0, 1.0], [1.0, NAN, 2.0], [2.0, NAN, 2.0]])
    table = Table(tuple("UVWX"), tuple("abc"), many)

    assert ["", "gaps", ""] == statistics(table)["flags"].to_list()
    assert ["", "", ""] == statistics(table, available=0.5)["flags"].to_list()
    assert (
        "zeros"
        in statistics(Table(tuple("UVWX"), ("a",), many[:, :1] * [[1], [1], [1], [0]]))["flags"][0]
    )
    lone = Table(tuple("UVWXY"), ("a",), np.array([[0.0], [0.0], [0.0], [0.0], [9.0]]))
    row = statistics(lone).row(0, named=True)
    assert row["flags"].split(", ") == ["zeros", "few values", "outliers"]
    for limits in ({"skew": row["skewness"]}, {"tail": row["kurtosis"]}):
        assert "outliers" not in statistics(lone, **limits)["flags"][0]
    # 13 of 20 known is 0.65, enough; 12 is not.
    for known, flag in ((13, ""), (12, "gaps")):
        column = np.where(np.arange(20) < known, np.arange(20.0), NAN)[:, None]
        found = statistics(Table(tuple(map(str, range(20))), ("a",), column))
        assert flag == found["flags"][0]


def test_parts_correlate_below_or_above_the_limit_not_at_it() -> None:
    """`redundant` is more than the limit, `silent` less; 0.92 and 0.3 are usual."""
    rng = np.random.default_rng(3)
    table = pair_of(*[tuple(row) for row in rng.random((6, 2))])
    steps = [{"step": "normalise"}, {"step": "weigh", "weights": {"a": 0.02}}]
    built = build(table, PAIR, recipe_of([*steps, {"step": "aggregate"}]))
    close = correlate(built.column("a"), built.column("b"))[0]
    up = correlate(built.column("a"), built.column("i"))[0]

    def named(**limits: float) -> set[str]:
        return set(flags(built, **limits)["flag"])

    assert "redundant" in named(redundant=close - 1e-9)
    assert "redundant" not in named(redundant=close + 1e-9)
    kind = "silent" if up > 0 else "against"
    assert kind in named(weak=up + 1e-9)
    assert kind not in named(weak=up - 1e-9)


@pytest.mark.parametrize(("r", "flag"), [(0.91, None), (0.93, "redundant")])
def test_two_say_the_same_above_92_of_100(r: float, flag: str | None) -> None:
    """Columns made to correlate by 0.91 and 0.93 lie on the two sides of the usual limit."""
    one = np.array([-1.0, -1.0, 1.0, 1.0])
    other = r * one + math.sqrt(1 - r**2) * np.array([-1.0, 1.0, -1.0, 1.0])
    table = pair_of(*zip(one, other, strict=True))
    built = build(table, PAIR, recipe_of([{"step": "normalise"}, {"step": "aggregate"}]))

    assert ([flag] if flag else []) == flags(built)["flag"].to_list()
    assert_allclose(explained(np.column_stack([one, other])), [(1 + r) / 2, (1 - r) / 2])
    assert 1 == reliability(built)["components"][0]


@pytest.mark.parametrize(("r", "flag"), [(0.29, "silent"), (0.31, None), (-0.05, "against")])
def test_a_part_is_hardly_heard_below_30_of_100(r: float, flag: str | None) -> None:
    """A part whose correlation with its parent is below 0.3 is silent, below 0 against."""
    heavy = np.array([-1.0, -1.0, 1.0, 1.0])
    light = r * heavy + math.sqrt(1 - r**2) * np.array([-1.0, 1.0, -1.0, 1.0])
    steps = [{"step": "normalise", "method": "none"}, {"step": "weigh", "weights": {"b": 1e-6}}]
    table = pair_of(*zip(heavy, light, strict=True))
    built = build(table, PAIR, recipe_of([*steps, {"step": "aggregate"}]))

    assert ([(flag, "b")] if flag else []) == flags(built).select("flag", "part").rows()


def test_components_that_are_all_alike_are_none_above_one() -> None:
    """Columns without correlation have eigenvalues of 1, and so no component above 1."""
    table = pair_of((-1, -1), (-1, 1), (1, -1), (1, 1))
    built = build(table, PAIR, recipe_of([{"step": "normalise"}, {"step": "aggregate"}]))

    assert [("i", 2, pytest.approx(0), pytest.approx(0.5), 0)] == reliability(built).rows()
    assert 0 == explained(np.ones((4, 2))).size
    assert 0 == explained(np.array([[1.0, 2.0], [2.0, 3.0]])).size


def test_intervals_hold_at_least_their_share() -> None:
    """Of 20 draws a 90 % interval leaves out one at each end, and never two."""
    rows = [(1.0, 2.0, 3.0)] * 1 + [(2.0, 1.0, 3.0)] * 18 + [(3.0, 2.0, 1.0)]
    drawn = draws_of(*rows[1:], rows[0])
    told_ = {row["unit"]: row for row in intervals(drawn).iter_rows(named=True)}

    assert (2, 2, 2) == tuple(told_["U"][f"rank_{name}"] for name in ("low", "median", "high"))
    assert (18 * 2 + 1 + 3) / 20 == told_["U"]["rank_mean"]
    wide = {row["unit"]: row for row in intervals(drawn, 0.91).iter_rows(named=True)}
    assert (1, 3) == (wide["U"]["rank_low"], wide["U"]["rank_high"])
    assert_allclose(
        [1.95, 2.0, 2.05], [told_["U"][f"score_{n}"] for n in ("low", "median", "high")]
    )
    assert {1.0} == {row["scored"] for row in told_.values()}


def test_score_quantiles_lie_between_draws() -> None:
    """Of 0, 10, …, 100 the fifth of each end lies half way between two; gaps are left out."""
    across = [(float(x), -1.0) for x in range(0, 101, 10)] + [(NAN, -1.0)]
    found = intervals(draws_of(*across)).filter(unit="U").row(0, named=True)

    assert_allclose([5, 50, 95], [found[f"score_{name}"] for name in ("low", "median", "high")])
    assert 11 / 12 == found["scored"]
    assert 1.0 == found["rank_mean"]


@pytest.mark.parametrize("level", [0, 1, -0.1, 1.1, NAN])
def test_no_share_and_the_whole_are_no_level(level: float) -> None:
    """A level lies strictly between 0 and 1."""
    with pytest.raises(InputError):
        checked_share(level)


def test_standings_count_whom_the_draws_tell_apart() -> None:
    """Just the share is enough to be surely ahead; the top holds the first k."""
    drawn = draws_of(*[(3.0, 2.0, 1.0)] * 19, (1.0, 2.0, 3.0))

    assert [[0.5, 0.95, 0.95], [0.05, 0.5, 0.95], [0.05, 0.05, 0.5]] == duels(drawn).tolist()
    assert [[2, 1, 0], [0, 1, 2]] == [each.tolist() for each in sure(drawn, 0.95)]
    assert [[0, 0, 0]] * 2 == [each.tolist() for each in sure(drawn, 0.951)]
    assert [("U", 0.95), ("W", 0.05), ("V", 0.0)] == top(drawn, 1).rows()
    assert [("V", 1.0), ("U", 0.95), ("W", 0.05)] == top(drawn, 2).rows()
    final = draws_of((1.0, 2.0, 3.0), *[(3.0, 2.0, 1.0)] * 19)
    assert [1, 2, 3] == classes(final)["class"].to_list()
    assert [1, 2, 3] == classes(final)["best"].to_list() == classes(final)["worst"].to_list()


def test_draws_begin_at_sixteen() -> None:
    """Sixteen draws are enough, fifteen not; a seed gives every use numbers of its own."""
    assert (16, 200, "sobol") == (Sample(16, 1).draws, Sample(16, 1).bootstrap, Sample(16, 1).kind)
    with pytest.raises(InputError):
        Sample(15, 1)
    for use in (0, 3):
        key = np.random.SeedSequence(5, spawn_key=(2**31, use))
        assert np.random.default_rng(key).random() == Sample(16, 5).rng(use).random()


def test_doubt_is_learnt_from_eight() -> None:
    """Eight pairs make an error of their own; seven borrow the median ratio to the spread."""
    claimed = np.column_stack([np.arange(8.0), 3 * np.arange(8.0)])
    verified = claimed - np.array([1.0, 2.0])
    verified[0, 1] = NAN
    names = tuple("ABCDEFGH")
    one, other = (Table(names, ("a", "b"), values) for values in (claimed, verified))
    learnt = doubt(one, other)

    assert [8, 7] == learnt["pairs"].to_list()
    assert_allclose([-1.0, -2.0], learnt["shift"])
    # The errors of a are 1, a third of what b has for its three times wider spread.
    assert_allclose([1.0, 3.0], learnt["spread"])
    known = Table(names, ("a", "b"), claimed, stderr=np.full((8, 2), 4.0))
    mixed = np.zeros((8, 2), dtype=bool)
    mixed[0] = True
    found = doubted(known, mixed, learnt).stderr
    assert found is not None
    assert_allclose([[math.sqrt(17), 5.0], [4.0, 4.0]], found[:2])


def test_growth_of_signs_and_zeros() -> None:
    """No rate from or to 0 or across it; two values make a change, one does not."""
    values = np.array([[0.0, -4.0, 2.0, 1.0], [5.0, -1.0, NAN, -3.0], [NAN, -1.0, 8.0, NAN]])
    table = Table(("U",) * 3, tuple("abcd"), values, periods=("2020", "2021", "2022"))
    found = {row["indicator"]: row for row in growth(table).iter_rows(named=True)}

    assert [None, -0.5, 1.0, None] == [found[code]["cagr"] for code in "abcd"]
    assert [None, 0.75, 3.0, -4.0] == [found[code]["change"] for code in "abcd"]
    assert ("2020", "2021") == (found["a"]["first"], found["a"]["last"])
    assert growth(table.only(np.array([True, False, False]))).is_empty()


def test_a_posterior_needs_three_units() -> None:
    """Three scores are enough, two not; an error of 0 is exact and a negative one a fault."""
    units, sample = ("U", "V", "W", "X"), Sample(16, 1)
    scores = np.array([1.0, 2.0, 4.0, NAN])
    found = posterior(units, scores, np.zeros(4), sample)

    assert_allclose(np.tile(scores, (16, 1)), found.across)
    with pytest.raises(InputError):
        posterior(units, np.array([1.0, 2.0, NAN, NAN]), np.zeros(4), sample)
    with pytest.raises(InputError):
        posterior(units, scores, np.array([0.0, -1e-9, 0.0, 0.0]), sample)
    same = truths(np.ones(3), np.full(3, 0.1), 4000, np.random.default_rng(1))
    assert 0.1 / math.sqrt(3) == pytest.approx(same.std(), rel=0.05)


def test_only_what_is_varied_is_a_factor() -> None:
    """Weights without noise, and errors that are all 0, are none; nothing varied is an error."""
    table = pair_of((1, 4), (3, 2), stderr=np.zeros((2, 2)))
    steps = [{"step": "normalise", "alternatives": [{}, {"method": "rank"}]}, {"step": "weigh"}]

    assert ["normalise"] == [each.name for each in factors_of(table, PAIR, recipe_of(steps))]
    steps[1]["noise"] = 1e-9  # type: ignore[assignment]  # a table of TOML
    assert 2 == len(factors_of(table, PAIR, recipe_of(steps)))
    with pytest.raises(InputError):
        factors_of(table, PAIR, recipe_of([{"step": "normalise"}, {"step": "weigh"}]))


def test_where_a_true_rank_stands_in_its_draws() -> None:
    """A rank held in a quarter of draws below it lies within its own share above that quarter."""
    counts = np.array([[0.0, 1.0, 3.0, 0.0], [0.0, 0.0, 4.0, 0.0]])
    rng, again = np.random.default_rng(2), np.random.default_rng(2)
    drawn = again.random(2)

    assert_allclose([1.0 - 0.75 * drawn[0], 1.0 - drawn[1]], pit(counts, np.array([2, 2]), rng))


def test_joining_at_its_limits() -> None:
    """Half is no duel won; halves are the most that two children can be sure of."""
    even = np.array([[1.0, 2.0], [2.0, 1.0], [0.0, 0.0]])
    assert [1.0, 1.0, -2.0] == copeland(even, np.ones(2)).tolist()
    assert [2.0, 0.0, -2.0] == copeland(even, np.array([1.0, 1.0 + 1e-9])).tolist()
    # Halves: U has (1/2, 1) of the best and weighs them 2 to 1; V then bounds it at 2 / 2.5.
    assert_allclose([0.8, 0.8, 0.0], benefit_of_the_doubt(even, 0.5), atol=1e-9)
    with pytest.raises(InputError):
        benefit_of_the_doubt(even, 0.5 + 1e-9)
    with pytest.raises(InputError):
        benefit_of_the_doubt(even - 1e-9)
    with pytest.raises(InputError):
        mazziotta_pareto(np.array([[1.0, 1.0], [0.0, 0.0]]), np.ones(2))


def test_loadings_need_three_whole_rows() -> None:
    """Three rows are enough, two are not, nor a column without spread; the largest is positive."""
    rows = np.array([[1.0, -1.0], [2.0, -2.5], [4.0, -3.0], [NAN, 1.0]])
    found = loadings(rows)

    assert_allclose(np.abs(found), [math.sqrt(0.5)] * 2)
    assert found[0] * found[1] < 0
    assert 0 < found[np.argmax(np.abs(found))]
    for bad in (rows[1:], np.array([[1.0, 2.0], [1.0, 3.0], [1.0, 5.0]])):
        with pytest.raises(InputError):
            loadings(bad)


def test_judges_count_alike() -> None:
    """Points are shares of what each judge gave; mean and sample deviation are over judges."""
    frame = pl.DataFrame(
        {"judge": ["x", "x", "y", "y"], "code": ["a", "b", "a", "b"], "points": [1.0, 3, 60, 40]}
    )
    found = budget(frame)

    assert_allclose([0.425, 0.575], found["weight"])
    assert_allclose([0.35 / math.sqrt(2)] * 2, found["spread"])


def test_inequality_is_drawn_again_five_hundred_times() -> None:
    """The interval holds the middle nine tenths of the gaps of units drawn with replacement."""
    values = np.array([1.0, 4.0, NAN, 2.0, 8.0])
    found = measures(values, rng=np.random.default_rng(7)).filter(measure="gap")
    kept = values[~np.isnan(values)]
    picks = np.random.default_rng(7).integers(0, 4, size=(500, 4))
    gaps = np.ptp(kept[picks], axis=1)

    assert ("gap", 7.0, *np.quantile(gaps, [0.05, 0.95])) == pytest.approx(found.row(0))


def test_moves_losses_and_peers_by_hand() -> None:
    """Places won split into own and others'; ties share the better rank and count for no one."""
    found = moved(["U", "V", "W"], np.array([3.0, 2.0, 1.0]), np.array([1.0, 2.0, 4.0]))
    assert [(1, 3), (2, 2), (3, 1)] == found.select("rank_before", "rank_after").rows()
    # U alone falls to the second place, level with W; where W has risen first, from second to last.
    assert [-1.0, 0.0, 1.5] == found["own"].to_list()
    assert [-1.0, 0.0, 0.5] == found["others"].to_list()
    steps = [{"step": "normalise", "method": "none"}, {"step": "aggregate"}]
    built = build(pair_of((1, 4), (3, 2), (5, NAN)), PAIR, recipe_of(steps))
    assert [("a", 1, 5, 0.5, 2), ("b", 4, 4, 0.5, 0)] == lost(built, "U").rows()
    assert [("b", 4, 10, 0.5, 3)] == lost(built, "U", best=10).filter(indicator="b").rows()
    assert [("b", 4, 2, 2, 1), ("a", 1, 4, -3, -1.5)] == peers(built, "U", ["V", "W"]).rows()


def test_what_no_value_explains_is_told_where_it_is_more_than_rounding() -> None:
    """Twice the weight of one indicator moves a score with no change of value."""
    steps = [{"step": "normalise", "method": "none"}, {"step": "aggregate"}]
    table = pair_of((1, 4), (3, 2))
    plain = build(table, PAIR, recipe_of(steps))
    heavy = recipe_of([steps[0], {"step": "weigh", "weights": {"a": 2.0}}, steps[1]])
    found = change(plain, build(table, PAIR, heavy), "U")

    assert ["a", "b", "_method"] == found["part"].to_list()
    assert_allclose([0, 0, -0.5], found["change"])
    assert ["a", "b"] == change(plain, plain, "U")["part"].to_list()


def test_of_a_panel_the_last_period_is_compared() -> None:
    """Two builds side by side have the ranks of their last periods, the first's order first."""
    rows = ((1, 4), (3, 9), (5, 1), (0, 2))
    values = np.array(rows, dtype=float)
    panel = Table(("U", "V") * 2, ("a", "b"), values, periods=("2020", "2020", "2021", "2021"))
    steps = [{"step": "normalise", "method": "none"}, {"step": "aggregate"}]
    found = compare({"x": build(panel, PAIR, recipe_of(steps))})

    assert [("U", 3.0, 1), ("V", 1.0, 2)] == found.rows()


@pytest.mark.parametrize(
    "row",
    [
        {"step": "weigh", "weights": 3},
        {"step": "weigh", "weights": {"a": "much"}},
        {"step": "weigh", "noise": True},
        {"step": "weigh", "noise": 1.0001},
        {"step": "weigh", "noise": -0.0001},
    ],
)
def test_a_setting_of_another_kind_or_beyond_its_limits_is_refused(row: dict[str, Any]) -> None:
    """A table that is none, a word or a truth where a number belongs, and a number too large."""
    with pytest.raises(SaolaError):
        recipe_of([{"step": "normalise"}, row])


@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_a_setting_may_be_its_limit(noise: float) -> None:
    """Both ends of a range belong to it."""
    assert (
        noise == recipe_of([{"step": "normalise"}, {"step": "weigh", "noise": noise}]).weigh.noise
    )


def test_an_interval_of_inequality_holds_the_middle_of_its_draws() -> None:
    """The ends leave the same share of the bootstrap on either side, here a tenth."""
    values = np.arange(1.0, 31.0)
    found = measures(values, None, bootstrap=400, level=0.8, rng=np.random.default_rng(3))
    rng = np.random.default_rng(3)
    picks = rng.integers(0, 30, size=(400, 30))
    again = [gini(values[pick], np.ones(30)) for pick in picks]

    low, high = found.filter(measure="gini").select("low", "high").row(0)
    assert_allclose([low, high], np.quantile(again, [0.1, 0.9]))
