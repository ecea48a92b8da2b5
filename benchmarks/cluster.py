"""A throw-away PostgreSQL cluster on a private port, for benchmarks and tests.

    python benchmarks/cluster.py COMMAND …

runs a command with `SAOLA_DATABASE_URL` naming the cluster, then stops and removes it.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

OWNER = "postgres"


def binaries() -> Path | None:
    """Give the folder of PostgreSQL's programs; None if it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def free_port() -> int:
    """Find a port of this machine that nobody has taken."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Cluster:
    """A PostgreSQL cluster that lives as long as a `with` block."""

    def __init__(self) -> None:
        programs = binaries()
        if programs is None:
            raise SystemExit("PostgreSQL is not installed (Debian: postgresql)")
        self.programs = programs
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="saola-pg-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, OWNER)

    @property
    def address(self) -> str:
        """The address that `SAOLA_DATABASE_URL` takes."""
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/postgres"

    def _as_owner(self, *words: str) -> None:
        command = ["runuser", "-u", OWNER, "--", *words] if os.geteuid() == 0 else list(words)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def __enter__(self) -> Self:
        data = str(self.folder / "data")
        initdb = str(self.programs / "initdb")
        self._as_owner(initdb, "-D", data, "-U", OWNER, "--auth=trust", "-E", "UTF8")
        self.start()
        return self

    def start(self) -> None:
        """Start the cluster, recovering if it was killed."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder}"
        options += " -c shared_buffers=256MB -c max_connections=60"
        words = ["-D", str(self.folder / "data"), "-o", options, "-w", "start"]
        self._as_owner(str(self.programs / "pg_ctl"), "-l", str(self.folder / "log"), *words)

    def kill(self) -> None:
        """Kill the postmaster and all its children with signal 9."""
        postmaster = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        listed = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        processes = [postmaster, *map(int, listed)]
        while processes:
            for process in list(processes):
                try:
                    os.kill(process, signal.SIGKILL)
                except ProcessLookupError:
                    processes.remove(process)
            time.sleep(0.1)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        stop = ["-D", str(self.folder / "data"), "-m", "immediate", "stop"]
        self._as_owner(str(self.programs / "pg_ctl"), *stop)
        shutil.rmtree(self.folder, ignore_errors=True)


if __name__ == "__main__":
    with Cluster() as cluster:
        env = {**os.environ, "SAOLA_DATABASE_URL": cluster.address}
        code = subprocess.run(sys.argv[1:], env=env, check=False).returncode
    sys.exit(code)
