"""`saola index`: build a composite indicator and audit it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import typer
from rich.table import Table as Shown

from saola import __version__, frameworks, language, observations, units
from saola.cli import screen
from saola.cli.index_backcast import backcast_edition
from saola.cli.main import home_of
from saola.errors import InputError
from saola.frameworks import Framework
from saola.index import Build, Recipe, Table, Tree, build, read_recipe, read_tables, usual
from saola.index.audit import Audit, audit
from saola.index.cointool import read_coin_tool
from saola.index.edition_table import edition_table
from saola.index.panel import Case, changes, panel, studies
from saola.index.study import Sample
from saola.language import text
from saola.periods import Period
from saola.reports.audit import audit_pdf
from saola.reports.factors import factor_name
from saola.reports.index_workbook import sheets_of, write_workbook
from saola.reports.panel import panel_pdf

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Composite indicators: build and audit."
)


@app.callback()
def index() -> None:
    """Build a composite indicator from a table, and audit it."""


def _recipe(file: Path | None) -> Recipe:
    return usual() if file is None else read_recipe(file)


@app.command("build")
def build_index(
    data: Path = typer.Argument(..., help="Values: one row a unit (CSV or XLSX)."),
    meta: Path | None = typer.Argument(
        None,
        help="Metadata: one row an indicator or aggregate [default: the file beside a CSV, meta for"
        " data; none for a COIN Tool workbook].",
    ),
    out: Path = typer.Option(..., "-o", "--out", help="The folder to write."),
    recipe: Path | None = typer.Option(
        None, help="A TOML file with [[recipe]] steps [default: the usual steps]."
    ),
    as_json: bool = typer.Option(False, "--json", help="Write JSON."),
) -> None:
    """Build an index from COINr-style tables: scores.csv and index.xlsx.

    Example: saola index build data.csv meta.csv -o out --recipe asem.toml
    """
    if meta is None and data.suffix.lower() == ".csv":
        meta = _beside(data)
    table, tree = read_tables(data, meta) if meta else read_coin_tool(data)
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
    screen.say("Written to {folder}.", folder=out)


def _show_top(built: Build, most: int = 10) -> None:
    """Print the first units; of a panel those of the last period."""
    root = built.tree.root
    title = built.tree.parts[root].name
    ranked = built.scores().filter(pl.col("node") == root, pl.col("rank").is_not_null())
    if "period" in ranked.columns:
        last = str(ranked["period"].max())
        ranked, title = ranked.filter(pl.col("period") == last), f"{title}, {last}"
    shown = Shown(text("Rank"), text("Unit"), text("Score"), title=title)
    for row in ranked.sort("rank").head(most).iter_rows(named=True):
        name = built.normalised.names.get(row["unit"], row["unit"])
        shown.add_row(str(row["rank"]), name, language.number(row["score"], decimals=2))
    screen.out.print(shown)


@app.command("audit")
def audit_index(
    ctx: typer.Context,
    framework: str = typer.Argument(
        help="Code of a framework, or a .toml file: recipe or edition."
    ),
    data: Path = typer.Argument(help="Values: COINr-style for a recipe, else observations."),
    out: Path = typer.Option(..., "-o", "--out", help="The folder to write."),
    draws: int = typer.Option(1000, help="Rows of each block of the design."),
    seed: int = typer.Option(1, help="The seed; with it every draw is fixed."),
    meta: Path | None = typer.Option(
        None, help="Metadata of the data [default: the file beside it, meta for data]."
    ),
    period: str = typer.Option("", help="The period [default: the last]."),
    threads: int | None = typer.Option(None, help="Threads; no result depends on them."),
    as_json: bool = typer.Option(False, "--json", help="Write JSON."),
) -> None:
    """Audit an index: how its ranks move with its choices and errors.

    Example: saola index audit asem.toml data.csv --draws 1000 --seed 1 -o out
    """
    table, tree, recipe = _case(ctx, framework, data, meta, period)
    found = audit(table, tree, recipe, Sample(draws, seed, threads=threads))
    out.mkdir(parents=True, exist_ok=True)
    tables = found.tables()
    for name, frame in tables.items():
        frame.write_csv(out / f"{name}.csv")
    write_workbook(out / "audit.xlsx", tables)
    found.record().write_csv(out / "draws.csv")
    told = _told(found, framework, data)
    (out / "audit.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    # Tables of one's own are audited without a workspace, too.
    when = screen.here(Path(ctx.find_root().obj["home"]))
    (out / "audit.pdf").write_bytes(audit_pdf(found, language.current(), when))
    if as_json:
        screen.write_json(told)
        return
    rows = [
        [factor_name(row[0]), *(language.number(cell, decimals=3) for cell in row[1:])]
        for row in found.sensitivity.frame().iter_rows()
    ]
    heads = ["Choice", "Alone", "Low", "High", "With others", "Low", "High"]
    screen.show(text("Which choice moves the ranks"), [text(head) for head in heads], rows)
    screen.say("Written to {folder}.", folder=out)


def _case(
    ctx: typer.Context, framework: str, data: Path, meta: Path | None, period: str
) -> tuple[Table, Tree, Recipe]:
    """Read what is audited: COINr-style tables with a recipe, or observations of an edition."""
    path = Path(framework)
    if path.suffix == ".toml" and "[[node]]" not in _text(path):
        table, tree = read_tables(data, meta or _beside(data))
        return _one(table, period), tree, read_recipe(path)
    home = home_of(ctx)
    edition = frameworks.framework(framework, home / "frameworks")
    reading = observations.read(data, units.registry(home / "units"))
    rates = frameworks.rates(edition, reading.observations)
    return edition_table(edition, rates, period or None)


def _text(path: Path) -> str:
    if not path.is_file():
        raise InputError("file-absent", where=str(path), found=path.name)
    return path.read_text(encoding="utf-8-sig")


def _beside(data: Path) -> Path:
    stem = data.stem.replace("data", "meta").replace("panel", "meta")
    found = data.with_stem(stem)
    if found == data or not found.is_file():
        raise InputError("index-meta-absent", where=str(data), found=found.name)
    return found


def _one(table: Table, period: str) -> Table:
    """Take one period of a panel."""
    if not table.periods:
        return table
    known = sorted(set(table.periods))
    wanted = period or known[-1]
    if wanted not in known:
        raise InputError("index-period-unknown", found=wanted, known=", ".join(known))
    kept = table.only(np.asarray(table.periods) == wanted)
    return replace(kept, periods=())


def _told(found: Audit, framework: str, data: Path) -> dict[str, object]:
    sample, runs = found.sensitivity.sample, found.sensitivity.runs
    return {
        "framework": framework,
        "data": data.name,
        "data_sha256": hashlib.sha256(data.read_bytes()).hexdigest(),
        "engine": __version__,
        "seed": sample.seed,
        "draws": sample.draws,
        "runs": len(runs.draws),
        "design": sample.kind,
        "units": len(runs.units),
        "node": runs.node,
        "usual_alternatives": found.added,
        "recipe": found.recipe.rows(),
        "sobol": found.sensitivity.frame().to_dicts(),
    }


app.command("backcast")(backcast_edition)


@app.command("panel")
def panel_of_editions(
    ctx: typer.Context,
    index: str = typer.Argument(help="The index whose editions are compared, such as un-egdi."),
    data: list[Path] = typer.Argument(help="One file of observations an edition."),
    out: Path = typer.Option(..., "-o", "--out", help="The folder to write."),
    draws: int = typer.Option(1000, help="How many draws each edition has."),
    seed: int = typer.Option(1, help="The seed; with it every draw is fixed."),
) -> None:
    """Compare editions: which ranks really differ, and whose place really changed.

    Example: saola index panel un-egdi EGOV_DATA_2012.csv EGOV_DATA_2022.csv -o out
    """
    home = home_of(ctx)
    registry = units.registry(home / "units")
    editions = frameworks.catalogue(home / "frameworks").values()
    known = sorted({edition.index for edition in editions})
    if index not in known:
        raise InputError("framework-unknown", found=index, known=", ".join(known))
    cases = dict(_edition(file, registry, editions, index) for file in data)
    found = studies(cases, Sample(draws, seed))
    out.mkdir(parents=True, exist_ok=True)
    panel(found).write_csv(out / "panel.csv")
    moved = changes(found[min(found)], found[max(found)])
    moved.write_csv(out / "changes.csv")
    names = {unit: _unit_name(registry, unit) for unit in moved["unit"]}
    title = _title(editions, index)
    made = panel_pdf(found, names, title, language.current(), screen.here(home))
    (out / "panel.pdf").write_bytes(made)
    counts = moved.group_by("told").len().sort("told").rows()
    screen.show(title, [text("Change"), text("Units")], counts)
    screen.say("Written to {folder}.", folder=out)


def _edition(
    file: Path, registry: units.Registry, editions: Iterable[Framework], index: str
) -> tuple[str, Case]:
    """Read one file and find the edition of the index that its last period belongs to."""
    rows = observations.read(file, registry).observations
    period = str(rows["period"].max())
    for edition in editions:
        if edition.index == index and edition.covers(Period.parse(period)):
            rates = frameworks.rates(edition, rows)
            return period, edition_table(edition, rates, period)
    known = ", ".join(edition.id for edition in editions if edition.index == index)
    raise InputError("framework-unknown", where=file.name, found=f"{index}, {period}", known=known)


def _unit_name(registry: units.Registry, code: str) -> str:
    return registry.unit(code).label()


def _title(editions: Iterable[Framework], index: str) -> str:
    """Take the name of the newest edition."""
    newest = max((e for e in editions if e.index == index), key=lambda e: e.valid[0])
    return language.pick(newest.label)
