import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from saola.index import Part, Recipe, Table, Tree, build, recipe_of, tree_of
from saola.index.rank import ranks
from saola.index.steps import Weigh
from saola.index.study import Sample, vary
from saola.index.tree import shares
from saola.index.vary import noisy

MEANS = ["arithmetic", "geometric", "harmonic", "power"]
DIRECTIONS = (1, -1, 1, 1, -1)


def tree_of_five(weights: tuple[float, ...] = (1, 1, 1, 1, 1)) -> Tree:
    parts = [
        Part(f"x{i}", ("p" if i < 3 else "q",), weight=weights[i], direction=DIRECTIONS[i])
        for i in range(5)
    ]
    return tree_of(
        [*parts, Part("p", ("i",), level=2), Part("q", ("i",), level=2), Part("i", level=3)]
    )


def table_of(values: np.ndarray) -> Table:
    units = tuple(f"U{i:03d}" for i in range(len(values)))
    return Table(units, tuple(f"x{i}" for i in range(values.shape[1])), values)


def recipe(mean: str = "arithmetic", **normalise: object) -> Recipe:
    scale = {"step": "normalise", "range": [1, 100], **normalise}
    return recipe_of([scale, {"step": "aggregate", "method": mean}])


seeds = st.integers(0, 2**31)
sizes = st.integers(4, 40)


def field(seed: int, units: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(50, 15, size=(units, 5))


@settings(max_examples=40, deadline=None)
@given(seed=seeds, units=sizes, method=st.sampled_from(MEANS), place=st.integers(0, 4))
def test_more_of_what_is_good_never_lowers_a_score(
    seed: int, units: int, method: str, place: int
) -> None:
    """Between fixed goalposts a unit that improves an indicator in its direction does not lose."""
    values = np.clip(field(seed, units), 1, 99)
    better = values.copy()
    better[0, place] = np.clip(better[0, place] + 5 * DIRECTIONS[place], 0, 100)
    posts = recipe(method, method="goalposts", low=0, high=100)
    before, after = (build(table_of(v), tree_of_five(), posts) for v in (values, better))

    assert after.score("U000") >= before.score("U000") - 1e-12
    assert after.ranks()[0] <= before.ranks()[0]


@settings(max_examples=40, deadline=None)
@given(seed=seeds, units=sizes, method=st.sampled_from([*MEANS, "copeland", "median", "minimum"]))
def test_the_order_of_units_does_not_matter(seed: int, units: int, method: str) -> None:
    """Shuffled rows give each unit the same score, to the last bit, and the same rank."""
    values = field(seed, units)
    order = np.random.default_rng(seed).permutation(units)
    table = table_of(values)
    shuffled = Table(tuple(table.units[i] for i in order), table.indicators, values[order])
    one, other = (build(each, tree_of_five(), recipe(method)) for each in (table, shuffled))

    assert one.column("i")[order].tolist() == other.column("i").tolist()
    assert one.ranks()[order].tolist() == other.ranks().tolist()


@settings(max_examples=40, deadline=None)
@given(
    seed=seeds,
    units=sizes,
    scale=st.floats(0.001, 1000),
    shift=st.floats(-1000, 1000),
    method=st.sampled_from(["minmax", "zscore", "rank", "percentile", "borda"]),
)
def test_the_unit_of_measurement_does_not_matter(
    seed: int, units: int, scale: float, shift: float, method: str
) -> None:
    """Metres or feet, Celsius or Fahrenheit: scores stay under every relative normalisation."""
    values = field(seed, units)
    other = values.copy()
    other[:, 2] = other[:, 2] * scale + shift
    rows = recipe_of([{"step": "normalise", "method": method}])
    one, two = (build(table_of(v), tree_of_five(), rows) for v in (values, other))

    assert_allclose(one.column("i"), two.column("i"), atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(weights=st.tuples(*[st.floats(0.01, 100)] * 5))
def test_effective_weights_sum_to_one(weights: tuple[float, ...]) -> None:
    """The effective weights of the indicators sum to 1, whatever the given ones."""
    tree = tree_of_five(weights)

    assert_allclose(1.0, shares(tree, tree.weights[:, None])[:5].sum())


@settings(max_examples=60, deadline=None)
@given(scores=st.lists(st.floats(-5, 5).map(lambda x: round(x, 1)), min_size=1, max_size=40))
def test_ranks_are_ranks(scores: list[float]) -> None:
    """A rank is one more than the number of greater scores."""
    expected = [1 + sum(other > score for other in scores) for score in scores]

    assert expected == ranks(np.array(scores)).tolist()


@settings(max_examples=30, deadline=None)
@given(seed=seeds, noise=st.floats(0.01, 0.9), spread=st.sampled_from(["uniform", "dirichlet"]))
def test_drawn_weights_are_never_negative(seed: int, noise: float, spread: str) -> None:
    """Noise leaves every weight at zero or above, and Dirichlet siblings sum as before."""
    tree = tree_of_five()
    uniform = np.random.default_rng(seed).random((50, 7))
    drawn = noisy(tree.weights, tree, Weigh(noise=noise, spread=spread), uniform)

    assert (drawn >= 0).all()
    assert np.isfinite(drawn).all()
    if spread == "dirichlet":
        assert_allclose(np.full(50, 3.0), drawn[:3].sum(axis=0))


@settings(max_examples=15, deadline=None)
@given(seed=seeds, units=sizes, method=st.sampled_from(MEANS))
def test_the_fast_way_is_the_long_way(seed: int, units: int, method: str) -> None:
    """Draws computed together by effective weights equal draws computed level by level."""
    rows = [
        {"step": "normalise", "range": [1, 100]},
        {"step": "weigh", "noise": 0.4},
        {"step": "aggregate", "method": method},
    ]
    study = vary(table_of(field(seed, units)), tree_of_five(), recipe_of(rows), Sample(16, seed))

    for draw in (0, 15):
        assert_allclose(study.rerun(draw), study.scores[:, draw], rtol=1e-10)


@settings(max_examples=25, deadline=None)
@given(seed=seeds, units=sizes, gaps=st.floats(0, 0.4))
def test_imputing_fills_every_gap_and_changes_nothing_else(
    seed: int, units: int, gaps: float
) -> None:
    """After imputing no value is missing, what was known stays, and the rest is marked."""
    rng = np.random.default_rng(seed)
    values = field(seed, units)
    holes = rng.random(values.shape) < gaps
    holes[0] = False
    rows = recipe_of([{"step": "impute"}, {"step": "normalise", "method": "rank"}])
    built = build(table_of(np.where(holes, np.nan, values)), tree_of_five(), rows)
    filled = built.stages["impute"]

    assert not np.isnan(filled.values).any()
    assert_allclose(values[~holes], filled.values[~holes])
    assert int(holes.sum()) == filled.frame().filter(pl.col("imputed")).height


@pytest.mark.parametrize("method", MEANS)
def test_a_mean_of_equals_is_the_value(method: str) -> None:
    """Where all indicators agree, every mean gives their common value."""
    values = np.tile(np.linspace(10, 90, 9)[:, None], (1, 5))
    tree = tree_of([*(Part(f"x{i}", ("i",)) for i in range(5)), Part("i", level=2)])
    rows = [{"step": "normalise", "method": "none"}, {"step": "aggregate", "method": method}]

    assert_allclose(values[:, 0], build(table_of(values), tree, recipe_of(rows)).column("i"))
