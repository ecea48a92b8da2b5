"""Fixtures that every room's tests share."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright
from xdist.scheduler import LoadScopeScheduling

from saola.cadastre import drivers

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


SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real tables beside the checkout; a test that needs it must run in CI."""
    if not SHARED.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{SHARED} is absent, and in CI no test may skip for it")
        pytest.skip(f"{SHARED} is absent")
    return SHARED


def _free_port() -> int:
    """Find a port that no other worker of the tests has taken."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _as_postgres() -> dict[str, int]:
    """Run as the server's own user where tests run as root: it refuses root."""
    if os.geteuid() != 0:
        return {}
    found = pwd.getpwnam("postgres")
    return {"user": found.pw_uid, "group": found.pw_gid}


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a throw-away PostgreSQL server of the Debian package."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders:
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL is absent, and in CI no test may skip for it")
        pytest.skip("PostgreSQL is absent")
    place, who = Path(tempfile.mkdtemp(prefix="saola-pg-")), _as_postgres()
    place.chmod(0o777)
    data, tools, port = place / "data", folders[-1], _free_port()
    subprocess.run(
        [tools / "initdb", "-D", data, "-U", "saola", "-A", "trust"],
        check=True,
        capture_output=True,
        **who,
    )
    options = f"-p {port} -k {place} -c listen_addresses=127.0.0.1"
    log = place / "log"
    start = [tools / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start"]
    subprocess.run(start, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **who)
    made = [tools / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "saola", "saola"]
    subprocess.run(made, check=True, capture_output=True)
    yield f"postgresql://saola@127.0.0.1:{port}/saola"
    subprocess.run(
        [tools / "pg_ctl", "-D", data, "-m", "immediate", "stop"],
        check=True,
        capture_output=True,
        **who,
    )
    shutil.rmtree(place, ignore_errors=True)


CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium: one for all tests of a worker, for Playwright bears no second."""
    found = next((path for path in CHROMIUM if Path(path).exists()), None)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is absent, and in CI no test may skip for it")
        pytest.skip("Chromium is absent")
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
            if os.environ.get("CI") == "true":
                pytest.fail("npm is absent, and in CI no test may skip for it")
            pytest.skip("npm is absent")
        command = [npm, "ci", "--silent", "--no-audit"]
        subprocess.run(command, cwd=AXE.parents[2], check=True)
    return AXE.read_text(encoding="utf-8")
