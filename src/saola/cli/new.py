"""`saola new`: a workspace for a country, with a framework and an Excel template to fill."""

import shutil
from pathlib import Path

import typer

from saola import frameworks, timezones, units
from saola.cli import screen
from saola.cli.template import fill
from saola.errors import InputError
from saola.language import plural
from saola.periods import Period
from saola.workspace import Workspace

app = typer.Typer(add_completion=False)


@app.command()
def new(
    folder: Path = typer.Argument(help="A folder that does not exist or is empty."),
    country: str = typer.Option(
        help="The country's ISO 3166-1 alpha-3 code, such as LAO, or its name."
    ),
    framework: str = typer.Option("online-activity", help="The framework to copy and to fill."),
    period: str = typer.Option("", help="The period of the template [default: the year now]."),
    zone: str = typer.Option(
        "",
        help="IANA name of the time zone, such as Asia/Ho_Chi_Minh [default: the country's; UTC "
        "where it has several].",
    ),
) -> None:
    """Make a workspace: units, a framework of its own, and a workbook to fill.

    Example: saola new laos --country LAO
    """
    known = units.registry()
    if not known.find(country, kind="country"):
        raise InputError("country-unknown", where="--country", found=country)
    meant = known.resolve(country, kind="country")
    edition = frameworks.framework(framework)
    clock = timezones.zone(zone, where="--zone") if zone else timezones.of_country(meant.code)
    span = str(Period.parse(period or screen.now().astimezone(clock).year, where="--period"))
    source = Path(framework) if framework.endswith(".toml") else frameworks.names()[framework]
    workspace = Workspace.create(
        folder, country=meant.code, label=dict(meant.names), zone=clock.key
    )
    shutil.copy(source, workspace.home / "frameworks" / f"{edition.id}.toml")
    path = workspace.home / "template.xlsx"
    count = fill(workspace, edition, path, periods=[span])
    screen.say("The workspace is in {folder}.", folder=folder)
    if not zone and meant.code not in timezones.countries():
        screen.say(
            "{country} keeps several clocks, or none is known: days and times are in UTC until "
            "saola.toml names another zone.",
            country=meant.label(),
        )
    screen.say(
        plural("Fill {file} ({n} unit), then:", "Fill {file} ({n} units), then:", count, file=path)
    )
    screen.say(
        "  saola --home {folder} score {framework} {file}",
        folder=folder,
        framework=edition.id,
        file=path,
    )
    screen.say("  saola --home {folder} serve", folder=folder)
    screen.say(
        "Name units of your own first? saola template {framework} writes another workbook.",
        framework=edition.id,
    )
