import numpy as np
import pytest
from numpy.testing import assert_allclose

from saola.errors import InputError
from saola.index import Build, Table, Tree, build, recipe_of
from saola.index.coherence import (
    alpha,
    children_of,
    component,
    correlate,
    correlations,
    explained,
    flags,
    reliability,
    statistics,
)

NAN = float("nan")


@pytest.mark.real
def test_statistics_are_coinrs(asem: tuple[Table, Tree]) -> None:
    """Means, spreads and moments are COINr's, and what is odd is flagged."""
    told = statistics(asem[0])
    flights = told.filter(indicator="Flights").row(0, named=True)
    lpi = told.filter(indicator="LPI").row(0, named=True)

    assert (2.10, 4.51) == (round(flights["skewness"], 2), round(flights["kurtosis"], 2))
    assert (3.41, 0.538) == (round(lpi["mean"], 2), round(lpi["sd"], 3))
    assert "outliers" in flights["flags"]
    assert "" == lpi["flags"]


def test_every_flag_is_raised_where_it_is_due() -> None:
    """Gaps, zeros, few values and constants are named; an empty column has gaps alone."""
    columns = np.array(
        [[1.0, 0, 1, NAN], [NAN, 0, 1, NAN], [NAN, 0, 1, NAN], [2.0, 5, 1, NAN], [NAN, 0, 1, NAN]]
    )
    told = statistics(Table(tuple("abcde"), ("w", "x", "y", "z"), columns))["flags"].to_list()

    assert "gaps, zeros, few values" == told[0]
    assert "zeros, few values, outliers" == told[1]
    assert "few values, constant" == told[2]
    assert "gaps" == told[3]
    assert statistics(Table(("a",), ("x",), np.array([[1.0]])))["sd"][0] is None


@pytest.mark.real
def test_reliability_is_coinrs(asem_build: Build) -> None:
    """Cronbach's alpha of raw and normalised pillars is COINr's."""
    expected = {
        "Physical": 0.663366, "ConEcFin": 0.632043, "Political": 0.636673, "Instit": 0.284789,
        "P2P": 0.850168, "Environ": 0.515313, "Social": 0.885667, "SusEcFin": -0.376829,
    }  # fmt: skip
    told = reliability(asem_build)
    found = dict(zip(told["node"], told["alpha"], strict=True))

    assert expected == pytest.approx({node: found[node] for node in expected}, abs=1e-6)
    assert 0.05126659 == pytest.approx(alpha(children_of(asem_build, "P2P", "raw")), abs=1e-8)
    assert 0.6198804 == pytest.approx(alpha(children_of(asem_build, "Physical", "raw")), abs=1e-7)
    assert 11 == told.height


@pytest.mark.real
def test_loadings_are_coinrs(asem_build: Build) -> None:
    """First loadings of both halves are COINr's; in the second, Social has the other sign."""
    conn = list(component(asem_build, "Conn").values())
    sust = component(asem_build, "Sust")

    assert_allclose([0.511797, 0.304993, 0.354767, 0.508154, 0.510845], conn, atol=1e-6)
    assert_allclose([0.651319, 0.744368, 0.147311], np.abs(list(sust.values())), atol=1e-6)
    assert sust["Social"] * sust["Environ"] < 0


@pytest.mark.real
def test_pillars_correlate_with_the_index_as_in_coinr(asem_build: Build) -> None:
    """Pearson's correlations of the pillars with the index are COINr's."""
    told = correlations(asem_build, 2, 4)
    expected = [
        0.829380, 0.422644, 0.676734, 0.811692, 0.775479, 0.120920, 0.904455, 0.024442,
    ]  # fmt: skip

    assert_allclose(expected, told["correlation"], atol=1e-6)
    assert told["family"].all()
    assert 28 == correlations(asem_build, 2).height


@pytest.mark.real
def test_silent_parts_are_named(asem_build: Build) -> None:
    """Parts that their parent hardly hears, or that run against it, are named."""
    told = flags(asem_build)

    assert {"silent", "against", "redundant"} >= set(told["flag"])
    assert told.filter(flag="silent")["value"].max() < 0.3


def test_redundant_siblings_and_strangers() -> None:
    """Siblings that say the same are redundant; indicators of two pillars are no family."""
    from saola.index.tree import Part, tree_of  # noqa: PLC0415

    rng = np.random.default_rng(1)
    x = rng.normal(size=(40, 2))
    values = np.column_stack([x[:, 0], 2 * x[:, 0] + 1, x[:, 1], -x[:, 0]])
    parts = [Part("a", ("p",)), Part("b", ("p",)), Part("c", ("q",)), Part("d", ("q",))]
    parts += [Part("p", ("i",), level=2), Part("q", ("i",), level=2), Part("i", level=3)]
    table = Table(tuple(str(i) for i in range(40)), tuple("abcd"), values)
    built = build(table, tree_of(parts), recipe_of([{"step": "normalise"}]))
    told = flags(built)

    assert ("a", "b") == told.filter(flag="redundant").row(0)[1:3]
    pairs = correlations(built, 1, kind="spearman")
    assert [True, False, False, False, False, True] == pairs["family"].to_list()
    assert_allclose(1.0, pairs["correlation"][0])


def test_what_has_no_correlation_says_so() -> None:
    """Constant columns and fewer than three pairs have none; unknown kinds are refused."""
    assert np.isnan(correlate(np.ones(5), np.arange(5.0))[0])
    assert np.isnan(correlate(np.array([1.0, NAN, 2]), np.arange(3.0), "kendall")[0])
    with pytest.raises(InputError, match="kendall"):
        correlate(np.ones(5), np.ones(5), "cosine")


def test_single_children_and_flat_columns_have_no_structure() -> None:
    """One column has no alpha, columns without spread no components."""
    assert np.isnan(alpha(np.ones((5, 1))))
    assert np.isnan(alpha(np.ones((5, 2))))
    assert 0 == len(explained(np.ones((5, 2))))
    assert [1.0] == explained(np.arange(4.0)[:, None]).tolist()
