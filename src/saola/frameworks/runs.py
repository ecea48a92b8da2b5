"""Runs: one computation each, with the inputs, the framework and the engine that made it."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from saola import __version__, language
from saola.errors import InputError
from saola.frameworks.loader import load
from saola.frameworks.model import Framework
from saola.workspace import Workspace

NAMED = "units"  # the table of what a run's units were called
_CURRENT = "current"
_DEFINITION, _GROUPS = "framework.toml", "groups.parquet"
# What gaps are read from: counts of groups of people, over all fields together.
_OF_GROUPS = (pl.col("breakdown") != "_T") & (pl.col("field") == "_T")
_LONGEST = 255  # bytes of a file's name


@dataclass(frozen=True)
class Run:
    """One computation.

    Attributes:
        id: Its code, from time and contents.
        framework: The edition.
        period: The period it speaks of.
        when: ISO 8601 time in UTC.
        engine: Saola's version.
        inputs: SHA-256 of the observations read.
        definition: SHA-256 of the framework's file.
        scores: SHA-256 of the scores.
        seed: Of the draws; none without draws.
        draws: How many there were.
        synthetic: Whether any input was invented.
        facts: Whatever else is worth keeping: options, sources, counts.
    """

    id: str
    framework: str
    period: str
    when: str
    engine: str
    inputs: str
    definition: str
    scores: str
    seed: int | None = None
    draws: int = 0
    synthetic: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)


def save(  # noqa: PLR0913  (a run is all these)
    workspace: Workspace,
    scores: pl.DataFrame,
    *,
    framework: str,
    period: str,
    when: dt.datetime,
    inputs: pl.DataFrame,
    definition: bytes,
    draws: pl.DataFrame | None = None,
    tables: Mapping[str, pl.DataFrame] | None = None,
    seed: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Run:
    """Keep a computation and mark it `current`.

    Args:
        workspace: Where.
        scores: Frame of schema `SCORES` of one period.
        framework: Code of the edition.
        period: The period.
        when: Now, with its time zone.
        inputs: The observations that were read.
        definition: The framework's file; it is kept, so that the run can be read when it changes.
        draws: What was drawn, where ranks have intervals.
        tables: What else was found out about the scores, by name.
        seed: Of the draws.
        facts: Whatever else is worth keeping.
    """
    stamp = when.astimezone(dt.UTC)
    digests = {"inputs": digest(inputs), "scores": digest(scores)}
    code = f"{stamp:%Y%m%dT%H%M%S}-{digests['scores'][:8]}"
    run = Run(
        id=code,
        framework=framework,
        period=period,
        when=stamp.isoformat(timespec="seconds"),
        engine=__version__,
        definition=hashlib.sha256(definition).hexdigest(),
        seed=seed,
        draws=0 if draws is None else draws.height,
        synthetic=bool((inputs["check"] == "synthetic").any()),
        facts=dict(facts or {}),
        **digests,
    )
    folder = workspace.folder("results", framework, period, code)
    scores.write_parquet(folder / "scores.parquet", compression="zstd")
    (folder / _DEFINITION).write_bytes(definition)
    inputs.filter(_OF_GROUPS).write_parquet(folder / _GROUPS, compression="zstd")
    if draws is not None:
        draws.write_parquet(folder / "draws.parquet", compression="zstd")
    write_tables(workspace, run, {**(tables or {}), NAMED: _named(workspace, scores)})
    with workspace.writing(folder / "run.json") as part:
        part.write_text(json.dumps(asdict(run), indent=1, ensure_ascii=False), encoding="utf-8")
    with workspace.writing(folder.parent / _CURRENT) as part:
        part.write_text(code, encoding="utf-8")
    return run


def _named(workspace: Workspace, scores: pl.DataFrame) -> pl.DataFrame:
    """Give what the units of a run are called now: names change, a run does not."""
    known = pl.col("code").is_in(scores["unit"].unique().implode())
    columns = ("code", "kind", "parent", *language.LANGUAGES)
    return workspace.units.frame.filter(known).select(columns)


def digest(frame: pl.DataFrame) -> str:
    """Give the SHA-256 of a frame's contents, whatever the order of its rows."""
    said = pl.concat_str(
        pl.col(sorted(frame.columns)).cast(pl.String).fill_null("\0"), separator="\1"
    )
    lines = frame.select(line=said).sort("line")
    return hashlib.sha256(lines["line"].str.join("\n").item().encode()).hexdigest()


