"""Observations laid out for scoring: one array an input, one element a period × field × unit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

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
    _place: Mapping[Reference, int] = field(repr=False)
    _numbers: Values = field(repr=False)
    _errors: Values | None = field(repr=False)
    _words: Mapping[Reference, Words] = field(repr=False)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Lengths of the three axes."""
        return len(self.periods), len(self.fields), len(self.units)

    def values(self, reference: Reference) -> Values:
        """Give the numbers of an input, NaN where none was observed."""
        place = self._place.get(reference)
        if place is None:
            return np.full(self.shape, np.nan)
        found: Values = self._numbers[place]
        return found

    def errors(self, reference: Reference) -> Values:
        """Give the standard errors of an input, NaN where none is known."""
        place = self._place.get(reference)
        if place is None or self._errors is None:
            return np.full(self.shape, np.nan)
        found: Values = self._errors[place]
        return found

    def words(self, reference: Reference) -> Words:
        """Give the categories of an input, none where none was observed."""
        found = self._words.get(reference)
        return np.full(self.shape, None, dtype=object) if found is None else found


def cube(
    framework: Framework, observations: pl.DataFrame, *, units: Sequence[str] | None = None
) -> Cube:
    """Lay out the observations that a framework reads.

    Args:
        framework: Names the inputs, the fields and the published values.
        observations: Current values, one row a key; rows of other inputs are passed over.
        units: The units to assess; by default those that have any of the inputs.
    """
    codes = inputs_of(framework)
    found = observations.lazy().filter(pl.col("indicator").is_in(codes))
    wanted = found.select(
        "unit", "period", "field", "indicator", "breakdown", "value", "category", "stderr"
    ).collect()
    axes = {
        "period": sorted(wanted["period"].unique().to_list(), key=Period.parse),
        "field": _fields(framework, wanted),
        "unit": wanted["unit"].unique().sort().to_list() if units is None else list(units),
    }
    parts = wanted["breakdown"].unique().sort().to_list()
    row = _index(axes)
    reference = _index({"indicator": list(codes), "breakdown": parts})
    rows = wanted.select(
        "value", "category", "stderr", row=row, reference=reference
    ).drop_nulls(["row", "reference"])  # fmt: skip
    return _filled(rows, axes, codes, parts)


def inputs_of(framework: Framework) -> tuple[str, ...]:
    """Name every input that a framework reads, published values included."""
    return tuple(dict.fromkeys(_codes(framework)))


def _codes(framework: Framework) -> Iterable[str]:
    for indicator in framework.indicators:
        yield from indicator.rule.codes
    for node in framework.nodes:
        yield from (code for code in (node.gate, node.published, node.published_rank) if code)


def _fields(framework: Framework, wanted: pl.DataFrame) -> list[str]:
    seen = set(wanted["field"].unique())
    return [TOTAL, *(name for name in framework.fields if name in seen)]


def _index(axes: Mapping[str, Sequence[str]]) -> pl.Expr:
    """Number the cells of a table by its axes; null where a code is on none."""
    place: pl.Expr = pl.lit(0, pl.Int64)
    for name, axis in axes.items():
        code = pl.col(name).cast(pl.Enum(axis), strict=False).to_physical().cast(pl.Int64)
        place = place * len(axis) + code
    return place


def _filled(
    rows: pl.DataFrame,
    axes: Mapping[str, Sequence[str]],
    codes: Sequence[str],
    parts: Sequence[str],
) -> Cube:
    # Counted, not sorted: there are millions of rows and some hundred references.
    reference = rows["reference"].to_numpy()
    there = np.bincount(reference, minlength=len(codes) * len(parts)) > 0
    seen, compact = np.flatnonzero(there), (np.cumsum(there) - 1)[reference]
    names = [Reference(codes[n // len(parts)], parts[n % len(parts)]) for n in seen.tolist()]
    shape = (len(names), *(len(axis) for axis in axes.values()))
    cells = compact * int(np.prod(shape[1:])) + rows["row"].to_numpy()

    def scatter(column: str) -> Values:
        found = np.full(shape, np.nan)
        found.ravel()[cells] = rows[column].to_numpy()
        return found

    known = rows["category"].is_not_null().to_numpy()
    words: dict[Reference, Words] = {}
    for place in np.unique(compact[known]).tolist():
        mine = known & (compact == place)
        cell = np.full(shape[1:], None, dtype=object)
        cell.ravel()[rows["row"].to_numpy()[mine]] = rows["category"].filter(mine).to_list()
        words[names[place]] = cell
    periods, fields, units = (tuple(axis) for axis in axes.values())
    places = {name: place for place, name in enumerate(names)}
    errors = scatter("stderr") if rows["stderr"].null_count() < rows.height else None
    return Cube(periods, fields, units, places, scatter("value"), errors, words)
