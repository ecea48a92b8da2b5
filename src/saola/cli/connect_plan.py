"""`saola connect plan` and `saola connect frontier`: from a plan's file to tables, map and PDF."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from saola import language
from saola.charts.connected import frontier as frontier_chart
from saola.charts.render import draw
from saola.cli import screen
from saola.connect.doubt.ledger import Ledger, mark_of
from saola.connect.outcome import Outcome, outcome
from saola.connect.plan.solve import Plan, least_cost, most_people
from saola.connect.region.build import Region, build
from saola.connect.region.files import Loaded, PlanFile, load, read_plan
from saola.connect.sample import write_sample
from saola.language import number, percent, text
from saola.progress import Progress, silent
from saola.reports.plan_folder import Made, write

SHARES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
SPEEDS = (10.0, 50.0)
THREADS = 2


def plan(
    file: Annotated[Path, typer.Argument(help="The plan's TOML file.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write into.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the totals as JSON.")] = False,
) -> None:
    """Choose sites, radio, backhaul and power together, and write the plan.

    Example: saola connect plan valley/plan.toml -o valley/plan
    """
    told = read_plan(file)
    steps = Steps(5)
    with steps("Reading tables and terrain"):
        loaded = load(told)
    _tell(loaded, out)
    with steps("Radio and microwave over the terrain"):
        region = build(loaded.inputs, told.settings, told.target, threads=THREADS)
    with steps("Choosing sites, radio, backhaul and power"):
        found = solved(told, region)
    with steps("Putting the plan into words"):
        tables = outcome(region, found, loaded.inputs.fibre)
    with steps("Writing tables, maps and PDF"):
        write(out, Made(told, loaded, region, found, tables), screen.now())
    if as_json:
        typer.echo(json.dumps(tables.totals, ensure_ascii=False, indent=1))
        return
    _print(tables, out)


class Steps:
    """Tells the person at the terminal which step is under way and how long it took."""

    def __init__(self, count: int) -> None:
        self.count, self.at = count, 0

    @contextmanager
    def __call__(self, label: str) -> Iterator[None]:
        """Show a step while a block works, and its time at the end."""
        self.at += 1
        began = time.perf_counter()
        with screen.err.status(f"{self.at}/{self.count} {text(label)} …"):
            yield
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
    if loaded.aside.height:
        screen.say(
            "{rows} rows cannot be used and are set aside in {file}:",
            rows=number(loaded.aside.height), file=out / "set-aside.csv",
        )  # fmt: skip
        counts = loaded.aside["reason"].value_counts(sort=True)
        for reason, rows in counts.iter_rows():
            screen.say("  {rows} × {reason}", rows=number(rows), reason=reason)
    for note in loaded.notes:
        screen.say("Note: {note}", note=note)


def solved(told: PlanFile, region: Region) -> Plan:
    """Solve a region as its file asks: to a target, or within a budget."""
    rng = np.random.default_rng(told.seed)
    if told.budget is None:
        return least_cost(region.problem, region.position, rng=rng, effort=told.effort)
    return most_people(region.problem, region.position, told.budget, rng=rng, effort=told.effort)


def invent(
    folder: Annotated[Path, typer.Argument(help="The folder to write into.")],
    settlements: Annotated[int, typer.Option(min=5, max=2000, help="How many villages.")] = 40,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same region.")] = 1,
) -> None:
    """Write an invented region as a planner would bring it: villages, terrain, fibre, cells.

    Example: saola connect invent valley
    """
    files = write_sample(folder, settlements=settlements, seed=seed)
    screen.say("Written: {files}.", files=", ".join(path.name for path in files))
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
        (text("At most above the best"), percent(totals["gap"])),
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
        found = pl.DataFrame(steps_of(told, loaded, kept=kept, progress=tell))
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


def steps_of(
    told: PlanFile,
    loaded: Loaded,
    shares: Sequence[float] = SHARES,
    *,
    kept: Path | None = None,
    progress: Progress = silent,
) -> list[dict[str, Any]]:
    """Plan for every speed and share that can be reached.

    Args:
        told: The plan's file.
        loaded: Its tables.
        shares: Of all people.
        kept: A file that keeps the steps done, so that a run cut short goes on; None for none.
        progress: Told how many steps are done, of how many.

    Returns:
        Rows of `speed, share, cost, bound`.
    """
    rows, done = [], 0
    for speed in SPEEDS:
        demand = replace(told.settings.demand, speed_mbps=speed)
        settings = replace(told.settings, demand=demand)
        region = build(loaded.inputs, settings, 1.0, threads=THREADS)
        said = f"{settings} {told.seed} {told.effort}"
        ledger = Ledger.open(kept, mark_of(list(region.problem.digest_parts()), said))
        for share in shares:
            row = ledger.once(f"{speed:g}/{share:g}", partial(_step, told, region, speed, share))
            rows += [row] if row else []
            done += 1
            progress(done, len(SPEEDS) * len(shares))
    if kept is not None:
        kept.unlink(missing_ok=True)
    return rows


def _step(told: PlanFile, region: Region, speed: float, share: float) -> dict[str, Any] | None:
    """Plan for one share of all people; None where it is served already or out of reach."""
    people = float(region.settlements["people"].sum())
    before = people - float(region.problem.people.sum())
    if not before < share * people <= _reachable(region) + before:
        return None
    problem = replace(region.problem, target=share * people - before)
    rng = np.random.default_rng(told.seed)
    found = least_cost(problem, region.position, rng=rng, effort=told.effort)
    return {"speed": speed, "share": share, "cost": found.cost, "bound": found.bound}


def _reachable(region: Region) -> float:
    """Count the people that some station or terminal can serve, each for itself."""
    problem = region.problem
    flags = np.isfinite(problem.direct_cost) & (
        problem.demand <= problem.area_capacity[problem.area]
    )
    flags[problem.link_place] = True
    return float(problem.people[flags].sum())
