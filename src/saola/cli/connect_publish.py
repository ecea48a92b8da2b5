"""`saola connect publish`: a plan joins the workspace, its pages and its observations."""

from pathlib import Path
from typing import Annotated

import typer

from saola.cli import screen
from saola.cli.main import workspace_of
from saola.connect.published.kept import Kept
from saola.connect.published.shelf import publish as put
from saola.language import number

MOST_NAMED = 5


def publish(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(help="The folder that saola connect plan wrote.")],
) -> None:
    """Show a plan on the workspace's pages and add its observations after the plan.

    Example: saola --home saola-home connect publish valley/plan
    """
    Kept.open(folder)
    workspace = workspace_of(ctx)
    done = put(workspace, folder, who=screen.who(), when=screen.now())
    screen.say("The plan is shown at /plan/{id}/.", id=done.plan.id)
    if done.unknown:
        named = ", ".join(done.unknown[:MOST_NAMED])
        screen.say(
            "{count} communes are no unit of this workspace, such as {names}: the index does not "
            "hear of them.",
            count=number(len(done.unknown)), names=named,
        )  # fmt: skip
    if done.batch:
        screen.say(
            "Batch {id} holds {rows} observations after the plan; undo with: "
            "saola observations withdraw {id}",
            id=done.batch, rows=number(done.rows),
        )  # fmt: skip
