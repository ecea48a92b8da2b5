"""A population register on a server without sockets, and a PostgreSQL server for a while."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

if "SAOLA_HOME" not in os.environ or "DJANGO_SETTINGS_MODULE" not in os.environ:
    # Django reads its settings once a process: the first room's tests choose the folder.
    os.environ["SAOLA_HOME"] = tempfile.mkdtemp(prefix="saola-registers-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "saola.server.settings"

import django
from django.conf import settings

django.setup()

from saola.server import databases  # noqa: E402  (Django is set up above)
from saola.server.population import models  # noqa: E402

TABLES = [
    "Event",
    "Relative",
    "Member",
    "Residence",
    "Name",
    "Number",
    "Person",
    "Household",
    "SetAside",
    "Access",
    "Batch",
    "Counter",
]

PORT = 8340


@pytest.fixture(scope="session")
def home() -> Path:
    """The workspace of a server whose tables are made."""
    databases.prepare(settings.HOME)
    return Path(settings.HOME)


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
    data, tools = place / "data", folders[-1]
    subprocess.run(
        [tools / "initdb", "-D", data, "-U", "saola", "-A", "trust"],
        check=True,
        capture_output=True,
        **who,
    )
    options = f"-p {PORT} -k {place} -c listen_addresses=127.0.0.1"
    log = place / "log"
    start = [tools / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start"]
    subprocess.run(start, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **who)
    made = [tools / "createdb", "-h", "127.0.0.1", "-p", str(PORT), "-U", "saola", "saola"]
    subprocess.run(made, check=True, capture_output=True)
    yield f"postgresql://saola@127.0.0.1:{PORT}/saola"
    subprocess.run(
        [tools / "pg_ctl", "-D", data, "-m", "immediate", "stop"],
        check=True,
        capture_output=True,
        **who,
    )
    shutil.rmtree(place, ignore_errors=True)


class Command:
    """The `saola` command on a workspace of its own."""

    def __init__(self, home: Path, address: str = "") -> None:
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
