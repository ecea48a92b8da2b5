"""Subjects of reports, read from a workspace."""

import polars as pl

from saola import frameworks, observations
from saola.errors import InputError
from saola.frameworks import SCORES, Framework, runs
from saola.frameworks.compute import observed
from saola.frameworks.runs import Run
from saola.periods import Period
from saola.reports.subject import TOTAL, Subject
from saola.workspace import Workspace


def subject(
    workspace: Workspace,
    framework: str = "",
    *,
    period: str = "",
    run: str = "",
    inputs: bool = True,
) -> Subject:
    """Read what a report needs from a workspace.

    Args:
        workspace: Where.
        framework: Code of the edition; by default the one that assesses the
            workspace's country, in most periods; where there is none, that of the newest run.
        period: The period; by default the newest that has a run.
        run: Code of a run; by default the one marked `current`.
        inputs: Whether the observations are wanted too.

    Raises:
        InputError: `framework-unknown`, `run-unknown` or `report-run-absent`.
    """
    found = runs.run(workspace, run) if run else _current(workspace, framework, period)
    edition = runs.framework_of(workspace, found) or frameworks.framework(
        found.framework, workspace.home / "frameworks"
    )
    return Subject(
        framework=edition,
        run=found,
        scores=runs.scores(workspace, found),
        units=workspace.units,
        observations=read_inputs(workspace, edition, found) if inputs else _none(),
        history=read_history(workspace, edition, found),
        zone=workspace.zone,
    )


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema=observations.SCHEMA)


def _current(workspace: Workspace, framework: str, period: str) -> Run:
    if framework:
        frameworks.framework(framework, workspace.home / "frameworks")
    known = [
        each
        for each in runs.runs(workspace, framework or None, period or None)
        if each == runs.current(workspace, each.framework, each.period)
    ]
    if not known:
        have = sorted({f"{each.framework} {each.period}" for each in runs.runs(workspace)})
        asked = " ".join(part for part in (framework, period) if part) or "–"
        raise InputError("report-run-absent", found=asked, known=", ".join(have) or "–")
    code = framework or _own(workspace, known) or known[0].framework
    return max(
        (each for each in known if each.framework == code),
        key=lambda each: Period.parse(each.period),
    )


def _own(workspace: Workspace, known: list[Run]) -> str:
    """Name the edition that assesses the workspace's country in most periods; empty for none."""
    editions = frameworks.catalogue(workspace.home / "frameworks")
    codes = [each.framework for each in known if each.framework in editions]
    mine = [code for code in sorted(set(codes)) if editions[code].assesses(workspace.country)]
    return max(mine, key=codes.count, default="")


def read_inputs(workspace: Workspace, framework: Framework, run: Run) -> pl.DataFrame:
    """Read the current values of what a run was computed from.

    Where values came in after the run, they differ from those it read: `runs.digest` tells.
    """
    return observed(workspace, framework, period=run.period)


def read_history(workspace: Workspace, framework: Framework, run: Run) -> pl.DataFrame:
    """Read the index of every unit in the periods up to a run's that may stand on one line."""
    last = Period.parse(run.period)
    found: dict[str, pl.DataFrame] = {}
    folder = workspace.home / "frameworks"
    for code in (framework.id, *framework.comparable_with):
        edition = frameworks.framework(code, folder)
        for period in runs.periods(workspace, code):
            earlier = runs.current(workspace, code, period)
            if earlier and period not in found and Period.parse(period) < last:
                found[period] = _index(workspace, earlier, edition)
    order = sorted(found, key=Period.parse)
    return pl.concat([pl.DataFrame(schema=SCORES), *(found[period] for period in order)])


def _index(workspace: Workspace, run: Run, framework: Framework) -> pl.DataFrame:
    """Read the index alone: the scores of a run of communes are many."""
    folder = workspace.home / "results" / run.framework / run.period / run.id
    total = (pl.col("node") == framework.root.id) & (pl.col("field") == TOTAL)
    rows = pl.scan_parquet(folder / "scores.parquet").filter(total)
    return rows.select(SCORES.names()).collect()
