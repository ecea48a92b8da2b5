"""`saola serve`: the web processes and the worker of long jobs; both stop together."""

import errno
import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import typer

from saola import language
from saola.cli.main import folder_of
from saola.errors import StateError
from saola.workspace import SETTINGS, Workspace

app = typer.Typer(add_completion=False)


@app.command()
def serve(
    ctx: typer.Context,
    host: str = typer.Option("127.0.0.1", help="The address to listen on."),
    port: int = typer.Option(8000, min=0, max=65535, help="The port to listen on."),
    workers: int = typer.Option(1, min=1, help="How many web processes."),
    jobs: bool = typer.Option(True, help="Run the worker of long jobs too."),
) -> None:
    """Serve the workspace's pages until stopped (Ctrl-C).

    Example: saola --home .demo serve --port 8000
    """
    home = folder_of(ctx)
    _check_free(host, port)
    # Browsers tie passkeys to a name, never to an address of digits.
    address = f"http://{'localhost' if host == '127.0.0.1' else host}:{port}"
    os.environ.setdefault("SAOLA_SERVED_AT", address)
    os.environ["SAOLA_LISTENS"] = host  # what is open on this machine alone asks for it
    prepare(home)
    with ExitStack() as stack:
        if jobs:
            stack.enter_context(_beside("-m", "django", "db_worker", "--queue-name", "*"))
            log = ["--home", str(home), "log", "sequence", "--every", "60"]
            stack.enter_context(_beside("-c", "from saola.cli import main; main()", *log))
        said = "Serving {home} at {address} (stop with Ctrl-C)."
        typer.echo(language.text(said, home=home, address=f"{address}/"), err=True)
        _say_parts(home, host, f"{address}/{language.current()}/demo/")
        _web(host, port, workers)


def _say_parts(home: Path, host: str, address: str) -> None:
    """Say where the registers of a demo can be tried, where its door is open."""
    told = Workspace(home).settings.get("demo", {}) if (home / SETTINGS).is_file() else {}
    if host in ("127.0.0.1", "localhost") and told.get("registers"):
        said = "Try its registers as a clerk, an officer or a citizen: {address}"
        typer.echo(language.text(said, address=address), err=True)


def _check_free(host: str, port: int) -> None:
    """Refuse a port in use: web servers share ports, so a second one would start in silence."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as after a restart
            tried.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:  # of other things the web server tells
            raise StateError("port-taken", found=f"{host}:{port}") from error


def prepare(home: Path) -> None:
    """Make tables and collect the static files that are not there yet."""
    home.mkdir(parents=True, exist_ok=True)
    os.environ["SAOLA_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saola.server.settings")
    from saola.server.beginning import begin  # noqa: PLC0415  (only this verb needs the server)

    if made := begin(home):
        said = language.plural(
            "Made {n} index that an interrupted intake had left.",
            "Made {n} indexes that an interrupted intake had left.",
            made,
        )
        typer.echo(said, err=True)


class _beside:  # noqa: N801  (a context manager, used like a function)
    """Run a Python process beside the web processes: the worker, the log's sequencer."""

    def __init__(self, *words: str) -> None:
        self.command = [sys.executable, *words]

    def __enter__(self) -> None:
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL)  # noqa: S603

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()


def _web(host: str, port: int, workers: int) -> None:
    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415

    from saola.server import logs  # noqa: PLC0415  (Django is set up now)

    Granian(
        "saola.server.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        blocking_threads_idle_timeout=600,  # as long as a thread's database connections are kept
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        log_dictconfig=logs.configured(),
    ).serve()
