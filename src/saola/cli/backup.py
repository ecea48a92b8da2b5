"""`saola backup`: the whole workspace in one file."""

from pathlib import Path

import typer

from saola.archive import backup as write
from saola.cli import screen
from saola.cli.main import workspace_of

app = typer.Typer(add_completion=False)


@app.command()
def backup(
    ctx: typer.Context,
    file: Path = typer.Argument(help="The archive to write, such as backup.tar.gz."),
) -> None:
    """Write the whole workspace into one archive; databases may be in use meanwhile.

    Example: saola backup saola-2026-11-21.tar.gz
    """
    workspace = workspace_of(ctx)
    with screen.progress("Writing") as tell:
        count = write(workspace, file, progress=tell)
    size = file.stat().st_size / 2**20
    screen.say("{count} files in {file} ({size} MiB).", count=count, file=file, size=f"{size:.1f}")
