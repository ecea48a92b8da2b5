"""`saola restore`: a workspace from a backup."""

from pathlib import Path

import typer

from saola.archive import restore as read
from saola.cli import screen
from saola.language import plural

app = typer.Typer(add_completion=False)


@app.command()
def restore(
    ctx: typer.Context,
    file: Path = typer.Argument(help="An archive that `saola backup` wrote."),
) -> None:
    """Make the workspace named by --home from a backup; every file is held against its digest.

    Example: saola --home restored restore saola-2026-11-21.tar.gz
    """
    home = Path(ctx.find_root().obj["home"])
    with screen.progress("Reading") as tell:
        count = read(file, home, progress=tell)
    screen.say(plural("{n} file is in {folder}.", "{n} files are in {folder}.", count, folder=home))
