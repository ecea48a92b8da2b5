"""A population register on a server without sockets."""

import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

if "SAOLA_HOME" not in os.environ or "DJANGO_SETTINGS_MODULE" not in os.environ:
    # Django reads its settings once a process: the first room's tests choose the folder.
    os.environ["SAOLA_HOME"] = tempfile.mkdtemp(prefix="saola-registers-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "saola.server.settings"

import django
from django.conf import settings
from django.utils import translation

django.setup()

from saola.linkage import register_file  # noqa: E402  (Django is set up above)
from saola.server import databases  # noqa: E402  (Django is set up above)
from saola.server.population import models, register  # noqa: E402
from saola.server.registries import intake  # noqa: E402

TAKEN_IN = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
TABLES = [
    "Event",
    "Relative",
    "Member",
    "Residence",
    "Name",
    "Number",
    "Person",
    "Household",
    "Mark",
    "Scan",
    "SetAside",
    "Access",
    "Batch",
    "Counter",
    "Late",
]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Begin each test in English: a browser of another test may have left its language."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def home() -> Path:
    """The workspace of a server whose tables are made."""
    databases.prepare(settings.HOME)
    return Path(settings.HOME)


class Command:
    """The `saola` command on a workspace of its own."""

    def __init__(self, home: Path, address: str = "") -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.env = {**os.environ, "SAOLA_HOME": str(home), "SAOLA_DATABASE_URL": address}

    def start(self, *args: str) -> "subprocess.Popen[str]":
        """Start it and go on."""
        line = [sys.executable, "-c", "from saola.cli import main; main()", "--home", self.home]
        return subprocess.Popen(
            [*map(str, line), *args],
            env=self.env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *args: str) -> tuple[int, str, str]:
        """Run it to its end; give its code and what it said."""
        process = self.start(*args)
        out, err = process.communicate(timeout=300)
        return process.returncode, out, err

    def killed(self, after: float, *args: str) -> bool:
        """Start an intake and kill it some seconds into its work; say whether it still ran."""
        process = self.start(*args)
        while process.poll() is None and not list(self.home.glob("files/intake/*.parquet")):
            time.sleep(0.02)
        deadline = time.monotonic() + after
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        alive = process.poll() is None
        process.kill()
        process.communicate()
        return alive


@pytest.fixture(scope="session")
def emptied(home: Path) -> Callable[[], None]:  # noqa: ARG001  (its tables are made first)
    """What empties the register."""

    def empty() -> None:
        for name in TABLES:
            getattr(models, name).objects.using("population").all().delete()

    return empty


@pytest.fixture
def command_on() -> type[Command]:
    """The command, to be put on a workspace."""
    return Command


@pytest.fixture(scope="module")
def people(
    home: Path, emptied: Callable[[], None], tmp_path_factory: pytest.TempPathFactory
) -> pl.DataFrame:
    """Two thousand invented people, taken in, with the keys they got."""
    emptied()
    file = tmp_path_factory.mktemp("people") / "people.csv"
    frame = register_file.people(2_000, seed=6, faulty=0.0)
    frame.write_csv(file)
    intake.run(register.register(), file, home=home, who="clerk", now=lambda: TAKEN_IN)
    return frame.with_columns(key=pl.int_range(1, 2_001))


@pytest.fixture
def communes(home: Path) -> Iterator[None]:
    """A workspace that knows one commune."""
    folder, kept = home / "units", home / "units-of-other-tests"
    if folder.exists():
        folder.rename(kept)
    folder.mkdir()
    rows = "code,kind,parent,vi,en,fr,from,to,lat,lon,source\nXSA,country,,X,X,X,,,,,invented\n"
    rows += "XSA.C.00001,commune,XSA,Long Biên,Long Bien,Long Bien,,,,,invented\n"
    (folder / "units.csv").write_text(rows, "utf-8")
    yield
    shutil.rmtree(folder)
    if kept.exists():
        kept.rename(folder)
