"""Values are carried over to the units of another day."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saola import units
from saola.errors import InputError
from saola.units.lineage import Lineage, rebase

REGISTRY = units.registry()
JULY_2025 = dt.date(2025, 7, 1)


def test_merged_province_takes_the_plain_mean_of_its_predecessors() -> None:
    """A unit that replaces others takes the unweighted mean of their index values."""
    before = pl.DataFrame({"unit": ["VNM.P.48", "VNM.P.49"], "score": [0.80, 0.60]})

    after = REGISTRY.rebase(before, on=JULY_2025, values=["score"])

    assert ["VNM.P.48@2025"] == after["unit"].to_list()
    assert pytest.approx([0.70]) == after["score"].to_list()


def test_units_of_an_earlier_day_stay() -> None:
    """Before the day of a merger nothing changes."""
    before = pl.DataFrame({"unit": ["VNM.P.48", "VNM.P.49"], "score": [0.80, 0.60]})

    assert before.equals(REGISTRY.rebase(before, on=dt.date(2025, 6, 30), values=["score"]))


def test_a_missing_predecessor_leaves_no_value() -> None:
    """A successor has no value while one of its predecessors has none."""
    before = pl.DataFrame({"unit": ["VNM.P.48", "VNM.P.49"], "score": [0.80, None]})

    assert [None] == REGISTRY.rebase(before, on=JULY_2025, values=["score"])["score"].to_list()
    alone = before.head(1)
    assert [None] == REGISTRY.rebase(alone, on=JULY_2025, values=["score"])["score"].to_list()


@given(st.lists(st.floats(0, 1), min_size=63, max_size=63))
def test_sixty_three_become_thirty_four_node_by_node(scores: list[float]) -> None:
    """A full frame of 63 becomes one of 34 for each node, and unchanged units keep their values."""
    old = [unit.code for unit in REGISTRY.children("VNM", "province", on=dt.date(2024, 1, 1))]
    before = pl.concat(
        pl.DataFrame({"unit": old, "node": node, "value": scores}) for node in ("a", "b")
    )

    after = REGISTRY.rebase(before, on=JULY_2025)

    new = [unit.code for unit in REGISTRY.children("VNM", "province", on=JULY_2025)]
    for node in ("a", "b"):
        rows = after.filter(node=node)
        assert new == rows["unit"].to_list()
        kept = dict(zip(rows["unit"], rows["value"], strict=True))
        assert scores[old.index("VNM.P.01")] == kept["VNM.P.01"]


def test_counts_are_shared_out_and_summed() -> None:
    """Under the rule `sum` a successor takes the shares of its predecessors' counts."""
    steps = [
        Lineage("XSA.P.1", "XSA.P.3", JULY_2025, 1.0, "sum"),
        Lineage("XSA.P.2", "XSA.P.3", JULY_2025, 0.25, "sum"),
        Lineage("XSA.P.2", "XSA.P.4", JULY_2025, 0.75, "sum"),
    ]
    before = pl.DataFrame({"unit": ["XSA.P.1", "XSA.P.2"], "value": [10, 40]})

    after = rebase(before, steps, on=JULY_2025, values=["value"])

    assert [("XSA.P.3", 20.0), ("XSA.P.4", 30.0)] == after.rows()


def test_nothing_is_carried_over_where_no_rule_is_published() -> None:
    """Merged ministries are named as successors, but their scores are not carried over."""
    before = pl.DataFrame({"unit": ["VNM.M.MIC", "VNM.M.MOST"], "value": [0.5, 0.6]})

    after = REGISTRY.rebase(before, on=JULY_2025)

    assert [("VNM.M.MOST", 0.6)] == after.rows()
    assert ["VNM.M.MOST"] == [step.new for step in REGISTRY.successors("VNM.M.MIC")]


def test_a_frame_without_its_columns_is_refused() -> None:
    """A missing column is named."""
    with pytest.raises(InputError) as caught:
        REGISTRY.rebase(pl.DataFrame({"unit": ["VNM"]}), on=JULY_2025)

    assert "unit-columns" == caught.value.code
