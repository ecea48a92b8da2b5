"""Arrays on their way to a table of observations."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from saola import observations

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Count:
    """One input as bodies counted it.

    Attributes:
        code: The input.
        values: Quarters × fields × units; NaN where there is nothing to count.
        breakdown: The part of the people.
        words: The categories that the values are places of.
        sample: People asked in each unit, where it is a survey of a `whole`; 0 for a full count.
        whole: What the values are a part of.
    """

    code: str
    values: Values
    breakdown: str = observations.TOTAL
    words: Sequence[str] = ()
    sample: float = 0.0
    whole: Values | None = None


class Ledger:
    """Collects counts and writes them as observations.

    Args:
        periods: Codes of the quarters.
        source: What every row says it comes from.
    """

    def __init__(self, periods: Sequence[str], source: str) -> None:
        self._periods = list(periods)
        self._source = source
        self._frames: list[pl.DataFrame] = []

    def put(
        self,
        units: Sequence[str],
        counted: Count,
        *,
        fields: Sequence[str] = (observations.TOTAL,),
    ) -> None:
        """Add one input.

        Args:
            units: Codes of the last axis.
            counted: The values.
            fields: Codes of the second axis.
        """
        flat = counted.values.ravel()
        kept = ~np.isnan(flat)
        place = np.indices(counted.values.shape, dtype=np.uint32).reshape(3, -1)
        axes = (self._periods, fields, units)
        time, field, unit = (
            pl.Series(list(names), dtype=pl.String).gather(axis[kept])
            for names, axis in zip(axes, place, strict=True)
        )
        numbers = flat[kept]
        value, category = _told(numbers, counted.words)
        row = {"unit": unit, "period": time, "field": field, "value": value, "category": category}
        self._frames.append(
            pl.DataFrame(row | {"stderr": _error(counted, numbers, kept)}).with_columns(
                indicator=pl.lit(counted.code), breakdown=pl.lit(counted.breakdown)
            )
        )

    def frame(self) -> pl.DataFrame:
        """Give everything as observations, each marked synthetic."""
        rows = pl.concat(self._frames).with_columns(
            check=pl.lit("synthetic"), source=pl.lit(self._source)
        )
        return observations.frame(rows)


def _told(numbers: Values, words: Sequence[str]) -> tuple[pl.Series, pl.Series]:
    """Give values and categories: one of the two is blank."""
    if not words:
        return pl.Series(numbers), _blank(len(numbers), pl.String)
    places = numbers.astype(np.uint32)
    return _blank(len(numbers), pl.Float64), pl.Series(list(words)).gather(places)


def _error(counted: Count, numbers: Values, kept: npt.NDArray[np.bool_]) -> pl.Series:
    """Give the standard error of a survey's count, about Agresti–Coull's centre."""
    if not counted.sample or counted.whole is None:
        return _blank(len(numbers), pl.Float64)
    size = counted.whole.ravel()[kept]
    asked = counted.sample + 4
    rate = (numbers / size * counted.sample + 2) / asked
    return pl.Series(np.round(size * np.sqrt(rate * (1 - rate) / asked), 3))


def _blank(count: int, kind: type[pl.DataType]) -> pl.Series:
    return pl.Series([None], dtype=kind).gather(np.zeros(count, dtype=np.uint32))
