"""`saola upgrade`: bring a workspace to the version of Saola that is installed."""

from pathlib import Path

import typer

from saola import __version__, frameworks, observations
from saola.cli import screen
from saola.cli.main import workspace_of
from saola.cli.serve import prepare
from saola.language import plural

app = typer.Typer(add_completion=False)


@app.command()
def upgrade(
    ctx: typer.Context,
    check: bool = typer.Option(False, help="Only say whether the workspace is sound."),
) -> None:
    """Bring the tables of the workspace up to date; make a backup first.

    Every batch is held against its digest and every framework of the workspace is loaded, so that a
    fault is known before anything is changed.

    Example: saola upgrade --check
    """
    workspace = workspace_of(ctx)
    observations.verify(workspace)
    own = frameworks.catalogue(workspace.home / "frameworks")
    screen.say(
        plural(
            "Batches and {n} framework are sound.",
            "Batches and {n} frameworks are sound.",
            len(own),
        )
    )
    if not check:
        prepare(Path(workspace.home).resolve())
        screen.say("The workspace is at version {version}.", version=__version__)
