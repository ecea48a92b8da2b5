"""Why a unit of an edition has its score, and what must rise for a rank."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saola import frameworks
from saola.errors import InputError
from saola.frameworks import Framework
from saola.frameworks.score import rolled
from saola.frameworks.tree import points_of
from saola.index.edition_what_if import EditionWhatIf
from saola.index.edition_why import REST, earned, steps

CODES = ["a1", "a2", "b1", "b2"]
RATES = st.lists(st.one_of(st.floats(0, 1), st.just(float("nan"))), min_size=4, max_size=4)


def edition(**head: object) -> Framework:
    nodes = [{"id": "top"}, {"id": "a", "parents": ["top"]}, {"id": "b", "parents": ["top"]}]
    leaves = [
        {"id": code, "parents": [code[0]], "points": 10 * place, "rule": {"kind": "measured"}}
        for place, code in enumerate(CODES, 1)
    ]
    told = {"id": "t", "index": "t", "valid": ["2024"], "units": "XSA", "tie": "competition",
            "label": {"en": "T"}, "source": "invented", "missing": "skip"}  # fmt: skip
    return frameworks.read(told | head | {"node": nodes, "indicator": leaves})


def scored(framework: Framework, leaves: np.ndarray) -> np.ndarray:
    return rolled(framework, leaves, points_of(framework))[0]


@pytest.mark.parametrize("missing", ["skip", "zero"])
@pytest.mark.parametrize("decimals", [{}, {"decimals": 2}])
@given(rates=RATES)
def test_contributions_add_up_to_the_score(
    missing: str, decimals: dict[str, int], rates: list[float]
) -> None:
    """Whatever is missing or rounded, what the indicators and the rest add is the score."""
    framework = edition(missing=missing, **decimals)
    leaves = np.array(rates)[:, None]
    score = scored(framework, leaves)
    if np.isnan(score[0]):
        return

    assert score[0] == pytest.approx(earned(framework, leaves, score).sum(), abs=1e-12)


@given(before=RATES, after=RATES, most=st.integers(0, 4))
def test_steps_lead_from_one_score_to_the_other(
    before: list[float], after: list[float], most: int
) -> None:
    """The changes of a waterfall add up to the difference of its two ends."""
    one, two = (np.nan_to_num(np.array([*each, 0.25])) for each in (before, after))
    told = steps(CODES, one, two, most)
    parts = told.filter(~pl.col("whole"))

    assert two.sum() - one.sum() == pytest.approx(parts["change"].sum(), abs=1e-11)
    assert ("_before", "_after") == (told["part"][0], told["part"][-1])
    assert parts.filter(pl.col("part") != REST).height <= most


def question(**head: object) -> EditionWhatIf:
    rates = np.array([0.2, 0.5, np.nan, 0.6])
    return EditionWhatIf(edition(**head), rates, np.array([0.9, 0.7, 0.6, 0.3, np.nan]))


def test_what_if_scores_as_the_edition_does() -> None:
    """The score with other rates is that of the edition on them, and ranks among the peers."""
    found = question()
    changed = found.rates.copy()
    changed[0], changed[2] = 1.0, 0.4

    assert found.score() == pytest.approx((0.2 * 10 + 0.5 * 20 + 0.6 * 40) / 70)
    assert found.score({"a1": 1.0, "b1": 0.4}) == scored(found.framework, changed[:, None])[0]
    assert (4, 1, 0) == (found.rank(0.5), found.rank(0.95), found.rank(float("nan")))


@pytest.mark.parametrize("head", [{}, {"tie": "dense"}, {"decimals": 2}, {"missing": "zero"}])
@pytest.mark.parametrize("wanted", [1, 2, 3, 4])
def test_what_must_rise_is_enough_and_no_more(head: dict[str, object], wanted: int) -> None:
    """Scored anew with the answer the rank is had; with a little less it is not."""
    found = question(**head)
    told = found.single(wanted)
    share = found.together(wanted)
    rises = told["needed"] - told["now"]

    assert rises.to_list() == sorted(rises)
    for row in told.iter_rows(named=True):
        assert wanted >= row["rank"] == found.rank(found.score({row["indicator"]: row["needed"]}))
        if found.rank(found.score()) > wanted:
            less = {row["indicator"]: row["needed"] - 1e-6}
            assert found.rank(found.score(less)) > wanted
    if share is not None:
        raised = found.rates + share * (1 - found.rates)
        assert found.rank(found.scored(raised[:, None])[0]) <= wanted


def test_no_rise_is_enough_where_the_rank_is_beyond_full_marks() -> None:
    """Nothing is promised that cannot be had."""
    framework = edition()
    found = EditionWhatIf(framework, np.full(4, 0.5), np.array([1.5, 0.2]))

    assert (None, 0) == (found.together(1), found.single(1).height)
    assert (0.0, 4) == (found.together(2), found.single(2).height)
    assert -np.inf == found.goal(9)


def test_a_shut_gate_leaves_nothing_to_ask() -> None:
    """A score that a gate holds at 0 stays 0 whatever rises."""
    found = EditionWhatIf(edition(), np.full(4, 0.5), np.array([0.3]), shut=True)

    assert (0.0, None) == (found.score({"a1": 1.0}), found.together(1))


def test_an_unknown_indicator_is_named() -> None:
    """What-if refuses what the edition does not have."""
    with pytest.raises(InputError) as caught:
        question().score({"zz": 1.0})

    assert "index-indicator-unknown" == caught.value.code
