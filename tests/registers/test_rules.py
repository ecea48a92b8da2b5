"""Rules of fields: what is cleaned, and what each row is told."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from saola.server.registries import rules
from saola.server.registries.rules import REASONS, Field

texts = st.lists(st.none() | st.text(alphabet=" \t\u00a0aOà\u0300\u0323ệ\u212b9.-", max_size=8))


@given(texts, st.sampled_from(["text", "digits"]))
def test_cleaning_only_where_needed_cleans_everywhere(cells: list[str | None], kind: str) -> None:
    """Leaving tidy cells alone gives what cleaning every cell gives."""
    column = pl.Series("cell", cells, dtype=pl.String)
    field = Field("cell", item=1, kind=kind)

    quick = rules.cleaned(column, field)

    assert quick.to_list() == column.to_frame().select(rules.trimmed(field))["cell"].to_list()


def test_a_row_lists_its_faults_in_order_after_those_it_has() -> None:
    """Faults are appended to the row's own list, null is no fault, and rows keep their place."""
    frame = pl.DataFrame(
        {"value": [1, None, 3, 4], REASONS: [[], ["early"], ["early"], []]},
        schema={"value": pl.Int64, REASONS: pl.List(pl.String)},
    )

    marked = rules.mark(frame, {"odd": pl.col("value") % 2 == 1, "three": pl.col("value") == 3})

    assert marked[REASONS].to_list() == [["odd"], ["early"], ["early", "odd", "three"], []]


def test_no_rows_and_no_faults_are_marked_too() -> None:
    """A frame without rows, or without a faulty one, gets a list a row."""
    frame = pl.DataFrame({"value": [1, 2]})

    assert rules.mark(frame, {"never": pl.lit(value=False)})[REASONS].to_list() == [[], []]
    assert rules.mark(frame.clear(), {"all": pl.col("value") > 0})[REASONS].to_list() == []
