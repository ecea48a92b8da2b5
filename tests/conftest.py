"""Fixtures that every room's tests share."""

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright
from xdist.scheduler import LoadScopeScheduling

from saola.cadastre import drivers

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))  # whose throw-away PostgreSQL is used
import cluster  # noqa: E402  (found by the line above)

drivers.pyogrio()  # before any test loads GDAL with all its drivers

# Playwright keeps a loop in the thread of the tests; Django would take it for an async view.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# Machines are shared, so slowness is no finding; and a run must find what the run before it found.
settings.register_profile(
    "saola",
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("saola")

# Folders whose tests share a server on one port, and so a worker.
ONE_WORKER = ("tests/relying_parties", "tests/pages", "tests/identity/browser")


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """Give each worker whole files, so that what a file makes ready is made once.

    The scheduler of pytest-xdist 3.8 for groups marks tests by a private name that pytest 9.2 no
    longer has, and spreads a group over all workers.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((folder for folder in ONE_WORKER if file.startswith(folder)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    """Spread the tests over the workers."""
    return ByFile(config, log)


def _absent(what: object) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is absent, and in CI no test may skip for it")
    pytest.skip(f"{what} is absent")


@pytest.fixture(scope="session")
def absent() -> Callable[[object], NoReturn]:
    """Skip a test for want of a part, but never in CI."""
    return _absent


@pytest.fixture(autouse=True)
def unnamed_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """No verb finds a workspace by the environment: the server's settings have read it already."""
    monkeypatch.delenv("SAOLA_HOME", raising=False)


SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real tables beside the checkout; a test that needs it must run in CI."""
    if not SHARED.is_dir():
        _absent(SHARED)
    return SHARED


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a throw-away PostgreSQL server of the Debian package."""
    if cluster.binaries() is None:
        _absent("PostgreSQL")
    with cluster.Cluster() as running:
        yield running.address


@pytest.fixture
def empty_postgres(postgres: str) -> str:
    """The address of a new database of that server: what other tests left is not in it."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{postgres.rpartition('/')[0]}/{name}"


CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium: one for all tests of a worker, for Playwright bears no second."""
    found = next((path for path in CHROMIUM if Path(path).exists()), None)
    if found is None:
        _absent("Chromium")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=found, args=flags)
        yield made
        made.close()


AXE = Path(__file__).parent / "pages" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, fetched as the lock file says."""
    if not AXE.is_file():
        npm = shutil.which("npm")
        if npm is None:
            _absent("npm")
        command = [npm, "ci", "--silent", "--no-audit"]
        subprocess.run(command, cwd=AXE.parents[2], check=True)
    return AXE.read_text(encoding="utf-8")
