import numpy as np
import pytest
from numpy.testing import assert_allclose

from saola.errors import InputError, InputErrors
from saola.index import Part, Table, Tree, build, recipe_of, tree_of
from saola.index.aggregate import aggregate
from saola.index.joining import (
    benefit_of_the_doubt,
    copeland,
    mazziotta_pareto,
    outranking,
)
from saola.index.means import mean
from saola.index.rank import ranks
from saola.index.steps import Aggregate, Weigh
from saola.index.weigh import budget, loadings, weigh

NAN = float("nan")


def mean_of(values: list[float], weights: list[float], exponent: float, least: float = 0) -> float:
    children = [np.array([[value]]) for value in values]
    return float(mean(children, np.array(weights)[:, None], exponent, least)[0, 0])


@pytest.mark.parametrize(
    ("values", "weights", "exponent", "expected"),
    [
        ([1, 2, 3], [1, 1, 1], 0.0, 6 ** (1 / 3)),
        ([1, 2, 3], [1, 1, 2], 0.0, 18 ** (1 / 4)),
        ([1, 2, 3], [2, 1, 1], -1.0, 4 / (2 + 1 / 2 + 1 / 3)),
        ([1, 2, 3], [1, 1, 2], 1.0, 9 / 4),
        ([1, 4], [1, 1], 0.5, 2.25),
        ([1, NAN, 3], [1, 5, 1], 1.0, 2),
        ([2, NAN, 8], [1, 5, 1], 0.5, 4.5),
        ([NAN, NAN], [1, 1], 1.0, NAN),
        ([1, NAN], [0, 1], 1.0, NAN),
    ],
)
def test_means_take_the_children_that_are_known(
    values: list[float], weights: list[float], exponent: float, expected: float
) -> None:
    """Every power mean follows its formula over the known children, as COINr's tests have it."""
    assert_allclose(expected, mean_of(values, weights, exponent))


def test_too_few_children_give_no_mean() -> None:
    """A mean needs the share of its children that the threshold asks for."""
    assert 2.0 == mean_of([1, NAN, 3], [1, 1, 1], 1.0, 0.6)
    assert np.isnan(mean_of([1, NAN, 3], [1, 1, 1], 1.0, 0.7))


def test_outranking_is_coinrs() -> None:
    """The 4 by 3 example of COINr gives its outranking matrix."""
    columns = np.array([[1.0, 3, 2], [2, 2, 3], [3, 1, 1], [4, 5, 4]])
    share = outranking(columns, np.ones(3))

    assert_allclose([2 / 3, 1 / 3, 1.0], [share[1, 0], share[2, 0], share[3, 0]])
    assert 3 == int((share == 1).sum())
    assert_allclose(np.ones((4, 4)) - np.eye(4), share + share.T)
    assert_allclose([-1, 1, -3, 3], copeland(columns, np.ones(3)))


def test_a_pair_is_judged_on_what_both_have() -> None:
    """A child missing for one of two units has no say between them."""
    columns = np.array([[1.0, NAN], [2.0, 5.0], [NAN, NAN]])
    share = outranking(columns, np.ones(2))

    assert (1.0, 0.5) == (share[1, 0], share[0, 2])
    assert np.isnan(copeland(columns, np.ones(2))[2])


def test_imbalance_is_penalised() -> None:
    """Mazziotta-Pareto takes the variance over the mean off the mean, or adds it."""
    table = np.array([[90.0, 110.0], [100.0, 100.0], [NAN, 80.0], [NAN, NAN]])

    assert_allclose([99.0, 100.0, 80.0, NAN], mazziotta_pareto(table, np.ones(2)))
    assert_allclose([101.0, 100.0, 80.0, NAN], mazziotta_pareto(table, np.ones(2), "+"))
    with pytest.raises(InputError):
        mazziotta_pareto(-table, np.ones(2))


