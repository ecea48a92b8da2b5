"""Scores and ranks of units in many draws: what every interval, duel and class is read from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from saola.errors import InputError
from saola.index.rank import Ranks
from saola.index.table import Floats

Counts = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Drawn:
    """Scores and ranks in every draw, beside the published ones.

    Args:
        units: The units, in the order of the columns.
        published: The published score of each unit; no analysis changes it.
        published_ranks: Their ranks.
        across: Scores, draws by units; NaN where a draw gives none.
        ranked: Ranks, draws by units, 0 where a draw gives none.
        counts: How often each unit has each rank, units by ranks from 0.
    """

    units: tuple[str, ...]
    published: Floats
    published_ranks: Ranks
    across: Floats
    ranked: Ranks
    counts: Counts

    @property
    def scores(self) -> Floats:
        """Scores, units by draws."""
        return self.across.T

    @property
    def ranks(self) -> Ranks:
        """Ranks, units by draws."""
        return self.ranked.T

    def _repr_html_(self) -> str:
        from saola.index.intervals import intervals  # noqa: PLC0415  (it reads draws)

        return str(intervals(self)._repr_html_())


def rows_of(units: Sequence[str], wanted: Sequence[str] | None) -> list[int]:
    """Give the rows of some units, or of all.

    Raises:
        InputError: If a unit does not exist.
    """
    if wanted is None:
        return list(range(len(units)))
    for unit in wanted:
        if unit not in units:
            raise InputError("index-unit-unknown", found=unit)
    return [units.index(unit) for unit in wanted]
