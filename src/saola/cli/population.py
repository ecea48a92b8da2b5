"""`saola population`: the population register from the command line."""

import getpass
from pathlib import Path

import polars as pl
import typer
from rich.console import Console

from saola import language
from saola.cli import intake
from saola.cli.identity import prepare
from saola.language import text
from saola.linkage import register_file, synthetic

app = typer.Typer(no_args_is_help=True, help="The population register.")


def _write(frame: pl.DataFrame, out: Path) -> None:
    if out.suffix.lower() == ".parquet":
        frame.write_parquet(out)
    else:
        frame.write_csv(out)
    said = text(
        "{count} records were written to {file}.", count=language.number(frame.height), file=out
    )
    Console(stderr=True).print(said)


@app.command()
def generate(
    persons: int = typer.Argument(..., help="How many persons."),
    out: Path = typer.Option(..., "--out", "-o", help="Where they go: CSV or Parquet."),
    seed: int = typer.Option(1, help="The same seed gives the same file."),
    moved: float = typer.Option(0.0, help="Share of second records with another commune."),
    register: bool = typer.Option(False, help="All items of the register, for an intake."),
    faulty: float = typer.Option(0.10, help="With --register: share of rows with a fault."),
) -> None:
    """Invent people with second records and mistakes, the truth in column `person`.

    With `--register` the file has the register's items instead, and the truth in column `fault`.

    Example: saola population generate 10000 --seed 7 -o people.csv
    """
    if register:
        _write(register_file.people(persons, seed=seed, faulty=faulty), out)
    else:
        faults = synthetic.Faults(moved=moved)
        _write(synthetic.people(persons, seed=seed, faults=faults), out)


@app.command("import")
def take_in(
    ctx: typer.Context,
    file: Path = typer.Argument(None, help="CSV, XLSX, JSON Lines or Parquet."),
    resume: bool = typer.Option(False, help="Go on with an intake of this file that stopped."),
    undo: int = typer.Option(0, help="Take back the batch of this number."),
    dry_run: bool = typer.Option(False, help="Check the file and write nothing."),
    column: list[str] = typer.Option(
        [],
        help="A column's meaning, field=head, or a value for all rows, field==value; may repeat.",
    ),
    as_json: bool = typer.Option(False, "--json", help="Write the outcome as JSON."),
) -> None:
    """Take a file of persons into the register.

    Sound rows are committed; faulty and doubtful ones go, with their reasons, into a file beside
    the input, which can be corrected and taken in again.

    Example: saola population import people.csv
    """
    home = prepare(ctx)
    from saola.server.population.register import register  # noqa: PLC0415  (Django is set up now)

    intake.take_in(
        register(),
        file,
        home=home,
        resume=resume,
        undo=undo,
        dry_run=dry_run,
        column=column,
        as_json=as_json,
    )


@app.command()
def search(
    ctx: typer.Context,
    words: str = typer.Argument(..., help="A number, or a name as far as it is known."),
    purpose: str = typer.Option(help="Why: it is logged and shown to every person found."),
) -> None:
    """Find persons by number or by name, whatever its tones and order; each find is logged.

    Example: saola population search "nguyen van hoa" --purpose "request 17 of the person"
    """
    prepare(ctx)
    from saola.server.population import search as finder  # noqa: PLC0415

    digits = words.replace(" ", "")
    hits = finder.by_number(digits) if digits.isdigit() else finder.by_name(words)
    finder.log(hits, who=f"terminal:{getpass.getuser()}", purpose=purpose, now=intake.now())
    for hit in hits:
        typer.echo(f"{hit.person}\t{hit.text}")


@app.command()
def snapshot(ctx: typer.Context) -> None:
    """Write the register as Parquet for statistics.

    Example: saola population snapshot
    """
    home = prepare(ctx)
    from saola.server.population import snapshot as writer  # noqa: PLC0415

    typer.echo(writer.write(home, today=intake.now().date()))
