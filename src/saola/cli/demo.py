"""`saola demo`: an invented country to look at, beside quoted facts."""

import shutil
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import typer

from saola import __version__, demo
from saola.cli import connect_example, screen
from saola.demo.building import Stage
from saola.errors import StateError
from saola.index.publish import publish
from saola.language import text
from saola.progress import Progress
from saola.server.demo.beside import filled
from saola.workspace import Workspace

app = typer.Typer(add_completion=False)


@app.command()
def make(
    ctx: typer.Context,
    seed: int = typer.Option(7, min=0, help="The same seed gives the same country."),
    again: bool = typer.Option(False, "--again", help="Replace a demo made before."),
    registers: bool = typer.Option(
        True, help="Fill the population and land registers with invented people and parcels too."
    ),
    as_json: bool = typer.Option(False, "--json", help="Write a summary as JSON."),
) -> None:
    """Make a workspace with an invented country, every number of it synthetic.

    Example: saola --home .demo demo

    Beside it stand figures quoted from publications, each with its source. A demo made before with
    the same seed by the same version is left as it is.
    """
    home = Path(ctx.find_root().obj["home"])
    found = demo.made(home)
    if found and not again and (found["seed"], found["engine"]) == (seed, __version__):
        screen.say("The demo is in {folder} already; --again makes it anew.", folder=home)
        return
    if found and again:
        shutil.rmtree(home)
    elif found:
        raise StateError("demo-present", where=str(home), found=found["seed"])
    start, now = time.perf_counter(), screen.now()

    with _stages() as stage:

        @contextmanager
        def beside(made: Workspace) -> Iterator[None]:
            with filled(made.home, seed=seed, now=now):
                yield
                stage("Filling the registers")

        workspace = demo.build(
            home,
            when=now,
            seed=seed,
            score=publish,
            stage=stage,
            beside=beside if registers else None,
        )
        stage("Planning the connection of a province")
        connect_example.make(workspace, seed=seed)
    files = [path for path in workspace.home.rglob("*") if path.is_file()]
    facts = {
        "folder": str(home),
        "seed": seed,
        "seconds": round(time.perf_counter() - start, 1),
        "mebibytes": round(sum(path.stat().st_size for path in files) / 2**20, 1),
    }
    if as_json:
        screen.write_json(facts)
        return
    screen.say("The demo is in {folder}: {mebibytes} MiB, made in {seconds} s.", **facts)
    screen.say("See it with: saola --home {folder} serve", folder=home)


@contextmanager
def _stages() -> Iterator[Stage]:
    """Show one bar after another."""
    open_bars: list[AbstractContextManager[Progress]] = []

    def stage(name: str) -> Progress:
        while open_bars:
            open_bars.pop().__exit__(None, None, None)
        bar = screen.progress(text(name))
        open_bars.append(bar)
        return bar.__enter__()

    try:
        yield stage
    finally:
        while open_bars:
            open_bars.pop().__exit__(None, None, None)
