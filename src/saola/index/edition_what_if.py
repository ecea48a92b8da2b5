"""What if a unit's rates were others, and what must rise for a rank: by scoring it anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from saola.errors import InputError
from saola.frameworks import Framework
from saola.frameworks.ranking import rank
from saola.frameworks.rules.base import Values
from saola.frameworks.score import rolled
from saola.frameworks.tree import points_of
from saola.index.what_if import NEEDED

_HALVINGS = 50


@dataclass(frozen=True, eq=False)
class EditionWhatIf:
    """Questions to one edition about one unit, whose peers stay as they are.

    Args:
        framework: The edition.
        rates: The unit's rate of each indicator, NaN where missing.
        peers: The scores of the units it is ranked with, without its own.
        shut: Whether a gate holds its score at 0.
    """

    framework: Framework
    rates: Values
    peers: Values
    shut: bool = False

    @cached_property
    def _points(self) -> Values:
        return points_of(self.framework)

    @property
    def codes(self) -> list[str]:
        """The indicators, in the order of the rates."""
        return [indicator.id for indicator in self.framework.indicators]

    def scored(self, columns: Values) -> Values:
        """Give the score of each column of rates, indicators × columns."""
        if self.shut:
            return np.zeros(columns.shape[1])
        place = self.framework.nodes.index(self.framework.root)
        found: Values = rolled(self.framework, columns, self._points)[place]
        return found

    def score(self, changes: Mapping[str, float] | None = None) -> float:
        """Give the score with other rates.

        Args:
            changes: The new rate of each indicator that changes, 0 to 1.

        Raises:
            InputError: If an indicator does not exist.
        """
        column = self.rates.copy()
        for code, value in (changes or {}).items():
            if code not in self.codes:
                raise InputError("index-indicator-unknown", where="what-if", found=code)
            column[self.codes.index(code)] = value
        return float(self.scored(column[:, None])[0])

    def rank(self, score: float) -> int:
        """Give the rank of a score among the peers, 0 for none."""
        if np.isnan(score):
            return 0
        tie = self.framework.tie if self.framework.tie == "dense" else "competition"
        return int(rank(np.append(self.peers, score), tie=tie)[-1])

    def goal(self, wanted: int) -> float:
        """Give the score from which a rank is had: that of the peer who holds it, or nothing.

        Equal scores share the better rank, so the score of the peer is enough.
        """
        known = np.sort(self.peers[~np.isnan(self.peers)])[::-1]
        if self.framework.tie == "dense":
            known = np.unique(known)[::-1]
        return float(known[wanted - 1]) if wanted <= len(known) else -np.inf

    def single(self, wanted: int) -> pl.DataFrame:
        """Find for each indicator by itself the rate it would need for a rank.

        Args:
            wanted: The rank, or better.

        Returns:
            One row an indicator that is enough alone, the least rise first, in the schema
            `NEEDED`; score and rank are those of the unit scored anew with it.
        """
        now = np.nan_to_num(self.rates)
        open_ = ~np.isnan(self.rates) & (now < 1)
        places = np.flatnonzero(open_ & (self._raised(np.ones_like(now)) >= self.goal(wanted)))
        low, high = now.copy(), np.ones_like(now)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            good = self._raised(middle) >= self.goal(wanted)
            high, low = np.where(good, middle, high), np.where(good, low, middle)
        rows = []
        for place in places:
            code = self.codes[place]
            score = self.score({code: float(high[place])})
            rows.append((code, now[place], high[place], score, self.rank(score)))
        frame = pl.DataFrame(rows, schema=NEEDED, orient="row")
        return frame.sort(pl.col("needed") - pl.col("now"), "indicator")

    def together(self, wanted: int) -> float | None:
        """Find what share of the way to full marks every known indicator must go, all at once.

        Returns:
            A share in 0..1; nothing where even full marks do not give the rank.
        """
        way = np.where(np.isnan(self.rates), np.nan, np.maximum(1 - self.rates, 0.0))

        def good(share: float) -> bool:
            column = self.rates + share * way
            return bool(self.scored(column[:, None])[0] >= self.goal(wanted))

        if not good(1.0):
            return None
        low, high = (0.0, 0.0) if good(0.0) else (0.0, 1.0)
        for _ in range(_HALVINGS if high else 0):
            middle = (low + high) / 2
            low, high = (low, middle) if good(middle) else (middle, high)
        return high

    def _raised(self, rates: Values) -> Values:
        """Score one column an indicator, in which that indicator alone has another rate."""
        columns = np.repeat(self.rates[:, None], len(self.rates), axis=1)
        np.fill_diagonal(columns, rates)
        return self.scored(columns)
