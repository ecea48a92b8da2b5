import numpy as np
import pytest
from numpy.testing import assert_allclose

from saola.errors import InputError
from saola.index import Part, Table, recipe_of, tree_of
from saola.index.doubt import doubt, doubted
from saola.index.study import Sample, vary

NAN = float("nan")


def table_of(values: np.ndarray, *codes: str) -> Table:
    return Table(tuple(f"U{i}" for i in range(len(values))), codes, values)


def test_what_verification_changed_is_learnt() -> None:
    """The root mean square of the corrections is the doubt; few pairs borrow from the others."""
    claimed = np.column_stack([np.arange(10.0), np.arange(10.0) * 2])
    verified = claimed + np.array([[1.0, NAN]])
    verified[:3, 1] = claimed[:3, 1]
    told = doubt(table_of(claimed, "x", "y"), table_of(verified, "x", "y"))

    assert [10, 3] == told["pairs"].to_list()
    assert [1.0, 0.0] == told["shift"].to_list()
    assert_allclose([1.0, 2.0], told["spread"])


def test_without_enough_pairs_nothing_is_claimed() -> None:
    """Where no indicator has eight pairs no doubt is known; nothing shared is an error."""
    few = table_of(np.array([[1.0], [2.0], [NAN]]), "x")
    empty = table_of(np.array([[NAN], [NAN], [NAN]]), "x")

    assert [None] == doubt(few, few)["spread"].to_list()
    assert [None] == doubt(empty, empty)["shift"].to_list()
    with pytest.raises(InputError):
        doubt(few, table_of(np.ones((3, 1)), "z"))


def test_unverified_values_are_drawn_and_verified_ones_are_not() -> None:
    """Only what is reported and not verified gets the doubt, joined to errors known before."""
    rng = np.random.default_rng(1)
    values = rng.normal(50, 10, size=(12, 2))
    claimed = table_of(values, "x", "y")
    learnt = doubt(claimed, table_of(values + 3.0, "x", "y"))
    reported = np.zeros((12, 2), dtype=bool)
    reported[4] = True
    known = Table(claimed.units, claimed.indicators, values, stderr=np.full((12, 2), 4.0))
    unsure = doubted(claimed, reported, learnt)

    assert_allclose([3.0, 3.0], unsure.stderr[4])
    assert_allclose(0.0, unsure.stderr[5])
    assert_allclose(5.0, doubted(known, reported, learnt).stderr[4])
    tree = tree_of([Part("x", ("i",)), Part("y", ("i",)), Part("i", level=2)])
    rows = [{"step": "normalise", "method": "none"}]
    study = vary(unsure, tree, recipe_of(rows), Sample(64, 1))
    moving = np.ptp(study.scores, axis=1) > 1e-9
    assert [4] == np.flatnonzero(moving).tolist()