def test_each_unit_gets_the_weights_that_suit_it() -> None:
    """Units on the frontier score 1, others their share of it; gaps count as the worst."""
    table = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.25], [0.5, NAN], [NAN, NAN]])

    assert_allclose([1, 1, 0.75, 0.5, NAN], benefit_of_the_doubt(table), atol=1e-9)
    bound = benefit_of_the_doubt(np.array([[1.0, 0.2], [0.2, 1.0], [0.6, 0.6]]), 0.5)
    assert (bound[2], bound.max()) == (pytest.approx(1.0), pytest.approx(1.0))
    assert bound[0] < 1
    with pytest.raises(InputError, match="least"):
        benefit_of_the_doubt(np.ones((2, 2)), 0.9)
    with pytest.raises(InputError):
        benefit_of_the_doubt(-np.ones((2, 2)))


def test_each_level_and_node_may_have_its_own_method(small: tuple[Table, Tree]) -> None:
    """Methods can differ by level and by aggregate."""
    _, tree = small
    values = np.array([[1.0, 4.0, 2.0, 8.0]])
    weights = tree.weights[:, None]
    step = Aggregate(by_level={"2": "geometric"}, by_node={"b": "minimum"})
    found = aggregate(values, tree, weights, step)

    assert_allclose([2, 2, 2], [found[code][0, 0] for code in ("a", "b", "index")])
    only = aggregate(values, tree, weights, step, wanted="a")
    assert ["a"] == list(only)
    with pytest.raises(InputErrors) as caught:
        aggregate(
            values, tree, weights, Aggregate(by_level={"7": "median"}, by_node={"q": "median"})
        )
    assert 2 == len(caught.value.faults)


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("minimum", [1.0, 2.0, NAN]),
        ("median", [3.0, 2.0, NAN]),
        ("copeland", [1.0, -1.0, NAN]),
        ("benefit-of-the-doubt", [1.0, 0.5, NAN]),
        ("mazziotta-pareto", [3 - 8 / 3 / 3, 2.0, NAN]),
    ],
)
def test_methods_that_are_no_means_join_too(method: str, expected: list[float]) -> None:
    """Pairwise, frontier, penalised, least and middle scores work inside a tree."""
    tree = tree_of([*(Part(c, ("I",)) for c in "xyz"), Part("I", level=2)])
    values = np.array([[1.0, 3.0, 5.0], [2.0, NAN, 2.0], [NAN, NAN, NAN]])
    found = aggregate(values, tree, np.ones((4, 2)), Aggregate(method=method))["I"]

    assert (3, 2) == found.shape
    assert np.isnan(found[2]).all()
    if method in {"minimum", "median", "mazziotta-pareto"}:
        assert_allclose(np.array(expected), found[:, 0])
    assert found[0, 0] == found[0, 1]


def test_a_weighted_median_is_the_middle_of_the_weight() -> None:
    """The median lies where half of the weight is below."""
    tree = tree_of([*(Part(c, ("I",)) for c in "xyz"), Part("I", level=2)])
    weights = np.array([[1.0], [1.0], [2.0], [1.0]])
    found = aggregate(np.array([[1.0, 2.0, 3.0]]), tree, weights, Aggregate(method="median"))

    assert 2.5 == found["I"][0, 0]


def test_a_geometric_mean_refuses_zero_and_names_the_child() -> None:
    """Zeros are refused by geometric and harmonic means, negatives by all but arithmetic ones."""
    tree = tree_of([Part("x", ("I",)), Part("I", level=2)])
    for method, value in (("geometric", 0.0), ("harmonic", 0.0), ("power", -1.0)):
        with pytest.raises(InputError) as caught:
            aggregate(np.array([[value]]), tree, np.ones((2, 1)), Aggregate(method=method))
        assert ("index-not-positive", "x") == (caught.value.code, caught.value.where)


def test_equal_scores_share_the_better_rank() -> None:
    """Ranks are competition ranks; what has no score has no rank."""
    assert [2, 1, 2, 4, 0] == ranks(np.array([5.0, 9.0, 5.0, 1.0, NAN])).tolist()
    assert [[1, 2], [2, 1]] == ranks(np.array([[3.0, 1.0], [2.0, 4.0]])).tolist()


# -- weights --------------------------------------------------------------------------------


def weights_of(small: tuple[Table, Tree], **keys: object) -> dict[str, float]:
    table, tree = small
    found = weigh(table.values, tree, Weigh(**keys), Aggregate())
    return dict(zip(tree.codes, found.tolist(), strict=True))


