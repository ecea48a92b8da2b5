"""`saola observe`: what the apps of the server count becomes observations."""

from importlib import import_module
from importlib.util import find_spec

import polars as pl
import typer

from saola import observations, units
from saola.cli import screen
from saola.cli.identity import prepare
from saola.cli.main import workspace_of
from saola.errors import InputError
from saola.periods import Period

app = typer.Typer(add_completion=False)
STRANGE = 5


@app.command()
def observe(
    ctx: typer.Context,
    room: str = typer.Argument(help="The app that counts: identity, land, population."),
    period: str = typer.Option(help="The period counted, such as 2026-Q3."),
) -> None:
    """Add what an app of the server counts to the workspace, as one batch.

    Example: saola observe population --period 2026-Q3
    """
    module = f"saola.server.{room}.observe"
    if (
        not room.isidentifier()
        or find_spec(f"saola.server.{room}") is None
        or not find_spec(module)
    ):
        raise InputError("choice-unknown", found=room, choices="identity, land, population")
    wanted = Period.parse(period, where="--period")
    workspace = workspace_of(ctx)
    prepare(ctx)
    found = import_module(module).observations(wanted)
    if found.is_empty():
        screen.say("Nothing was added.")
        return
    found = _honest(found, room)
    batch = observations.append(
        workspace, found, source=f"saola observe {room}", who=screen.who(), when=screen.now()
    )
    strange = [code for code in found["unit"].unique().sort() if code not in workspace.units]
    if strange:
        screen.say(
            "Units that this workspace does not have: {codes}",
            codes=", ".join(strange[:STRANGE]) + (" …" if len(strange) > STRANGE else ""),
        )
    screen.say("Batch {id} was added; undo with: saola observations withdraw {id}", id=batch.id)


def _honest(found: pl.DataFrame, room: str) -> pl.DataFrame:
    """Mark what is counted of invented people and places as synthetic, wherever it was counted.

    Of a register that took in any invented file, no count is known to be of real people alone.
    """
    from saola.server.registries import brought, known  # noqa: PLC0415  (Django is set up now)

    mixed = any(brought.invented([each]) for each in known.every() if each.name == room)
    codes = [code for code in found["unit"].unique() if mixed or units.invented(code)]
    made_up = pl.col("unit").is_in(codes)
    return found.with_columns(
        check=pl.when(made_up).then(pl.lit("synthetic")).otherwise(pl.col("check"))
    )
