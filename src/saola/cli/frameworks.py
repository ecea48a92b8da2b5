"""`saola frameworks`: list, show and check the editions of indices."""

from pathlib import Path

import typer

from saola import frameworks, language
from saola.cli import screen
from saola.cli.main import home_of
from saola.frameworks import Framework
from saola.frameworks.tree import depth_of, points_of
from saola.language import text

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Editions of indices: list, show, check."
)


def _folder(ctx: typer.Context) -> Path:
    return home_of(ctx) / "frameworks"


@app.command("list")
def list_frameworks(
    ctx: typer.Context,
    as_json: bool = typer.Option(False, "--json", help="Write JSON."),
) -> None:
    """List the frameworks that ship with Saola and those of the workspace.

    Example: saola frameworks list
    """
    found = frameworks.catalogue(_folder(ctx)).values()
    rows = [
        {
            "id": each.id,
            "label": language.pick(each.label),
            "valid": each.dates,
            "units": each.units,
            "indicators": len(each.indicators),
            "complete": each.complete,
            "source": language.pick(each.source),
        }
        for each in found
    ]
    if as_json:
        screen.write_json(rows)
        return
    heads = ["Code", "Name", "Valid", "Units", "Indicators", "Complete"]
    cells = [list(row.values())[:-1] for row in rows]
    marks = [[*row[:-1], text("yes") if row[-1] else text("no")] for row in cells]
    screen.show("", [text(head) for head in heads], marks)


@app.command()
def show(
    ctx: typer.Context,
    framework: str = typer.Argument(help="Code of a framework, or a .toml file."),
    as_json: bool = typer.Option(False, "--json", help="Write JSON."),
) -> None:
    """Show the tree of a framework with its points and rules.

    Example: saola frameworks show un-egdi-2022
    """
    found = frameworks.framework(framework, _folder(ctx))
    rows = list(_rows(found))
    if as_json:
        screen.write_json(rows)
        return
    title = f"{language.pick(found.label)} ({found.id})"
    heads = ["Code", "Name", "Points", "Rule", "Inputs"]
    screen.show(title, [text(head) for head in heads], [[*row.values()][1:] for row in rows])
    screen.say("Source: {source}", source=language.pick(found.source))


def _rows(found: Framework) -> list[dict[str, object]]:
    points = dict(zip((node.id for node in found.nodes), points_of(found).sum(axis=1), strict=True))
    seen: set[str] = set()
    rows: list[dict[str, object]] = []

    def walk(code: str) -> None:
        depth = depth_of(found, code)
        if code in seen:
            return
        seen.add(code)
        leaf = found.indicator_of.get(code)
        rows.append(
            {
                "depth": depth,
                "code": "  " * depth + code,
                "label": language.pick(found.label_of(code)),
                "points": round(float(leaf.points if leaf else points[code]), 6),
                "rule": leaf.rule.kind if leaf else "",
                "inputs": ", ".join(map(str, leaf.rule.references)) if leaf else "",
            }
        )
        if not leaf:
            for child in found.children(code):
                walk(child.id)

    for node in found.nodes:
        if not node.parents:
            walk(node.id)
    return rows


@app.command()
def check(
    ctx: typer.Context,
    framework: str = typer.Argument(help="Code of a framework, or a .toml file."),
) -> None:
    """Check a framework file; every fault is listed at once.

    Example: saola frameworks check mine.toml
    """
    found = frameworks.framework(framework, _folder(ctx))
    screen.say(
        "{id} is sound: {nodes} nodes, {indicators} indicators, {inputs} inputs.",
        id=found.id,
        nodes=len(found.nodes),
        indicators=len(found.indicators),
        inputs=len(found.input_of),
    )
