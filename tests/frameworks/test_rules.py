import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saola.frameworks.rules import Reference, read_rule
from saola.frameworks.rules.base import Values, Words


class Table:
    """Inputs from plain lists."""

    def __init__(self, **columns: list[object]) -> None:
        self.columns = columns

    def values(self, reference: Reference) -> Values:
        return np.array(self.columns[str(reference)], dtype=float)

    def errors(self, reference: Reference) -> Values:
        return np.array(
            self.columns.get(f"{reference}±", [0] * len(next(iter(self.columns.values())))),
            dtype=float,
        )

    def words(self, reference: Reference) -> Words:
        return np.array(self.columns[str(reference)], dtype=object)


def rate(rule: dict[str, object], table: Table) -> list[float | None]:
    faults: list[Exception] = []
    made = read_rule(rule, "own", "test", faults)
    assert not faults
    assert made is not None
    return pl.Series(made.rate(table)).fill_nan(None).to_list()


def test_ratio_earns_pro_rata_up_to_its_target() -> None:
    """At or above the target all points, below it in proportion, without a denominator nothing."""
    table = Table(a=[40, 90, 10, 1, None], b=[100, 100, 100, 0, 100])

    expected = [0.5, 1.0, 0.125, None, None]
    assert expected == rate({"kind": "ratio", "a": "a", "b": "b", "target": 0.8}, table)


def test_steps_take_the_highest_bound_reached() -> None:
    """Four meetings or more earn all, three three quarters, none nothing."""
    rule = {"kind": "steps", "value": "n", "steps": [[4, 1.0], [3, 0.75], [2, 0.5], [1, 0.25]]}

    assert [0, 0.25, 0.75, 1, 1, None] == rate(rule, Table(n=[0, 1, 3, 4, 9, None]))


def test_tiers_are_earned_by_name() -> None:
    """The head in the chair earns all, a deputy half, anyone else nothing."""
    rule = {"kind": "tiers", "value": "chair", "tiers": {"head": 1.0, "deputy": 0.5}}

    assert [1, 0.5, 0, None] == rate(rule, Table(chair=["head", "deputy", "clerk", None]))


def test_parts_add_up_and_a_missing_part_earns_nothing() -> None:
    """Half for one condition and half for the other; none at all is missing, not zero."""
    part = {"kind": "measured", "value": "x"}
    rule = {
        "kind": "parts",
        "parts": [{"share": 0.5, "rule": part}, {"share": 0.5, "rule": part | {"value": "y"}}],
    }

    assert [0.75, 0.5, None] == rate(rule, Table(x=[1, 1, None], y=[0.5, None, None]))


def test_measured_values_are_scaled_between_goalposts() -> None:
    """Outside the goalposts a value is cut; on the default scale it passes as it is."""
    rule = {"kind": "measured", "low": 10, "high": 20}

    assert [0, 0.5, 1] == rate(rule, Table(own=[5, 15, 99]))
    assert [1.422] == rate({"kind": "measured"}, Table(own=[1.422]))


@pytest.mark.parametrize(("measure", "expected"), [("ratio", 0.5), ("difference", 0.75)])
def test_gaps_compare_two_groups(measure: str, expected: float) -> None:
    """Women 25 % and men 50 % online: half as many, or 25 points apart."""
    table = Table(**{"on[SEX=F]": [1], "all[SEX=F]": [4], "on[SEX=M]": [2], "all[SEX=M]": [4]})
    rule = {"kind": "gap", "a": "on", "b": "all", "between": ["SEX=F", "SEX=M"]}

    assert [expected] == rate(rule | {"measure": measure}, table)


def test_two_groups_both_at_zero_are_equal() -> None:
    """Where nobody is online there is no gap; where nothing is known there is no rate."""
    zero = Table(
        **{"on[S=F]": [0, None], "all[S=F]": [4, 4], "on[S=M]": [0, 1], "all[S=M]": [4, 4]}
    )

    assert [1, None] == rate(
        {"kind": "gap", "a": "on", "b": "all", "between": ["S=F", "S=M"]}, zero
    )


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"kind": "measured", "value": "a", "high": 10}, 0.2),
        ({"kind": "ratio", "a": "a", "b": "b"}, 0.2),
        ({"kind": "ratio", "a": "a", "b": "b", "target": 0.5}, 0.4),
        ({"kind": "survey", "a": "a", "b": "b"}, (0.5 * 0.5 / 14) ** 0.5),
        ({"kind": "steps", "value": "a", "steps": [[1, 1.0]]}, 0),
        (
            {
                "kind": "parts",
                "parts": [{"share": 0.5, "rule": {"kind": "ratio", "a": "a", "b": "b"}}],
            },
            0.1,
        ),
    ],
)
def test_errors_of_inputs_become_errors_of_rates(rule: dict[str, object], expected: float) -> None:
    """5 ± 2 of 10: each rule passes the error on by its slope, a survey adds its sampling."""
    made = read_rule(rule, "own", "test", [])
    assert made is not None

    found = made.error(Table(**{"a": [5], "a±": [2], "b": [10]}))
    assert [pytest.approx(expected)] == found.tolist()


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=1, max_size=20))
def test_every_ratio_lies_between_zero_and_one(pairs: list[tuple[int, int]]) -> None:
    """No input can earn more than all points or less than none."""
    tops, lows = zip(*pairs, strict=True)
    found = rate({"kind": "ratio", "a": "a", "b": "b"}, Table(a=list(tops), b=list(lows)))

    assert all(value is None or 0 <= value <= 1 for value in found)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"kind": "magic"}, "rule-kind-unknown"),
        ({"kind": "ratio", "a": "a"}, "key-missing"),
        ({"kind": "ratio", "a": "a", "b": "b", "c": 1}, "key-unknown"),
        ({"kind": "ratio", "a": "a b", "b": "b"}, "reference-malformed"),
        ({"kind": "ratio", "a": "a", "b": "b", "target": 0}, "number-not-positive"),
        ({"kind": "ratio", "a": "a", "b": "b", "target": "x"}, "number-malformed"),
        ({"kind": "steps", "value": "a", "steps": [4, 1]}, "steps-malformed"),
        ({"kind": "steps", "value": "a", "steps": [[4, 2]]}, "share-out-of-range"),
        ({"kind": "tiers", "value": "a", "tiers": []}, "tiers-malformed"),
        ({"kind": "parts", "parts": "x"}, "parts-malformed"),
        ({"kind": "gap", "a": "a", "b": "b", "between": ["F", "M"]}, "between-malformed"),
    ],
)
def test_malformed_rules_are_named(rule: dict[str, object], code: str) -> None:
    """Each fault of a rule has its code, and no rule is made."""
    faults: list[Exception] = []

    assert read_rule(rule, "own", "test", faults) is None
    assert code in {fault.code for fault in faults}
