import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from saola.frameworks import rank
from saola.frameworks.model import Tie
from saola.frameworks.ranking import by_kind, within
from saola.frameworks.rounding import half_up

VALUES = hnp.arrays(
    float, st.integers(1, 30), elements=st.sampled_from([0.1, 0.2, 0.3, 0.5, np.nan])
)


def test_ties_follow_the_rule_of_the_edition() -> None:
    """Two units share 15th place and the next is 17th, or 16th where ranks are dense."""
    values = np.array([0.9, 0.5, 0.5, 0.1])

    assert [1, 2, 2, 4] == rank(values, tie="competition").tolist()
    assert [1, 2, 2, 3] == rank(values, tie="dense").tolist()
    order = np.array([1, 3, 2, 4])
    assert [1, 3, 2, 4] == rank(values, tie="as-published", order=order).tolist()


def test_noise_of_floats_makes_no_difference_of_rank() -> None:
    """0.1 + 0.2 and 0.3 are one value."""
    assert [1, 1] == rank(np.array([0.1 + 0.2, 0.3]), tie="competition").tolist()


@given(VALUES)
def test_a_competition_rank_counts_the_better_ones(values: np.ndarray) -> None:
    """Rank = 1 + number of greater values; missing values have no rank."""
    expected = [1 + np.sum(values > v) if v == v else None for v in values]  # noqa: PLR0124

    found = rank(values, tie="competition")
    assert expected == [None if np.isnan(r) else r for r in found]


@given(hnp.arrays(float, (3, 7), elements=st.floats(0, 1)))
def test_many_rankings_at_once_equal_one_at_a_time(values: np.ndarray) -> None:
    """The last axis is ranked, whatever stands before it."""
    expected = [rank(row, tie="competition").tolist() for row in values]

    assert expected == rank(values, tie="competition").tolist()


def test_an_exact_half_is_rounded_up() -> None:
    """.4 × .5220 + .3 × .3040 + .3 × .3655 = .40965 is printed as .4097."""
    rates, weights = np.array([[0.5220, 0.3040, 0.3655]]), np.array([40.0, 30.0, 30.0])
    mean = rates @ weights / 100

    assert [0.4097] == half_up(mean, 4, weights=weights, rates=rates).tolist()


def test_an_exact_half_leaves_out_what_does_not_count() -> None:
    """A value of weight 0 in its row stands neither above nor below the line of the mean."""
    weights = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 2.0]])
    rates = np.array([[0.1, 0.15, 0.0], [0.1, 0.15, 0.0]])
    mean = (weights * rates).sum(axis=1) / weights.sum(axis=1)

    assert [0.13, 0.06] == half_up(mean, 2, weights=weights, rates=rates).tolist()


def test_published_order_parts_values_that_are_as_good_as_equal() -> None:
    """What floats make of one value, in whatever order, is parted by the published rank alone."""
    values = np.array([0.5 + 4e-13, 0.5, 0.7, np.nan, 0.5 - 4e-13])
    order = np.array([3.0, 2.0, 1.0, 1.0, 4.0])

    found = rank(values, tie="as-published", order=order)
    assert [3.0, 2.0, 1.0, 4.0] == found[[0, 1, 2, 4]].tolist()
    assert np.isnan(found[3])


@pytest.mark.parametrize(("tie", "third"), [("competition", 3), ("dense", 2), ("as-published", 3)])
def test_units_are_ranked_within_their_kind_by_the_rule_of_the_edition(
    tie: Tie, third: int
) -> None:
    """A run that mixes kinds of unit ranks each kind by the same rule as the whole."""
    rows = pl.DataFrame(
        {
            "kind": ["p", "c", "p", "p"],
            "group": [None, None, None, None],
            "score": [0.9, 0.95, 0.9, 0.8],
            "published_rank": [1, None, 1, None],
        },
        schema_overrides={"group": pl.String},
    )

    assert [1, 1, 1, third] == within(rows, tie=tie)["rank"].to_list()


def _mixed(ranks: list[int]) -> pl.DataFrame:
    """Three provinces (.9 .5 .5) and two ministries (.9 .7), with the ranks given and intervals."""
    return pl.DataFrame(
        {
            "unit": list("abcde"),
            "kind": ["province"] * 3 + ["ministry"] * 2,
            "group": pl.Series([None] * 5, dtype=pl.String),
            "score": [0.9, 0.5, 0.5, 0.9, 0.7],
            "rank": pl.Series(ranks, dtype=pl.Int32),
            "published_rank": pl.Series([None] * 5, dtype=pl.Int32),
            "rank_low": pl.Series([1] * 5, dtype=pl.Int32),
            "rank_high": pl.Series([5] * 5, dtype=pl.Int32),
        }
    )


@pytest.mark.parametrize(
    ("tie", "ranks", "expected"),
    [
        ("competition", [1, 4, 4, 1, 3], [1, 2, 2, 1, 2]),
        ("dense", [1, 3, 3, 1, 2], [1, 2, 2, 1, 2]),
    ],
)
def test_kinds_ranked_together_are_ranked_apart_without_intervals(
    tie: Tie, ranks: list[int], expected: list[int]
) -> None:
    """A kind of a run that mixes kinds has its own ranks; intervals of the mix do not stand."""
    found = by_kind(_mixed(ranks), tie=tie)

    assert expected == found["rank"].to_list()
    assert [None] * 5 == found["rank_low"].to_list() == found["rank_high"].to_list()


def test_kinds_ranked_together_are_told_by_gaps_even_where_ties_hide_the_last_place() -> None:
    """One ministry beside the first of three provinces leaves their last rank at 3 of 3."""
    rows = _mixed([1, 3, 3, 1, 5]).filter(pl.col("unit") != "e")

    assert [1, 2, 2, 1] == by_kind(rows, tie="competition")["rank"].to_list()


def test_kinds_ranked_apart_stay_as_they_are() -> None:
    """Ranks that a run gave kind by kind keep their intervals."""
    rows = _mixed([1, 2, 2, 1, 2])

    assert rows.equals(by_kind(rows, tie="competition"))


def test_ranks_carried_from_a_published_table_stay() -> None:
    """The rank of a row that shows what was published is the table's, whatever kinds it mixes."""
    rows = _mixed([1, 4, 4, 1, 3]).with_columns(carried=pl.lit(value=True))

    assert rows.equals(by_kind(rows, tie="competition"))
