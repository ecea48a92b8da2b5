"""`saola units`: list, show and import what is assessed."""

import datetime as dt
from pathlib import Path
from typing import Any

import typer

from saola import language
from saola.cli import screen
from saola.cli.main import home_of, workspace_of
from saola.errors import InputError
from saola.language import text
from saola.units import Registry, Unit, intake, registry

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="What is assessed: list, show, import."
)

FOLDER = "units"


def _registry(ctx: typer.Context) -> Registry:
    return registry(home_of(ctx) / FOLDER)


def _day(said: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(said) if said else None
    except ValueError:
        raise InputError("unit-date", where="--on", found=said) from None


def _cells(unit: Unit) -> dict[str, Any]:
    return {
        "code": unit.code,
        "kind": unit.kind,
        "parent": unit.parent,
        **{lang: unit.names.get(lang, "") for lang in language.LANGUAGES},
        "from": unit.start and unit.start.isoformat(),
        "to": unit.end and unit.end.isoformat(),
        "lat": unit.lat,
        "lon": unit.lon,
        "source": unit.source,
    }


@app.command("list")
def list_units(
    ctx: typer.Context,
    pattern: str = typer.Argument(
        "country", help="A kind (country), a family of codes (VNM.P), a group (G.ASEAN)."
    ),
    on: str = typer.Option("", help="A day such as 2024-12-31 [default: those that still exist]."),
    as_json: bool = typer.Option(False, "--json", help="Write JSON."),
) -> None:
    """List units.

    Example: saola units list VNM.P --on 2024-12-31
    """
    found = _registry(ctx).select(pattern, on=_day(on))
    found.sort(key=lambda unit: (unit.kind, language.sort_key(unit.label())))
    if as_json:
        screen.write_json([_cells(unit) for unit in found])
        return
    heads = ["Code", "Name", "Kind", "Parent"]
    rows = [[unit.code, unit.label(), unit.kind, unit.parent] for unit in found]
    screen.show("", [text(head) for head in heads], rows)
    screen.err.print(language.plural("{n} unit.", "{n} units.", len(found)), highlight=False)


@app.command()
def show(
    ctx: typer.Context,
    name: str = typer.Argument(..., help="A code or a name, as a file may write it."),
    on: str = typer.Option("", help="The day meant, where one name had several bearers."),
    scheme: str = typer.Option("", help="The list a code comes from: iso2, m49, gso …"),
    as_json: bool = typer.Option(False, "--json", help="Write JSON."),
) -> None:
    """Show one unit: its names, groups, what it came from and what became of it.

    Example: saola units show "Đà Nẵng" --on 2024-12-31
    """
    known = _registry(ctx)
    unit = known.resolve(name, scheme or None, on=_day(on))
    facts = _cells(unit) | {
        "groups": [group.code for group in known.groups(unit.code, on=_day(on))],
        "predecessors": [step.old for step in known.predecessors(unit.code)],
        "successors": [step.new for step in known.successors(unit.code)],
        "aliases": sorted({item.code for item in known.aliases if item.unit == unit.code}),
        "children": len(known.children(unit.code, on=_day(on))),
    }
    if as_json:
        screen.write_json(facts)
        return
    heads = ["Property", "Value"]
    rows = [
        [key, ", ".join(cell) if isinstance(cell, list) else cell]
        for key, cell in facts.items()
        if cell not in (None, "", [])
    ]
    screen.show("", [text(head) for head in heads], rows)


@app.command("import")
def import_units(
    ctx: typer.Context,
    file: Path = typer.Argument(..., help="CSV, GeoPackage, GeoParquet or GeoJSON."),
    kind: str = typer.Option("", help="The kind of every row, such as commune."),
    prefix: str = typer.Option("", help="Put before the codes, such as VNM.C."),
    parent_scheme: str = typer.Option("", help="The list the parents' codes come from: gso …"),
    start: str = typer.Option("", "--from", help="First day of the units."),
    column: list[str] = typer.Option(
        [], help="A column under another name, such as code=ma_xa; repeat."
    ),
    name: str = typer.Option("", help="Stem of the files written [default: the file's]."),
    source: str = typer.Option("", help="Where the file comes from."),
    as_json: bool = typer.Option(False, "--json", help="Write JSON."),
) -> None:
    """Import units into the workspace; bad rows are set aside with their reasons.

    Example: saola units import communes.gpkg --kind commune --prefix VNM.C --parent-scheme gso
    --from 2025-07-01
    """
    workspace = workspace_of(ctx)
    plan = intake.Plan(
        columns=dict(_pair(item) for item in column),
        prefix=prefix,
        kind=kind,
        parent_scheme=parent_scheme,
        start=_day(start),
        source=source or file.name,
    )
    with screen.progress("Reading") as progress:
        found = intake.read(file, workspace.units, plan, progress)
    written = intake.write(found, workspace.folder(FOLDER), name or file.stem)
    counts = {
        "rows": found.rows,
        "units": len(found.units),
        "boundaries": found.boundaries.height,
        "mended": found.mended,
        "aside": len(found.aside),
        "files": [str(path) for path in written],
    }
    if as_json:
        screen.write_json(counts)
        return
    screen.say(
        "{rows} rows: {units} units taken, {aside} set aside; {boundaries} boundaries.",
        rows=found.rows,
        units=len(found.units),
        aside=len(found.aside),
        boundaries=found.boundaries.height,
    )
    for path in written:
        screen.err.print(f"  {path}", highlight=False, soft_wrap=True)


def _pair(said: str) -> tuple[str, str]:
    role, equals, name = said.partition("=")
    if not equals or role not in intake.ROLES:
        raise InputError(
            "unit-column-option", where="--column", found=said, roles=", ".join(intake.ROLES)
        )
    return role, name
