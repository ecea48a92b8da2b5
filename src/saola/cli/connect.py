"""`saola connect …`: radio and the plan of connection."""

import typer

from saola.cli import (
    connect_country,
    connect_doubt,
    connect_loss,
    connect_plan,
    connect_publish,
    connect_radio,
    connect_unserved,
)

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Plan who is connected by what, over real terrain.",
)
app.command("loss")(connect_loss.loss)
app.command("invent")(connect_plan.invent)
app.command("plan")(connect_plan.plan)
app.command("country")(connect_country.country)
app.command("frontier")(connect_plan.frontier)
app.command("unserved")(connect_unserved.unserved)
app.command("levers")(connect_doubt.levers)
app.command("doubt")(connect_doubt.doubt)
app.command("publish")(connect_publish.publish)
app.command("coverage")(connect_radio.show_coverage)
app.command("hop")(connect_radio.show_hop)


@app.callback()
def connect() -> None:
    """Plan who is connected by what, over real terrain."""
