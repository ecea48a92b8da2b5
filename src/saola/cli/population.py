"""`saola population`: the population register from the command line."""

from pathlib import Path

import typer
from rich.console import Console

from saola import language
from saola.language import text
from saola.linkage import synthetic

app = typer.Typer(no_args_is_help=True, help="The population register.")


@app.callback()
def population() -> None:
    """The population register."""


@app.command()
def generate(
    persons: int = typer.Argument(..., help="How many persons."),
    out: Path = typer.Option(..., "--out", "-o", help="Where they go: CSV or Parquet."),
    seed: int = typer.Option(1, help="The same seed gives the same file."),
    moved: float = typer.Option(0.0, help="Share of second records with another commune."),
) -> None:
    """Invent people with second records and mistakes, the truth in column `person`.

    Example: saola population generate 10000 --seed 7 -o people.csv
    """
    frame = synthetic.people(persons, seed=seed, faults=synthetic.Faults(moved=moved))
    if out.suffix.lower() == ".parquet":
        frame.write_parquet(out)
    else:
        frame.write_csv(out)
    said = text(
        "{count} records were written to {file}.", count=language.number(frame.height), file=out
    )
    Console(stderr=True).print(said)