def runs(
    workspace: Workspace, framework: str | None = None, period: str | None = None
) -> list[Run]:
    """List the runs, the newest first."""
    pattern = f"{framework or '*'}/{period or '*'}/*/run.json"
    found = [_read(path) for path in (workspace.home / "results").glob(pattern)]
    return sorted(found, key=lambda run: (run.when, run.framework, run.period), reverse=True)


def run(workspace: Workspace, code: str) -> Run:
    """Give a run by its code.

    Raises:
        InputError: `run-unknown`.
    """
    for path in (workspace.home / "results").glob(f"*/*/{_safe(code)}/run.json"):
        return _read(path)
    raise InputError("run-unknown", found=code)


def current(workspace: Workspace, framework: str, period: str) -> Run | None:
    """Give the run that pages show for a framework and period, if there is one."""
    mark = workspace.home / "results" / _safe(framework) / _safe(period) / _CURRENT
    if not mark.is_file():
        return None
    return _read(mark.parent / mark.read_text(encoding="utf-8").strip() / "run.json")


def periods(workspace: Workspace, framework: str) -> list[str]:
    """List the periods that have a current run, the oldest first."""
    marks = (workspace.home / "results" / _safe(framework)).glob(f"*/{_CURRENT}")
    return sorted(mark.parent.name for mark in marks)


def scores(workspace: Workspace, found: Run) -> pl.DataFrame:
    """Read the scores of a run."""
    return pl.read_parquet(_folder(workspace, found) / "scores.parquet")


def framework_of(workspace: Workspace, found: Run) -> Framework | None:
    """Read the framework as it was when it scored a run; none where the run kept none."""
    path = _folder(workspace, found) / _DEFINITION
    return load(path) if path.is_file() else None


def groups(workspace: Workspace, found: Run) -> pl.DataFrame | None:
    """Read what a run counted of groups of people, in the schema of `saola.observations`.

    None where the run kept none.
    """
    path = _folder(workspace, found) / _GROUPS
    return pl.read_parquet(path) if path.is_file() else None


def draws(workspace: Workspace, found: Run) -> pl.DataFrame | None:
    """Read the draws of a run; none where it has none."""
    path = _folder(workspace, found) / "draws.parquet"
    return pl.read_parquet(path) if path.is_file() else None


def write_tables(workspace: Workspace, found: Run, tables: Mapping[str, pl.DataFrame]) -> None:
    """Keep what was found out about the scores of a run beside them."""
    for name, frame in tables.items():
        with workspace.writing(_table(workspace, found, name)) as part:
            frame.write_parquet(part, compression="zstd")


def table(workspace: Workspace, found: Run, name: str) -> pl.DataFrame | None:
    """Read a table that was kept beside the scores of a run; none where it has none."""
    path = _table(workspace, found, name)
    return pl.read_parquet(path) if path.is_file() else None


def _table(workspace: Workspace, found: Run, name: str) -> Path:
    return _folder(workspace, found) / "analysis" / f"{_safe(name)}.parquet"


def _folder(workspace: Workspace, found: Run) -> Path:
    return workspace.home / "results" / found.framework / found.period / found.id


def _read(path: Path) -> Run:
    return Run(**json.loads(path.read_text(encoding="utf-8")))


def _safe(code: str) -> str:
    """Keep a code from leaving the folder or matching more than itself."""
    foreign = set(code) & set("/\\*?[]\0") or code in ("", ".", "..")
    foreign = foreign or len(code.encode(errors="replace")) > _LONGEST
    return "-" if foreign else code
