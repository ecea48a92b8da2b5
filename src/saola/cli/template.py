"""`saola template`: an Excel workbook to fill for a framework."""

from collections.abc import Sequence
from pathlib import Path

import typer

from saola import frameworks, language
from saola.cli import screen
from saola.cli.main import workspace_of
from saola.errors import InputError, StateError
from saola.frameworks import Framework
from saola.frameworks.template import write
from saola.language import plural
from saola.workspace import Workspace

app = typer.Typer(add_completion=False)


@app.command()
def template(  # the options are the workbook's
    ctx: typer.Context,
    framework: str = typer.Argument(help="Code of a framework, or a .toml file."),
    out: Path = typer.Option(Path("template.xlsx"), "--out", "-o", help="The workbook to write."),
    period: list[str] = typer.Option([], help="Periods, one row each [default: the year now]."),
    fields: bool = typer.Option(False, help="One row more for each field of the framework."),
    force: bool = typer.Option(False, "--force", help="Overwrite a workbook that is there."),
) -> None:
    """Write a workbook with one row a unit and one column an input, and a guide to each.

    Example: saola template online-activity --period 2024-Q1 -o q1.xlsx
    """
    if out.suffix.lower() != ".xlsx":
        raise InputError("template-kind", where="--out", found=out.name)
    if out.exists() and not force:
        raise StateError("file-present", where=str(out), found=out.name)
    workspace = workspace_of(ctx)
    edition = frameworks.framework(framework, workspace.home / "frameworks")
    periods = period or [str(screen.today(workspace.home).year)]
    count = fill(workspace, edition, out, periods=periods, fields=edition.fields if fields else ())
    screen.say(plural("{file}: {n} unit.", "{file}: {n} units.", count, file=out))


def fill(
    workspace: Workspace,
    edition: Framework,
    path: Path,
    *,
    periods: Sequence[str],
    fields: Sequence[str] = (),
) -> int:
    """Write a template for the units of a workspace; give their number.

    They are those right below the country that the framework is for, else all right below it,
    else the country itself.
    """
    registry = workspace.units
    below = registry.children(workspace.country)
    wanted = {unit.code for unit in registry.select(edition.units)}
    found = [unit for unit in below if unit.code in wanted] or below
    found = found or [registry.unit(workspace.country)]
    found.sort(key=lambda unit: language.sort_key(unit.label()))
    names = {unit.code: unit.label() for unit in found}
    write(edition, names, path, periods=periods, fields=fields)
    return len(names)
