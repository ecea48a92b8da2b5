"""What if a value changed, and what would have to change for a rank: by computing anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from saola.errors import InputError
from saola.index.build import Build, build
from saola.index.recipe import Recipe
from saola.index.table import Floats, Table
from saola.index.tree import Tree

NEEDED = {
    "indicator": pl.String, "now": pl.Float64, "needed": pl.Float64, "score": pl.Float64,
    "rank": pl.Int64,
}  # fmt: skip
_HALVINGS = 60


@dataclass(frozen=True, eq=False)
class WhatIf:
    """Questions to one index about one unit.

    Args:
        table: Raw values of one period.
        tree: The framework.
        recipe: The steps.
        unit: The unit asked about.
    """

    table: Table
    tree: Tree
    recipe: Recipe
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in self.table.units:
            raise InputError("index-unit-unknown", where="what-if", found=self.unit)

    @property
    def row(self) -> int:
        """The unit's row."""
        return self.table.units.index(self.unit)

    def with_values(self, values: Mapping[str, float]) -> Build:
        """Build the index with other raw values of the unit.

        Args:
            values: The new value of each indicator that changes, in its own unit.

        Raises:
            InputError: If an indicator does not exist.
        """
        changed = self.table.values.copy()
        for code, value in values.items():
            changed[self.row, self._place(code)] = value
        return build(replace(self.table, values=changed), self.tree, self.recipe)

    def rank(self, built: Build) -> int:
        """Give the unit's rank in a build, 0 where it has none."""
        if self.unit not in built.units:
            return 0
        return int(built.ranks()[built.units.index(self.unit)])

    def needed(
        self, rank: int, indicators: Sequence[str], limits: Mapping[str, float] | None = None
    ) -> pl.DataFrame:
        """Find the least that some indicators must change, together, for a rank.

        They move in step from where they are towards their limits; the rest of the field stays as
        it is, but everything is computed anew, so a unit that becomes the best of an indicator
        moves the scale of all. Where the unit has no value nothing can rise: such an indicator is
        left out.

        Args:
            rank: The rank wanted, or better.
            indicators: The indicators that may change.
            limits: How far each may go, in its own unit; by default to the best unit's value.

        Returns:
            One row an indicator, in the schema `NEEDED`; `score` and `rank` are those of the index
            computed with all these changes.

        Raises:
            InputError: If the rank cannot be had within the limits, or an indicator is unknown.
        """
        values = {code: self._now(code) for code in indicators}
        now = {code: value for code, value in values.items() if not np.isnan(value)}
        ends = {code: (limits or {}).get(code, self.best(code)) for code in now}

        def at(share: float) -> dict[str, float]:
            return {code: now[code] + share * (ends[code] - now[code]) for code in now}

        def good(share: float) -> bool:
            return 0 < self.rank(self.with_values(at(share))) <= rank

        if not good(1.0):
            raise InputError("index-out-of-reach", where=self.unit, found=rank)
        low, high = (0.0, 0.0) if good(0.0) else (0.0, 1.0)
        for _ in range(_HALVINGS if high else 0):
            middle = (low + high) / 2
            low, high = (low, middle) if good(middle) else (middle, high)
        built = self.with_values(at(high))
        found = at(high)
        score, reached = built.score(self.unit), self.rank(built)
        rows = [(code, now[code], found[code], score, reached) for code in now]
        return pl.DataFrame(rows, schema=NEEDED, orient="row")

    def single(self, rank: int) -> pl.DataFrame:
        """Find for each indicator by itself what it would have to be for a rank.

        Returns:
            One row an indicator that is enough alone, the least change first (as a share of the
            way to the best unit), in the schema `NEEDED`.
        """
        found: list[tuple[float, pl.DataFrame]] = []
        for part in self.tree.indicators:
            now, best = self._now(part.code), self.best(part.code)
            if np.isnan(now) or now == best:
                continue
            try:
                told = self.needed(rank, [part.code])
            except InputError:
                continue
            share = (told["needed"][0] - now) / (best - now)
            found.append((share, told))
        ordered = [told for _, told in sorted(found, key=lambda pair: pair[0])]
        return pl.concat(ordered) if ordered else pl.DataFrame(schema=NEEDED)

    def _place(self, code: str) -> int:
        if code not in self.table.indicators:
            raise InputError("index-indicator-unknown", where="what-if", found=code)
        return self.table.indicators.index(code)

    def _now(self, code: str) -> float:
        return float(self.table.values[self.row, self._place(code)])

    def best(self, code: str) -> float:
        """Give the best value of any unit, as it would be in a unit of this one's size."""
        part = self.tree.parts[code]
        column: Floats = self.table.column(code) * part.direction
        step = next((s for s in self.recipe.steps if s.kind == "denominate"), None)
        by = part.denominator if step is not None else None
        if by is None or by not in self.table.denominators:
            return float(np.nanmax(column)) * part.direction
        divisor = self.table.denominators[by]
        return float(np.nanmax(column / divisor) * divisor[self.row]) * part.direction
