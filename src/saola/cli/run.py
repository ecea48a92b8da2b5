"""`saola run`: score what the workspace holds and keep the runs that pages show."""

import typer

from saola import frameworks
from saola.cli import editions, screen
from saola.cli.main import workspace_of
from saola.errors import SaolaError, StateError
from saola.frameworks.runs import Run
from saola.index.publish import publish
from saola.language import text
from saola.periods import Period

app = typer.Typer(add_completion=False)

# Why an edition that was not asked for by name has no run.
_PASSED_OVER = ("observations-absent", "period-outside")


@app.command()
def run(
    ctx: typer.Context,
    framework: list[str] = typer.Argument(
        None, help="Codes of frameworks [default: all with data]."
    ),
    period: list[str] = typer.Option([], help="Only these periods [default: all with data]."),
    as_json: bool = typer.Option(False, "--json", help="Write JSON."),
) -> None:
    """Score the observations of the workspace and keep one run a framework and period.

    Example: saola run online-activity --period 2024-Q1
    """
    workspace = workspace_of(ctx)
    folder = workspace.home / "frameworks"
    periods = [str(Period.parse(each, where="--period")) for each in period]
    made: list[Run] = []
    for code in framework or frameworks.names(folder):
        try:
            if periods:
                edition = frameworks.framework(code, folder)
                editions.within_dates(edition, periods, folder, where="--period")
            with screen.progress("Scoring") as tell:
                made += publish(workspace, code, when=screen.now(), periods=periods, progress=tell)
        except SaolaError as error:
            if framework or error.code not in _PASSED_OVER:
                raise
    if not made:
        raise StateError("run-nothing")
    if as_json:
        screen.write_json([each.__dict__ for each in made])
        return
    heads = ["Framework", "Period", "Run", "Scores"]
    rows = [[each.framework, each.period, each.id, each.scores[:12]] for each in made]
    screen.show("", [text(head) for head in heads], rows)
