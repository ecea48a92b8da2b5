"""Scoring a workspace the way its pages show it: every run with its intervals and analysis."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from saola.frameworks import Framework, Rates
from saola.frameworks.compute import compute
from saola.frameworks.runs import Run
from saola.index.analysis import analyses
from saola.index.edition import MANY, Options, intervals
from saola.progress import Progress
from saola.units import Registry
from saola.workspace import Workspace


def publish(
    workspace: Workspace,
    code: str,
    *,
    when: dt.datetime,
    periods: Sequence[str] = (),
    options: Options | None = None,
    progress: Progress | None = None,
) -> list[Run]:
    """Score an edition on what the workspace holds and keep one run a period, with intervals.

    Args:
        workspace: Where.
        code: The edition.
        when: Now, with its time zone.
        periods: Only these; by default all within the edition's dates that have data.
        options: How the draws of the intervals are made.
        progress: Told how many periods are done, of how many.

    Raises:
        InputError: `framework-unknown`.
        StateError: `observations-absent`, where there is nothing to score.
    """
    sure = _Draws(options or Options(), workspace.units)
    return compute(workspace, code, when=when, periods=periods, sure=sure, progress=progress)


@dataclass(frozen=True)
class _Draws:
    options: Options
    units: Registry

    @property
    def seed(self) -> int:
        """The seed of the draws."""
        return self.options.seed

    def __call__(
        self, framework: Framework, rates: Rates, scores: pl.DataFrame, *, last: bool
    ) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
        """Give the scores with intervals, the record, and the analysis.

        Of many units only the last period is analysed: it takes seconds.
        """
        told, tables = intervals(framework, rates, scores, self.options)
        kinds = {
            unit: self.units.unit(unit).kind for unit in rates.cube.units if unit in self.units
        }
        most = len(rates.cube.units) if last else MANY
        return told, tables | analyses(framework, rates, scores, kinds, self.options, most)
