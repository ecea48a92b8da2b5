"""`saola connect plan` and `saola connect frontier`: from a plan's file to tables, map and PDF."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import numpy as np
import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from saola import language
from saola.charts.connected import frontier as frontier_chart
from saola.charts.render import draw
from saola.cli import screen
from saola.connect.doubt.frontier import frontier as steps
from saola.connect.outcome import Outcome, outcome
from saola.connect.plan.solve import Plan, least_cost, most_people
from saola.connect.plan.stages import Stages
from saola.connect.region.build import Region, build
from saola.connect.region.files import Loaded, PlanFile, load, read_plan
from saola.connect.sample import write_sample
from saola.language import number, percent, text
from saola.progress import Progress
from saola.reports.plan_folder import Made, write

THREADS = 2


def plan(
    file: Annotated[Path, typer.Argument(help="The plan's TOML file.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write into.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the totals as JSON.")] = False,
) -> None:
    """Choose sites, radio, backhaul and power together, and write the plan.

    A run cut short goes on where it stopped.

    Example: saola connect plan valley/plan.toml -o valley/plan
    """
    told = read_plan(file)
    steps = Steps(5)
    with steps("Reading tables and terrain"):
        loaded = load(told)
    _tell(loaded, out)
    with steps("Radio and microwave over the terrain"):
        region = build(loaded.inputs, told.settings, told.target, threads=THREADS)
    kept = Stages(out / ".stages", told.mark(loaded.inputs))
    with steps("Choosing sites, radio, backhaul and power") as tell:
        found = solved(told, region, kept, tell)
    with steps("Putting the plan into words"):
        tables = outcome(region, found)
    with steps("Writing tables, maps and PDF"):
        write(out, Made(told, loaded, region, found, tables), screen.now())
        kept.close()
    if as_json:
        typer.echo(json.dumps(tables.totals, ensure_ascii=False, indent=1))
        return
    _print(tables, out)


class Steps:
    """Tells the person at the terminal which step is under way and how long it took."""

    def __init__(self, count: int) -> None:
        self.count, self.at = count, 0

    @contextmanager
    def __call__(self, label: str) -> Iterator[Progress]:
        """Show a step while a block works, and its time at the end."""
        self.at += 1
        began = time.perf_counter()
        under_way = f"{self.at}/{self.count} {text(label)} …"
        with screen.err.status(under_way) as line:
            yield lambda done, total: line.update(f"{under_way} {done}/{total}")
        said = number(time.perf_counter() - began, decimals=1)
        screen.say(
            "{at}/{count} {label}: {seconds} s",
            at=self.at, count=self.count, label=text(label), seconds=said,
        )  # fmt: skip


def _tell(loaded: Loaded, out: Path) -> None:
    """Say what was set aside and assumed, before the long part begins."""
    used = loaded.inputs.settlements
    screen.say(
        "{rows} settlements with {people} people are planned for.",
        rows=number(used.height), people=number(float(used["people"].sum()), decimals=0),
    )  # fmt: skip
    tell_aside(loaded.aside, out)
    for note in loaded.notes:
        screen.say("Note: {note}", note=note)


def tell_aside(aside: pl.DataFrame, out: Path) -> None:
    """Say how many rows were set aside, where they are, and why."""
    if aside.is_empty():
        return
    screen.say(
        "{rows} rows cannot be used and are set aside in {file}:",
        rows=number(aside.height), file=out / "set-aside.csv",
    )  # fmt: skip
    for reason, rows in aside["reason"].value_counts(sort=True).iter_rows():
        screen.say("  {rows} × {reason}", rows=number(rows), reason=reason)


def solved(told: PlanFile, region: Region, stages: Stages, progress: Progress) -> Plan:
    """Solve a region as its file asks: to a target, or within a budget."""
    rng, effort = np.random.default_rng(told.seed), told.effort
    problem, position = region.problem, region.position
    if told.budget is None:
        return least_cost(
            problem, position, rng=rng, effort=effort, stages=stages, progress=progress
        )
    return most_people(
        problem, position, told.budget, rng=rng, effort=effort, stages=stages, progress=progress
    )


def invent(
    folder: Annotated[Path, typer.Argument(help="The folder to write into.")],
    settlements: Annotated[int, typer.Option(min=5, max=2000, help="How many villages.")] = 40,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same region.")] = 1,
    regions: Annotated[
        int, typer.Option(min=1, max=100, help="Divide it into provinces, from west to east.")
    ] = 1,
) -> None:
    """Write an invented region as a planner would bring it: villages, terrain, fibre, cells.

    Example: saola connect invent valley
    """
    files = write_sample(folder, settlements=settlements, seed=seed, regions=regions)
    screen.say("Written: {files}.", files=", ".join(path.name for path in files))
    if regions > 1:
        screen.say("Plan it with: saola connect country {plan} -o {out}", plan=files[-1],
                   out=folder / "plan")  # fmt: skip
        return
    screen.say("Plan it with: saola connect plan {plan} -o {out}", plan=files[-1],
               out=folder / "plan")  # fmt: skip


def _print(tables: Outcome, out: Path) -> None:
    totals = tables.totals
    table = Table(title=text("Plan of connection"))
    table.add_column(text("Figure"))
    table.add_column(text("Value"), justify="right")
    share = totals["connected"] / totals["people"]
    for label, value in (
        (text("People with service"), percent(share)),
        (text("Cost"), f"USD {number(totals['cost'], decimals=0)}"),
        (text("Cost a person"), f"USD {number(totals['cost_a_person'], decimals=0)}"),
        (text("Gap to the best, at most"), percent(totals["gap"])),
        (text("Subsidy needed"), f"USD {number(totals['subsidy'], decimals=0)}"),
    ):
        table.add_row(label, value)
    screen.err.print(table)
    screen.say("Written into {out}: begin with {map} and {pdf}.", out=out, map="map.svg",
               pdf="plan.pdf")  # fmt: skip


def frontier(
    file: Annotated[Path, typer.Argument(help="The plan's TOML file.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write a table and a chart there.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what each further share of people costs, at 10 and at 50 Mbit/s.

    A run cut short goes on where it stopped, if it writes into a folder.

    Example: saola connect frontier valley/plan.toml -o valley/plan
    """
    told = read_plan(file)
    loaded = load(told)
    kept = None if out is None else out / ".frontier.jsonl"
    with screen.progress("Planning for every share of people") as tell:
        found = steps(loaded.inputs, told, threads=THREADS, kept=kept, progress=tell)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        found.write_csv(out / "frontier.csv")
        (out / "frontier.svg").write_bytes(draw(frontier_chart(found, language.current())))
    if as_json:
        typer.echo(json.dumps(found.to_dicts(), indent=1))
        return
    table = Table(title=text("Cost against coverage"))
    for heading in (
        text("Target speed"),
        text("Share of people with service"),
        text("Cost (net present value)"),
        text("No plan can cost less than"),
    ):
        table.add_column(heading, justify="right")
    for row in found.iter_rows(named=True):
        table.add_row(
            f"{number(row['speed'])} Mbit/s",
            percent(row["share"]),
            number(row["cost"], decimals=0),
            number(row["bound"], decimals=0),
        )
    Console().print(table)
