"""`saola observations`: check, convert, import and withdraw what was measured."""

import datetime as dt
from pathlib import Path
from typing import Literal

import typer

from saola import frameworks, observations, units
from saola.cli import doubts, editions, screen
from saola.cli.main import home_of, workspace_of
from saola.frameworks.doubts import implausible
from saola.language import DASH, moment, plural, text
from saola.observations import Reading, shapes
from saola.observations.numbers import Decimal
from saola.workspace import SETTINGS

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="What was measured: check, convert, import, withdraw.",
)

_FILE = typer.Argument(help="CSV, XLSX, Parquet, SDMX-CSV, SDMX-ML or the UN's file.")
_PERIOD = typer.Option("", help="The period, where the file names none.")
_SHEET = typer.Option("", help="The sheet of a workbook [default: the first with a header].")
_MAPPING = typer.Option(None, help="A TOML file that says which column is what.")
_DECIMAL = typer.Option(
    None, help="Decimal mark, where 12,345 could be two numbers [default: as the file's others]."
)
_JSON = typer.Option(False, "--json", help="Write JSON.")


def _read(
    ctx: typer.Context,
    file: Path,
    mapping: Path | None,
    period: str,
    sheet: str,
    decimal: Decimal | None,
) -> Reading:
    registry = units.registry(home_of(ctx) / "units")
    with screen.progress("Reading") as tell:
        return observations.read(
            file,
            registry,
            mapping=shapes.read_mapping(mapping) if mapping else None,
            constants={"period": period} if period else {},
            sheet=sheet or None,
            decimal=decimal,
            progress=tell,
        )


def _tell(reading: Reading, aside: Path) -> None:
    editions.counted(reading)
    if reading.aside.height:
        reading.write_aside(aside)
        screen.say("The rows set aside, with their reasons, are in {file}.", file=aside)


def _warn(ctx: typer.Context, reading: Reading) -> None:
    """Say which values are doubtful and, where a workspace tells, which indicators are unknown."""
    home = home_of(ctx)
    known = frameworks.catalogue(home / "frameworks").values()
    if (home / SETTINGS).is_file():
        editions.warn(reading.observations, known)
    doubts.tell(implausible(reading.observations, known), known, units.registry(home / "units"))


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.stem}.aside.csv")


@app.command()
def check(
    ctx: typer.Context,
    file: Path = _FILE,
    mapping: Path | None = _MAPPING,
    period: str = _PERIOD,
    sheet: str = _SHEET,
    decimal: Decimal | None = _DECIMAL,
    as_json: bool = _JSON,
) -> None:
    """Say what of a file can be used, and write the rest beside it with reasons.

    Example: saola observations check returns.xlsx --period 2024-Q1
    """
    reading = _read(ctx, file, mapping, period, sheet, decimal)
    if as_json:
        kept = reading.observations.height
        screen.write_json({"read": reading.read, "kept": kept, "aside": reading.aside.height})
    _tell(reading, _beside(file))
    _warn(ctx, reading)
    if reading.aside.height:
        raise typer.Exit(1)


@app.command()
def convert(
    ctx: typer.Context,
    file: Path = _FILE,
    target: Path = typer.Argument(help=".csv, .xlsx, .parquet, .sdmx.csv or .xml (SDMX-ML 3.0)."),
    mapping: Path | None = _MAPPING,
    period: str = _PERIOD,
    sheet: str = _SHEET,
    decimal: Decimal | None = _DECIMAL,
    shape: Literal["long", "wide"] = typer.Option("long", help="One value a row, or one unit."),
) -> None:
    """Bring a file into another kind or shape.

    Example: saola observations convert returns.xlsx returns.sdmx.csv
    """
    reading = _read(ctx, file, mapping, period, sheet, decimal)
    observations.write(reading.observations, target, shape=shape)
    _tell(reading, _beside(file))


@app.command("import")
def import_file(
    ctx: typer.Context,
    file: Path = _FILE,
    mapping: Path | None = _MAPPING,
    period: str = _PERIOD,
    sheet: str = _SHEET,
    decimal: Decimal | None = _DECIMAL,
) -> None:
    """Add the observations of a file to the workspace as one batch.

    Example: saola observations import returns.xlsx --period 2024-Q1
    """
    workspace = workspace_of(ctx)
    reading = _read(ctx, file, mapping, period, sheet, decimal)
    _tell(reading, _beside(file))
    _warn(ctx, reading)
    if reading.observations.is_empty():
        screen.say("Nothing was added.")
        raise typer.Exit(1)
    batch = observations.append(
        workspace,
        reading.observations,
        source=file.name,
        who=screen.who(),
        when=screen.now(),
        aside=reading.aside.height,
    )
    screen.say("Batch {id} was added; undo with: saola observations withdraw {id}", id=batch.id)


@app.command()
def batches(ctx: typer.Context, as_json: bool = _JSON) -> None:
    """List the batches of the workspace.

    Example: saola observations batches
    """
    workspace = workspace_of(ctx)
    found, zone = observations.batches(workspace), workspace.zone
    if as_json:
        screen.write_json([each.__dict__ for each in found])
        return
    heads = ["Batch", "Source", "Who", "When", "Rows", "Set aside", "Withdrawn"]
    rows = [
        [b.id, b.source, b.who, _said(b.when, zone), b.rows, b.aside, _said(b.withdrawn, zone)]
        for b in found
    ]
    screen.show("", [text(head) for head in heads], rows)


def _said(stamp: str, zone: dt.tzinfo) -> str:
    """Write a moment of the book for people; a dash for none."""
    return moment(dt.datetime.fromisoformat(stamp), zone, style="medium") if stamp else DASH


@app.command()
def withdraw(ctx: typer.Context, batch: str = typer.Argument(help="Code of a batch.")) -> None:
    """Let a batch count no more; its file and its line in the book stay.

    Example: saola observations withdraw 20261121-0001
    """
    found = observations.withdraw(workspace_of(ctx), batch, who=screen.who(), when=screen.now())
    screen.say("Batch {id} counts no more.", id=found.id)


@app.command()
def verify(ctx: typer.Context) -> None:
    """Hold every batch against the digest kept when it was written.

    Example: saola observations verify
    """
    workspace = workspace_of(ctx)
    observations.verify(workspace)
    screen.say(
        plural(
            "{n} batch is as it was written.",
            "{n} batches are as they were written.",
            len(observations.batches(workspace)),
        )
    )
