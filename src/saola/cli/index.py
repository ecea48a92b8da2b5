"""`saola index`: build a composite indicator and audit it."""

import json
from pathlib import Path

import polars as pl
import typer
from rich.console import Console
from rich.table import Table as Shown

from saola import language
from saola.index import Build, Recipe, build, read_recipe, read_tables, usual
from saola.language import text
from saola.reports.index_workbook import sheets_of, write_workbook

app = typer.Typer(no_args_is_help=True, help="Composite indicators: build and audit.")


@app.callback()
def index() -> None:
    """Build a composite indicator from a table, and audit it."""


def _recipe(file: Path | None) -> Recipe:
    return usual() if file is None else read_recipe(file)


@app.command("build")
def build_index(
    data: Path = typer.Argument(..., help="Values: one row a unit (CSV or XLSX)."),
    meta: Path = typer.Argument(..., help="Metadata: one row an indicator or aggregate."),
    out: Path = typer.Option(..., "-o", "--out", help="The folder to write."),
    recipe: Path | None = typer.Option(
        None, help="A TOML file with [[recipe]] steps [default: the usual steps]."
    ),
    as_json: bool = typer.Option(False, "--json", help="Write JSON."),
) -> None:
    """Build an index from COINr-style tables: scores.csv and index.xlsx.

    Example: saola index build data.csv meta.csv -o out --recipe asem.toml
    """
    table, tree = read_tables(data, meta)
    built = build(table, tree, _recipe(recipe))
    out.mkdir(parents=True, exist_ok=True)
    scores = built.scores()
    scores.write_csv(out / "scores.csv")
    write_workbook(out / "index.xlsx", sheets_of(built))
    if as_json:
        told = {"units": len(built.units), "nodes": len(tree.nodes), "scores": scores.to_dicts()}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    _show_top(built)
    Console(stderr=True).print(text("Written to {folder}.", folder=out))


def _show_top(built: Build, most: int = 10) -> None:
    root = built.tree.root
    shown = Shown(text("Rank"), text("Unit"), text("Score"), title=built.tree.parts[root].name)
    ranked = built.scores().filter(pl.col("node") == root, pl.col("rank").is_not_null())
    for row in ranked.sort("rank").head(most).iter_rows(named=True):
        name = built.normalised.names.get(row["unit"], row["unit"])
        shown.add_row(str(row["rank"]), name, language.number(row["score"], decimals=2))
    Console().print(shown)
