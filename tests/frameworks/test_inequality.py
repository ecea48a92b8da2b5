"""Gini and Theil of access across places."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saola import observations
from saola.frameworks.inequality import across, gini, theil


def row(indicator: str, unit: str, value: float, check: str = "reported") -> dict[str, object]:
    return {
        "indicator": indicator, "unit": unit, "period": "2024", "value": value, "check": check,
    }  # fmt: skip


def test_known_values() -> None:
    """One of two has all: Gini 1/2, Theil ln 2; of four equal places both are 0."""
    one = np.ones(2)
    assert (0.5, pytest.approx(np.log(2))) == (
        gini(np.array([0.0, 1.0]), one),
        theil(np.array([0.0, 1.0]), one),
    )
    assert (0.0, 0.0) == (gini(np.ones(4), np.ones(4)), theil(np.ones(4), np.ones(4)))
    assert np.isnan(gini(np.zeros(2), one))
    assert np.isnan(theil(np.ones(2), np.zeros(2)))


@given(st.lists(st.tuples(st.floats(0.01, 1), st.integers(1, 50)), min_size=2, max_size=12))
def test_a_weight_is_that_many_people(places: list[tuple[float, int]]) -> None:
    """A place of n people counts as n places of one; the scale of the values does not count."""
    values = np.array([value for value, _ in places])
    people = np.array([float(count) for _, count in places])
    each = np.repeat(values, people.astype(int))

    for measure in (gini, theil):
        assert pytest.approx(measure(each, np.ones(len(each))), abs=1e-9) == measure(values, people)
        assert pytest.approx(measure(values, people), abs=1e-9) == measure(values * 7, people)
        assert 0 <= measure(values, people)


def test_access_of_communes_becomes_an_indicator_of_the_province() -> None:
    """The parent gets both measures, synthetic as soon as one input is."""
    rows = observations.frame(
        [
            row("users", "XSA.C.1", 0.0), row("persons", "XSA.C.1", 50.0),
            row("users", "XSA.C.2", 50.0, "synthetic"), row("persons", "XSA.C.2", 50.0),
            row("users", "XSA.C.3", 5.0),
        ]
    )  # fmt: skip
    parents = pl.DataFrame({"unit": ["XSA.C.1", "XSA.C.2"], "parent": ["XSA.P.1"] * 2})

    found = across(rows, parents, top="users", below="persons", code="access")

    assert [("access-gini", "XSA.P.1", 0.5, "synthetic")] == found.select(
        "indicator", "unit", "value", "check"
    ).rows()[:1]
    assert ["access-gini", "access-theil"] == found["indicator"].to_list()
    assert 0 == across(rows.head(0), parents, top="a", below="b", code="c").height
