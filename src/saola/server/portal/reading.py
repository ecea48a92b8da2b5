"""What the workspace holds, read for pages and kept until the workspace changes."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
from django.conf import settings

from saola import frameworks, units
from saola.errors import StateError
from saola.frameworks import Framework, quoted, runs
from saola.frameworks.runs import Run
from saola.periods import Period
from saola.workspace import Workspace

_T = TypeVar("_T")

_LOOK_EVERY_S = 1.0
# An address may ask for anything: of what was made for one only so much stays in memory.
MOST_KEPT = 600
TOTAL = "_T"


@dataclass(frozen=True)
class Edition:
    """One period of an index: the edition of the framework that scored it.

    Attributes:
        framework: The edition.
        period: The period.
        run: The run that pages show.
    """

    framework: Framework
    period: str
    run: Run


@dataclass
class Reader:
    """The workspace as it stands, with what has been read of it.

    Attributes:
        workspace: None where the folder holds no workspace yet.
        stamp: Changes whenever runs, observations, units or frameworks do.
    """

    workspace: Workspace | None
    stamp: str
    _kept: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def once(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """Make a thing the first time it is asked for, and keep it while it is asked for."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: _T = self._kept[key]
                return found
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return made

    @cached_property
    def units(self) -> units.Registry:
        """The registry of units."""
        return self.workspace.units if self.workspace else units.registry()

    @cached_property
    def catalogue(self) -> dict[str, Framework]:
        """Every framework, shipped and own."""
        own = self.workspace.home / "frameworks" if self.workspace else None
        return frameworks.catalogue(own)

    @cached_property
    def runs(self) -> list[Run]:
        """Every run, the newest first."""
        return runs.runs(self.workspace) if self.workspace else []

    @cached_property
    def editions(self) -> dict[str, list[Edition]]:
        """Current runs by index, each index in the order of time; the richest index first."""
        found: dict[str, list[Edition]] = {}
        if self.workspace is None:
            return found
        for code, framework in self.catalogue.items():
            for period in runs.periods(self.workspace, code):
                run = runs.current(self.workspace, code, period)
                if run:
                    edition = Edition(self.framework_of(run) or framework, period, run)
                    found.setdefault(framework.index, []).append(edition)
        for editions in found.values():
            editions.sort(key=lambda edition: _moment(edition.period))
        return dict(sorted(found.items(), key=lambda item: self._weight(item[1])))

    def framework_of(self, run: Run) -> Framework | None:
        """Give the framework as it was when it scored a run; as it is now where none was kept."""

        def load() -> Framework | None:
            kept = runs.framework_of(self.workspace, run) if self.workspace else None
            return kept or self.catalogue.get(run.framework)

        return self.once(("framework", run.framework, run.definition), load)

    def as_of(self, chosen: Edition) -> list[Edition]:
        """Give each period of an index the run that stood when another run was made.

        Args:
            chosen: The run; what came after it, and periods after its own, are left out.
        """
        last, stood = _moment(chosen.period), {chosen.period: chosen}
        for run in self.runs:
            if run.when > chosen.run.when or _moment(run.period) > last or run.period in stood:
                continue
            framework = self.framework_of(run)
            if framework is not None and framework.index == chosen.framework.index:
                stood[run.period] = Edition(framework, run.period, run)
        return sorted(stood.values(), key=lambda edition: _moment(edition.period))

    def _weight(self, editions: list[Edition]) -> tuple[int, int, str]:
        last = editions[-1]
        mine = last.framework.assesses(self.workspace.country if self.workspace else "")
        return (0 if mine else 1, -len(editions), last.framework.index)

    def scores(
        self, run: Run, *, node: str = "", unit: str = "", apart: bool = False
    ) -> pl.DataFrame:
        """Read a part of a run's scores.

        Args:
            run: The run.
            node: One node or indicator; all of them if empty.
            unit: One unit; all of them if empty.
            apart: Values of each field instead of the total.
        """
        return self.once((run.id, node, unit, apart), lambda: self._read(run, node, unit, apart))

    def _read(self, run: Run, node: str, unit: str, apart: bool) -> pl.DataFrame:  # noqa: FBT001  (as in `scores`)
        total = pl.col("field") == TOTAL
        rows = self._all(run).filter(~total if apart else total)
        if node:
            rows = rows.filter(pl.col("node") == node)
        if unit:
            rows = rows.filter(pl.col("unit") == unit)
        return quoted.standing(rows.collect(), self.quoted(run))

    def quoted(self, run: Run) -> list[str]:
        """Name the nodes of a run whose published values are shown."""
        return self.once((run.id, "quoted"), lambda: quoted.nodes(self._totals(run)))

    def _totals(self, run: Run) -> pl.LazyFrame:
        return self._all(run).filter(pl.col("field") == TOTAL)

    def _all(self, run: Run) -> pl.LazyFrame:
        if self.workspace is None:
            raise StateError("workspace-absent", found=settings.HOME)
        file = self.workspace.home / "results" / run.framework / run.period / run.id
        return pl.scan_parquet(file / "scores.parquet")


def _moment(period: str) -> tuple[int, str]:
    try:
        return (Period.parse(period).start.toordinal(), period)
    except Exception:  # noqa: BLE001  (a folder that is no period sorts first, and is not hidden)
        return (0, period)


def _stamp(home: Path) -> str:
    """Name the state of what pages read, by the times of the marks that every change renews."""
    watched = [
        home / "saola.toml",
        home / "observations" / "batches.csv",
        home / "units",
        home / "frameworks",
        home / "plans",
        *sorted((home / "results").glob("*/*/current")),
    ]
    return "|".join(str(file.stat().st_mtime_ns) for file in watched if file.exists())


class _Door:
    """The one reader of the process, made anew when the workspace has changed."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reader: Reader | None = None
        self.looked = 0.0

    def open(self) -> Reader:
        now = time.monotonic()
        if self.reader is not None and now - self.looked < _LOOK_EVERY_S:
            return self.reader
        with self.lock:
            stamp = _stamp(settings.HOME)
            if self.reader is None or self.reader.stamp != stamp:
                self.reader = Reader(_workspace(settings.HOME), stamp)
            self.looked = time.monotonic()
            return self.reader


def _workspace(home: Path) -> Workspace | None:
    try:
        return Workspace.open(home)
    except StateError:
        return None


_door = _Door()


def reader() -> Reader:
    """Give the reader of the server's workspace."""
    return _door.open()


def look_again() -> None:
    """Look at once whether the workspace has changed, not only after a second."""
    _door.looked = 0.0
