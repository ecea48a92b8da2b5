"""`saola backup`: the whole workspace in one file."""

from pathlib import Path

import typer

from saola import language
from saola.archive import backup as write
from saola.cli import screen
from saola.cli.main import workspace_of
from saola.errors import StateError
from saola.language import plural

app = typer.Typer(add_completion=False)


@app.command()
def backup(
    ctx: typer.Context,
    file: Path = typer.Argument(help="The archive to write, such as backup.tar.gz."),
    force: bool = typer.Option(False, "--force", help="Overwrite a file that is there already."),
) -> None:
    """Write the whole workspace into one archive; databases may be in use meanwhile.

    Example: saola backup saola-2026-11-21.tar.gz
    """
    workspace = workspace_of(ctx)
    if file.exists() and not force:
        raise StateError("file-present", where=str(file), found=file.name)
    with screen.progress("Writing") as tell:
        count = write(workspace, file, progress=tell)
    size = file.stat().st_size / 2**20
    screen.say(
        plural(
            "{n} file in {file} ({size} MiB).",
            "{n} files in {file} ({size} MiB).",
            count,
            file=file,
            size=language.number(size, decimals=1),
        )
    )
