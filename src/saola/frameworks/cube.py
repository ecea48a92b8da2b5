"""Observations laid out for scoring: one array an input, one element a period × field × unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from saola.frameworks.model import Framework
from saola.frameworks.rules import Reference
from saola.frameworks.rules.base import Values, Words
from saola.periods import Period

TOTAL = "_T"


@dataclass(frozen=True)
class Cube:
    """The inputs of a framework, as arrays of periods × fields × units.

    Attributes:
        periods: Codes of the first axis, in order of time.
        fields: Codes of the second axis; the first is `_T`, all fields together.
        units: Codes of the last axis.
    """

    periods: tuple[str, ...]
    fields: tuple[str, ...]
    units: tuple[str, ...]
    _rows: dict[tuple[str, str], pl.DataFrame] = field(repr=False)

    @cached_property
    def shape(self) -> tuple[int, int, int]:
        """Lengths of the three axes."""
        return len(self.periods), len(self.fields), len(self.units)

    def values(self, reference: Reference) -> Values:
        """Give the numbers of an input, NaN where none was observed."""
        return self._scatter(reference, "value")

    def errors(self, reference: Reference) -> Values:
        """Give the standard errors of an input, NaN where none is known."""
        return self._scatter(reference, "stderr")

    def words(self, reference: Reference) -> Words:
        """Give the categories of an input, none where none was observed."""
        found = np.full(self.shape, None, dtype=object)
        rows = self._rows.get(reference)
        if rows is not None:
            found.ravel()[rows["row"].to_numpy()] = rows["category"].to_list()
        return found

    def _scatter(self, reference: Reference, column: str) -> Values:
        found = np.full(self.shape, np.nan)
        rows = self._rows.get(reference)
        if rows is not None:
            found.ravel()[rows["row"].to_numpy()] = rows[column].to_numpy()
        return found


def cube(
    framework: Framework, observations: pl.DataFrame, *, units: Sequence[str] | None = None
) -> Cube:
    """Lay out the observations that a framework reads.

    Args:
        framework: Names the inputs, the fields and the published values.
        observations: Current values, one row a key; rows of other inputs are passed over.
        units: The units to assess; by default those that have any of the inputs.
    """
    wanted = observations.filter(pl.col("indicator").is_in(inputs_of(framework)))
    if units is None:
        units = wanted["unit"].unique().sort().to_list()
    periods = sorted(wanted["period"].unique().to_list(), key=Period.parse)
    fields = [TOTAL, *framework.fields]
    row = (
        _place(periods, "period") * len(fields) + _place(fields, "field")
    ) * len(units) + _place(units, "unit")  # fmt: skip
    rows = (
        wanted.select("indicator", "breakdown", "value", "category", "stderr", row=row)
        .drop_nulls("row")
        .partition_by("indicator", "breakdown", as_dict=True, include_key=False)
    )
    return Cube(
        tuple(periods),
        tuple(fields),
        tuple(units),
        {(str(a), str(b)): f for (a, b), f in rows.items()},
    )


def inputs_of(framework: Framework) -> tuple[str, ...]:
    """Name every input that a framework reads, published values included."""
    return tuple(dict.fromkeys(_codes(framework)))


def _codes(framework: Framework) -> Iterable[str]:
    for indicator in framework.indicators:
        yield from indicator.rule.codes
    for node in framework.nodes:
        yield from (code for code in (node.gate, node.published, node.published_rank) if code)


def _place(codes: Sequence[str], column: str) -> pl.Expr:
    places = list(range(len(codes)))
    return pl.col(column).replace_strict(list(codes), places, default=None, return_dtype=pl.Int64)
