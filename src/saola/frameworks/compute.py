"""From the observations of a workspace to kept runs."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol

import polars as pl

from saola import observations
from saola.errors import StateError
from saola.frameworks import runs
from saola.frameworks.cube import inputs_of
from saola.frameworks.model import Framework
from saola.frameworks.runs import Run
from saola.frameworks.score import Rates, long, rates
from saola.frameworks.shipped import framework, names
from saola.periods import Period
from saola.progress import Progress
from saola.units import Registry
from saola.workspace import Workspace


class Sure(Protocol):
    """What gives scores their intervals, and tables of how they came about."""

    @property
    def seed(self) -> int:
        """The seed of the draws."""

    def __call__(
        self, framework: Framework, rates: Rates, scores: pl.DataFrame, *, last: bool
    ) -> tuple[pl.DataFrame, Mapping[str, pl.DataFrame]]:
        """Give the scores with intervals, and tables by name: `draws` is the record.

        `last` marks the last of the periods scored together.
        """


def compute(
    workspace: Workspace,
    code: str,
    *,
    when: dt.datetime,
    periods: Sequence[str] = (),
    sure: Sure | None = None,
    progress: Progress | None = None,
) -> list[Run]:
    """Score an edition on what the workspace holds and keep one run a period.

    Args:
        workspace: Where.
        code: The edition.
        when: Now, with its time zone.
        periods: Only these; by default all within the edition's dates that have data.
        sure: Gives scores their intervals, and tables that are kept beside them.
        progress: Told how many periods are done, of how many.

    Raises:
        InputError: `framework-unknown`.
        StateError: `observations-absent`, where there is nothing to score.
    """
    folder = workspace.home / "frameworks"
    edition = framework(code, folder)
    definition = names(folder)[code].read_bytes()
    inputs = observed(workspace, edition)
    seen = inputs["period"].unique().to_list()
    wanted = list(periods) or _valid(edition, seen)
    found = [period for period in wanted if period in seen]
    if not found:
        raise StateError("observations-absent", found=code, periods=", ".join(wanted) or "–")
    made: list[Run] = []
    for place, period in enumerate(found, start=1):
        rows = inputs.filter(pl.col("period") == period)
        last = place == len(found)
        made.append(_one(workspace, edition, rows, definition, when, sure, last=last))
        if progress:
            progress(place, len(found))
    return made


def _one(
    workspace: Workspace,
    edition: Framework,
    rows: pl.DataFrame,
    definition: bytes,
    when: dt.datetime,
    sure: Sure | None,
    *,
    last: bool,
) -> Run:
    period = rows["period"][0]
    on = Period.parse(period).end
    seen = rows["unit"].unique().to_list()
    found = rates(edition, rows, units=assessed(edition, workspace.units, on=on, seen=seen))
    scores = long(edition, found, groups=rank_groups(edition, workspace.units, on=on))
    tables: dict[str, pl.DataFrame] = {}
    if sure:
        scores, told = sure(edition, found, scores, last=last)
        tables = dict(told)
    return runs.save(
        workspace,
        scores,
        framework=edition.id,
        period=period,
        when=when,
        inputs=rows,
        definition=definition,
        draws=tables.pop("draws", None),
        tables=tables,
        seed=sure.seed if sure else None,
        facts={"sources": rows["source"].unique().sort().to_list()},
    )


def _valid(edition: Framework, periods: Sequence[str]) -> list[str]:
    """Keep the periods within the dates of an edition, in order."""
    inside = [each for each in map(Period.parse, periods) if edition.covers(each)]
    return [str(each) for each in sorted(inside)]


def assessed(
    edition: Framework, registry: Registry, *, on: dt.date, seen: Sequence[str]
) -> list[str]:
    """Give the units an edition assesses on a day.

    Those with data, and, where the registry knows the family, its members without: they are
    shown as missing. Where only a few of a large family report, as in quoted tables, only those.
    """
    family = {unit.code for unit in registry.select(edition.units, on=on)}
    stem = _stem(edition, registry)
    inside = [unit for unit in seen if unit in family or not family or unit.startswith(stem)]
    whole = len(inside) >= len(family) / 2
    return sorted({*inside, *family} if whole else inside)


def observed(workspace: Workspace, edition: Framework, *, period: str = "") -> pl.DataFrame:
    """Read the current values that an edition is scored on.

    Args:
        workspace: Where.
        edition: Names the inputs and the units.
        period: Only this one; all of them if empty.
    """
    wanted = [pl.col("period") == period] if period else []
    family = _family(edition, workspace.units)
    wanted += [] if family is None else [family]
    where = pl.all_horizontal(wanted) if wanted else None
    return observations.current(workspace, indicators=inputs_of(edition), where=where)


def _family(edition: Framework, registry: Registry) -> pl.Expr | None:
    """Give what is true of the rows of an edition's units; none where the registry knows none."""
    family = [unit.code for unit in registry.select(edition.units, every=True)]
    under = pl.col("unit").str.starts_with(_stem(edition, registry))
    return pl.col("unit").is_in(family) | under if family else None


def _stem(edition: Framework, registry: Registry) -> str:
    """Give how codes of an edition's units begin; a unit or group named alone has none below it."""
    return "\0" if edition.units in registry else f"{edition.units}."


def rank_groups(
    edition: Framework, registry: Registry, *, on: dt.date | None
) -> dict[str, str] | None:
    """Give the rank group of each unit on a day, where the edition ranks within groups."""
    if not edition.groups:
        return None
    return {unit.code: code for code in edition.groups for unit in registry.members(code, on=on)}
