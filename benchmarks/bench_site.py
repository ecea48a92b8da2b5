"""The site under load: 50 requests a second in an open loop, latencies from the planned moment.

Run by `make bench-site`. It serves the workspace that SAOLA_BENCH_HOME names, else `.demo`, else
an invented country made by `saola demo` in a temporary folder. Cold figures are first visits, when
each chart of the page has to be drawn; the others are visits of pages that were seen before.
"""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from load import open_loop, share

RATE = 50
SECONDS = float(os.environ.get("SAOLA_BENCH_SECONDS", "15"))
MOST_UNITS = 34


def workspace() -> Path:
    """Find or make the workspace to serve."""
    named = os.environ.get("SAOLA_BENCH_HOME")
    found = Path(named) if named else Path(".demo")
    if not (found / "saola.toml").is_file():
        found = Path(tempfile.mkdtemp(prefix="saola-bench-")) / "demo"
        subprocess.run([*saola(found), "demo"], check=True, stdout=sys.stderr)
    return found


def saola(home: Path) -> list[str]:
    """The command on a workspace."""
    return [sys.executable, "-c", "from saola.cli import main; main()", "--home", str(home)]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextmanager
def served(home: Path, *more: str) -> Iterator[tuple[int, int]]:
    """Serve the workspace, with more options of `serve`; give the port and the process."""
    port = free_port()
    environment = {**os.environ, "SAOLA_LOG": "ERROR"}
    command = [*saola(home), "serve", "--port", str(port), "--no-jobs", *more]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                get(port, "/health")
                break
            except OSError:
                time.sleep(0.1)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


_kept = threading.local()


def get(port: int, path: str) -> bytes:
    """Ask for a page on the thread's own connection."""
    line = getattr(_kept, "line", None)
    if line is None or line.port != port:
        line = _kept.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        line.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = line.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException):
        _kept.line = None
        raise
    assert answer.status == 200, (path, answer.status)
    return body


def seconds(port: int, path: str) -> float:
    """How long one visit takes."""
    start = time.perf_counter()
    get(port, path)
    return time.perf_counter() - start


def p95(port: int, paths: Sequence[str]) -> float:
    """The 95th percentile in milliseconds at the rate, counted from when each was due."""
    waits = open_loop(
        lambda place: get(port, paths[place % len(paths)]), rate=RATE, seconds=SECONDS
    )
    return share(waits, 0.95)


def peak_mib(process: int) -> float:
    """The most memory that the process and its children held, summed."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    total = 0.0
    for each in [str(process), *children]:
        status = Path(f"/proc/{each}/status").read_text()
        total += int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024  # type: ignore[union-attr]
    return total


def units(port: int) -> list[str]:
    """Codes of units that the ranking shows."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", "/en/ranking/")
    text = line.getresponse().read().decode()
    return list(dict.fromkeys(re.findall(r"/en/unit/([^/]+)/", text)))[:MOST_UNITS]


def main() -> None:
    """Print the figures."""
    with served(workspace()) as (port, process):
        told = json.loads(get(port, "/health"))
        assert told["status"] == "ok"
        print(f"home_cold_ms: {seconds(port, '/vi/') * 1000:.0f} ms")
        print(f"ranking_cold_ms: {seconds(port, '/vi/ranking/') * 1000:.0f} ms")
        codes = units(port)
        pages = [f"/vi/unit/{code}/" for code in codes]
        cold = sorted(seconds(port, page) for page in pages)
        print(f"unit_cold_ms: {cold[len(cold) // 2] * 1000:.0f} ms (median of {len(cold)})")
        rankings = [f"/vi/ranking/?sort={sort}" for sort in ("rank", "label", "-score")]
        homes = [f"/{lang}/" for lang in ("vi", "en", "fr")]
        for page in (*rankings, *homes):
            get(port, page)
        print(f"home_p95_ms: {p95(port, homes):.1f} ms")
        print(f"ranking_p95_ms: {p95(port, rankings):.1f} ms")
        print(f"unit_p95_ms: {p95(port, pages):.1f} ms")
        print(f"server_peak_mib: {peak_mib(process):.0f} MiB")


if __name__ == "__main__":
    main()