def test_weights_can_be_given_or_made_equal(small: tuple[Table, Tree]) -> None:
    """A recipe may replace weights, and `equal` resets those of its levels."""
    assert 3.0 == weights_of(small, weights={"a1": 3})["a1"]
    equal = weights_of(small, method="equal", levels=(2,), weights={"a1": 3, "a": 5})
    assert (3.0, 1.0) == (equal["a1"], equal["a"])
    with pytest.raises(InputError, match="-1"):
        weights_of(small, weights={"a1": -1})


def test_points_given_by_judges_become_shares() -> None:
    """Each judge's points count as shares of what that judge gave."""
    import polars as pl  # noqa: PLC0415

    points = pl.DataFrame(
        {"judge": ["A", "A", "B", "B"], "code": ["x", "y", "x", "y"], "points": [1, 3, 30, 10]}
    )
    told = budget(points)

    assert [0.5, 0.5] == told["weight"].to_list()
    assert_allclose([0.5 / np.sqrt(2)] * 2, told["spread"])


def test_a_budget_leaves_no_sibling_out(small: tuple[Table, Tree]) -> None:
    """Where some siblings have points all must."""
    assert 0.0 == weights_of(small, method="budget", weights={"a": 100, "b": 0})["b"]
    with pytest.raises(InputError) as caught:
        weights_of(small, method="budget", weights={"a": 100})
    assert "index-budget-open" == caught.value.code


def test_components_weigh_by_squared_loadings(small: tuple[Table, Tree]) -> None:
    """PCA weights of siblings sum to 1 and none is negative."""
    found = weights_of(small, method="pca")

    assert_allclose(
        [1, 1, 1], [found["a1"] + found["a2"], found["b1"] + found["b2"], found["a"] + found["b"]]
    )
    assert all(weight >= 0 for weight in found.values())
    lower = weights_of(small, method="pca", levels=(1,))
    assert 1.0 == lower["a"]


def test_loadings_need_rows_and_spread() -> None:
    """Fewer than three complete rows or a constant column have no components."""
    with pytest.raises(InputError) as caught:
        loadings(np.array([[1.0, 2.0], [2.0, NAN], [3.0, 1.0]]))
    assert "index-rows-few" == caught.value.code
    with pytest.raises(InputError) as caught:
        loadings(np.array([[1.0, 2.0], [2.0, 2.0], [3.0, 2.0]]))
    assert "index-constant" == caught.value.code


def test_weights_are_fitted_or_refused(small: tuple[Table, Tree]) -> None:
    """Fitted weights are positive and give what was wanted; what cannot be had is refused."""
    table, tree = small
    rng = np.random.default_rng(5)
    values = rng.normal(size=(60, 4)) + rng.normal(size=(60, 1))
    step = Weigh(method="optimised", levels=(2,), importance={"a": 1.1})
    found = weigh(values, tree, step, Aggregate())

    assert (found > 0).all()
    against = values.copy()
    against[:, 3] = -values[:, :3].sum(axis=1)
    with pytest.raises(InputError) as caught:
        weigh(against, tree, Weigh(method="optimised", levels=(1,)), Aggregate())
    assert "index-weights-unmatched" == caught.value.code
    with pytest.raises(InputError, match="one level"):
        weigh(table.values, tree, Weigh(method="optimised"), Aggregate())


def test_builds_tell_scores_ranks_and_framework(small: tuple[Table, Tree]) -> None:
    """A build gives scores, ranks and effective weights as tables."""
    built = build(*small, recipe_of([{"step": "normalise"}, {"step": "normalise"}][:1]))

    assert ["unit", "node", "score", "rank"] == built.scores().columns
    assert {"index", "a", "b"} == set(built.scores()["node"])
    assert 0.25 == built.framework()["share"][0]
    assert "<table" in built._repr_html_()
    assert_allclose(built.column("a1"), built.normalised.column("a1"))


def test_a_kind_taken_twice_keeps_both_tables(small: tuple[Table, Tree]) -> None:
    """Imputing twice leaves two stages under different names."""
    rows = [{"step": "impute"}, {"step": "impute", "method": "median"}, {"step": "normalise"}]
    built = build(*small, recipe_of(rows))

    assert ["raw", "impute", "impute-2", "normalise"] == list(built.stages)
    assert 4 == built.stages["raw"].wide().width - 1
