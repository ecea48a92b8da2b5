"""The table that every step of the index takes and gives: rows are units in periods."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from saola.errors import InputError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Marks = NDArray[np.uint8]
Rows = NDArray[np.int64]

IMPUTED = 1
TREATED = 2

LONG = {
    "unit": pl.String,
    "period": pl.String,
    "indicator": pl.String,
    "value": pl.Float64,
    "imputed": pl.Boolean,
    "treated": pl.Boolean,
}


@dataclass(frozen=True, eq=False)
class Table:
    """Values of indicators for units, with what is known beside them.

    Args:
        units: The code of each row; a unit may stand once in each period.
        indicators: The code of each column.
        values: Rows by columns; NaN is missing. Made read-only.
        periods: The period of each row, or nothing where there is only one.
        names: The name of each unit by its code.
        groups: Columns that sort the rows into groups, such as a continent.
        denominators: Columns to divide by, such as population.
        stderr: One standard error a value, NaN where none is known, or nothing.
        marks: Bits of each value: 1 imputed, 2 treated.
    """

    units: tuple[str, ...]
    indicators: tuple[str, ...]
    values: Floats
    periods: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    denominators: Mapping[str, Floats] = field(default_factory=dict)
    stderr: Floats | None = None
    marks: Marks | None = None

    def __post_init__(self) -> None:
        values = np.array(self.values, dtype=np.float64)
        values.flags.writeable = False
        object.__setattr__(self, "values", values)
        if self.marks is None:
            object.__setattr__(self, "marks", np.zeros(values.shape, dtype=np.uint8))

    def column(self, code: str) -> Floats:
        """Give the values of one indicator, one a row.

        Raises:
            InputError: If there is no such indicator.
        """
        if code not in self.indicators:
            raise InputError("index-indicator-unknown", found=code)
        return self.values[:, self.indicators.index(code)]

    def blocks(self, over: str) -> list[Rows]:
        """Give the rows that are handled together.

        Args:
            over: `period` for each period by itself, `panel` for all rows at once.
        """
        if over == "panel" or not self.periods:
            return [np.arange(len(self.units))]
        each = np.asarray(self.periods)
        return [np.flatnonzero(each == period) for period in sorted(set(self.periods))]

    def changed(self, values: Floats, mark: int = 0) -> Self:
        """Give the table with other values, marking those that differ.

        Args:
            values: Rows by columns.
            mark: `IMPUTED`, `TREATED` or 0 for a change of scale that is not marked.
        """
        marks = self.marks
        if mark and marks is not None:
            same = (values == self.values) | (np.isnan(values) & np.isnan(self.values))
            marks = marks | np.where(same, 0, mark).astype(np.uint8)
        return replace(self, values=values, marks=marks)

    def only(self, rows: Flags) -> Self:
        """Give the table with the rows where `rows` holds."""
        picked = np.flatnonzero(rows)
        return replace(
            self,
            units=tuple(self.units[row] for row in picked),
            values=self.values[picked],
            periods=tuple(self.periods[row] for row in picked) if self.periods else (),
            groups={key: tuple(col[row] for row in picked) for key, col in self.groups.items()},
            denominators={key: col[picked] for key, col in self.denominators.items()},
            stderr=None if self.stderr is None else self.stderr[picked],
            marks=None if self.marks is None else self.marks[picked],
        )

    def frame(self) -> pl.DataFrame:
        """Give one row a unit, period and indicator, in the schema `LONG`."""
        rows, columns = self.values.shape
        periods = self.periods or ("",) * rows
        marks = np.zeros(self.values.size, np.uint8) if self.marks is None else self.marks.ravel()
        return pl.DataFrame(
            {
                "unit": np.repeat(np.asarray(self.units, dtype=object), columns),
                "period": np.repeat(np.asarray(periods, dtype=object), columns),
                "indicator": list(self.indicators) * rows,
                "value": self.values.ravel(),
                "imputed": (marks & IMPUTED) > 0,
                "treated": (marks & TREATED) > 0,
            },
            schema=LONG,
        ).with_columns(pl.col("value").fill_nan(None))

    def wide(self) -> pl.DataFrame:
        """Give one row a unit and period, one column an indicator."""
        frame = pl.DataFrame({"unit": self.units}, schema={"unit": pl.String})
        if self.periods:
            frame = frame.with_columns(pl.Series("period", self.periods))
        columns = [pl.Series(code, self.values[:, i]) for i, code in enumerate(self.indicators)]
        return frame.with_columns(columns).with_columns(pl.col(pl.Float64).fill_nan(None))
