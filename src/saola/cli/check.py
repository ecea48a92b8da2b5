"""`saola check`: whether the server's settings are sound, and safe for people."""

import typer

from saola.cli.identity import prepare
from saola.errors import StateError
from saola.language import text

app = typer.Typer(add_completion=False)


@app.command()
def check(
    ctx: typer.Context,
    deploy: bool = typer.Option(False, "--deploy", help="Check also what people's safety needs."),
) -> None:
    """Check the server's settings; with --deploy, as strictly as for a public service.

    Example: saola check --deploy
    """
    prepare(ctx)
    from django.core.checks import run_checks  # noqa: PLC0415

    from saola.server.identity import deployment  # noqa: PLC0415  (Django is set up now)

    found = [f"{fault.id}: {fault.msg}" for fault in run_checks() if fault.is_serious()]
    if deploy:
        found += deployment.faults()
    for line in found:
        typer.echo(line)
    if found:
        raise StateError("deploy-unsafe", count=len(found))
    typer.echo(text("All is well."), err=True)
