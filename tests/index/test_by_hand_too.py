"""More small cases worked out by hand: draws of weights, scales, classes."""

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose

from saola import frameworks, observations
from saola.frameworks import Framework
from saola.index import Part, Table, tree_of
from saola.index.analysis import analyses
from saola.index.edition import Options
from saola.index.normalise import normalise
from saola.index.steps import Normalise, Weigh
from saola.index.vary import noisy

PAIR = tree_of([Part("i", (), level=2), Part("a", ("i",)), Part("b", ("i",))])
CASE = {
    "id": "t", "index": "t", "valid": ["2024"], "units": "XSA", "tie": "competition",
    "label": {"en": "T"}, "source": "invented", "missing": "skip",
    "node": [{"id": "top"}],
    "indicator": [
        {"id": code, "parents": ["top"], "points": 1, "rule": {"kind": "measured"}}
        for code in "ab"
    ],
}  # fmt: skip


@pytest.mark.parametrize("noise", [0.25, 0.9])
def test_shares_drawn_have_the_spread_asked_for(noise: float) -> None:
    """Of two equal weights each keeps its mean, and its coefficient of variation is the noise."""
    steps = (np.arange(4000) + 0.5) / 4000
    rng = np.random.default_rng(1)
    uniform = np.column_stack([rng.permutation(steps), rng.permutation(steps)])
    step = Weigh(noise=noise, spread="dirichlet")
    drawn = noisy(np.array([2.0, 2.0, 1.0]), PAIR, step, uniform)

    assert_allclose(drawn[0] + drawn[1], 4.0)
    assert (drawn[2] == 1.0).all()
    assert 2.0 == pytest.approx(drawn[0].mean(), rel=0.05)
    assert noise == pytest.approx(drawn[0].std() / 2.0, rel=0.05)


def test_even_noise_reaches_its_share_up_and_down() -> None:
    """At 0 a weight loses the share, in the middle it stays, near 1 it gains it."""
    drawn = noisy(
        np.array([2.0, 4.0, 1.0]), PAIR, Weigh(noise=0.25), np.array([[0.0, 0.5], [0.5, 1.0]])
    )

    assert_allclose([[1.5, 2.0], [4.0, 5.0], [1.0, 1.0]], drawn)


def test_scaled_values_go_from_the_start_to_the_end_of_the_range() -> None:
    """The low post takes the start of the range, the high post its end; beyond goes on."""
    table = Table(("U", "V", "W"), ("a", "b"), np.array([[2.0, 2.0], [4.0, 4.0], [7.0, 7.0]]))
    tree = tree_of([Part("i", (), level=2), Part("a", ("i",)), Part("b", ("i",), direction=-1)])
    step = Normalise(method="scaled", low=2.0, high=6.0, range=(10.0, 30.0))

    assert_allclose([[10.0, 30.0], [20.0, 20.0], [35.0, 5.0]], normalise(table, tree, step).values)


def test_units_without_a_score_are_in_no_class() -> None:
    """Nor have they an interval; of the others nothing changes."""
    rows = [
        {"indicator": code, "unit": f"XSA.P.{place:02}", "period": "2024",
         "value": 0.1 * place + 0.1, "stderr": 0.02}
        for place in range(5) for code in "ab"
    ]  # fmt: skip
    edition: Framework = frameworks.read(CASE)
    units = [f"XSA.P.{place:02}" for place in range(6)]
    rates = frameworks.rates(edition, observations.frame(rows), units=units)
    scores = frameworks.score(edition, observations.frame(rows), units=units)
    found = analyses(edition, rates, scores, dict.fromkeys(units, "province"), Options(draws=64))

    assert set(units[:5]) == set(found["classes"]["unit"])
    assert 10 == found["spans"].height
    assert [5, 4, 3, 2, 1] == found["spans"].filter(claim="errors").sort("unit")["rank"].to_list()
    assert set(units[:5]) == set(found["duels"]["unit"])
    assert pl.Series([1, 2, 3, 4, 5]).equals(found["classes"]["class"])
