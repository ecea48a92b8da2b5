"""The demo workspace: the invented country with its runs, and quoted facts beside it."""

import csv
import datetime as dt
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Protocol

from saola import __version__, frameworks, language, observations
from saola.demo.country import CODE, COMMUNES, LABEL, PROVINCES, Country, Row, country
from saola.demo.editions import editions
from saola.demo.reports import QUARTERS, reports
from saola.errors import StateError
from saola.frameworks.compute import compute
from saola.frameworks.runs import Run
from saola.observations.facts import facts, names
from saola.progress import Progress, silent
from saola.units import shapes
from saola.workspace import SETTINGS, Workspace

Stage = Callable[[str], Progress]
Beside = Callable[[Workspace], AbstractContextManager[object]]


class Scorer(Protocol):
    """What scores an edition of a workspace: `compute`, or one that adds intervals."""

    def __call__(
        self,
        workspace: Workspace,
        code: str,
        /,
        *,
        when: dt.datetime,
        periods: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> list[Run]:
        """Score the periods and keep a run of each."""


LATE = dt.timedelta(seconds=1)  # late reports are recorded after the others
WHO = "saola demo"


def build(  # noqa: PLR0913  (all but the first two have a default)
    home: Path,
    *,
    when: dt.datetime,
    seed: int = 7,
    communes: int = COMMUNES,
    provinces: int = PROVINCES,
    quarters: Sequence[str] = QUARTERS,
    score: Scorer = compute,
    stage: Stage | None = None,
    beside: Beside | None = None,
) -> Workspace:
    """Make the demo workspace whole or not at all.

    Args:
        home: A folder that does not exist or is empty.
        when: Now, with its time zone.
        seed: The same seed gives the same country and the same scores.
        communes: How many communes.
        provinces: How many provinces.
        quarters: The periods reported.
        score: How the editions are scored.
        stage: Called with the name of each stage; gives what is told of its progress.
        beside: Works on the workspace while reports and scores are made: from when units are there.

    Raises:
        StateError: `workspace-present`, where the folder holds one already.
        DependencyError: If shapely is not installed.
    """
    if (home / SETTINGS).exists():
        raise StateError("workspace-present", where=str(home), found=home)
    stage = stage or _silent
    part = home.with_name(f".{home.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    label = {lang: f"{name} (demo)" for lang, name in LABEL.items()}
    workspace = Workspace.create(part, country=CODE, label=label)
    try:
        place = country(seed, communes=communes, provinces=provinces)
        _write_units(workspace, place)
        for code, text in editions().items():
            path = workspace.folder("frameworks") / f"{code}.toml"
            path.write_text(text, encoding="utf-8")
        with beside(workspace) if beside else nullcontext():
            _report(workspace, place, quarters, when, stage)
            _score(workspace, score, when + 2 * LATE, stage)
        _mark(workspace, seed, communes, registers=beside is not None)
        if home.is_dir():
            home.rmdir()
        part.rename(home)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return Workspace.open(home)


def made(home: Path) -> Mapping[str, object]:
    """Say how a demo workspace was made; empty for any other.

    Returns:
        `seed`, `communes`, `engine`, and `registers`: whether they were filled.
    """
    if not (home / SETTINGS).is_file():
        return {}
    return dict(Workspace.open(home).settings.get("demo", {}))


def _silent(name: str) -> Progress:  # noqa: ARG001  (a stage that tells nobody)
    return silent


def _write_units(workspace: Workspace, place: Country) -> None:
    folder = workspace.folder("units")
    tables: dict[str, list[Row]] = {
        "xsa": place.units(),
        "members-xsa": place.members(),
        "tiles-xsa": place.tiles(),
    }
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    shapes.write(place.boundaries(), folder / "xsa.parquet")


def _report(
    workspace: Workspace, place: Country, quarters: Sequence[str], when: dt.datetime, stage: Stage
) -> None:
    sent = reports(place, quarters=quarters, progress=stage("Inventing reports"))
    tell = stage("Keeping observations")
    batches = [(facts(name), f"data/facts/{name}.csv", when) for name in names()]
    batches += [(sent.on_time, place.source, when), (sent.late, place.source, when + LATE)]
    for number, (rows, source, moment) in enumerate(batches, start=1):
        observations.append(workspace, rows, source=source, who=WHO, when=moment)
        tell(number, len(batches))


def _score(workspace: Workspace, score: Scorer, when: dt.datetime, stage: Stage) -> None:
    for code, edition in frameworks.catalogue(workspace.home / "frameworks").items():
        try:
            score(workspace, code, when=when, progress=stage(language.pick(edition.label)))
        except StateError:
            continue  # no figures of this edition are quoted


def _mark(workspace: Workspace, seed: int, communes: int, *, registers: bool) -> None:
    path = workspace.home / SETTINGS
    said = f'\n[demo]\nseed = {seed}\ncommunes = {communes}\nengine = "{__version__}"\n'
    said += f"registers = {str(registers).lower()}\n"
    with workspace.writing(path) as part:
        part.write_text(workspace.home.joinpath(SETTINGS).read_text("utf-8") + said, "utf-8")
