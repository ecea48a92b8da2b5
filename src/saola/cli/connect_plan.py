"""`saola connect plan` and `saola connect frontier`: from a plan's file to tables, map and PDF."""

import datetime as dt
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from saola import __version__, language, observations
from saola.charts.connected import connected
from saola.charts.connected import frontier as frontier_chart
from saola.charts.render import draw
from saola.connect import geopackage
from saola.connect.outcome import Outcome, outcome, phases
from saola.connect.plan.solve import Plan, least_cost, most_people
from saola.connect.region.build import Region, build
from saola.connect.region.files import Loaded, PlanFile, load, read_plan
from saola.language import number, percent, text
from saola.reports.connect_plan import plan_pdf, plan_workbook

SHARES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
SPEEDS = (10.0, 50.0)
THREADS = 2


def plan(
    file: Annotated[Path, typer.Argument(help="The plan's TOML file.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write into.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the totals as JSON.")] = False,
) -> None:
    """Choose sites, radio, backhaul and power together, and write the plan."""
    told = read_plan(file)
    loaded = load(told)
    region = build(loaded.inputs, told.settings, told.target, threads=THREADS)
    found = solved(told, region)
    tables = outcome(region, found)
    write(out, told, loaded, region, found, tables)
    if as_json:
        typer.echo(json.dumps(tables.totals, ensure_ascii=False, indent=1))
        return
    _print(tables, out)


def solved(told: PlanFile, region: Region) -> Plan:
    """Solve a region as its file asks: to a target, or within a budget."""
    rng = np.random.default_rng(told.seed)
    if told.budget is None:
        return least_cost(region.problem, region.position, rng=rng, effort=told.effort)
    return most_people(region.problem, region.position, told.budget, rng=rng, effort=told.effort)


def write(
    out: Path, told: PlanFile, loaded: Loaded, region: Region, found: Plan, tables: Outcome
) -> None:
    """Write tables, GeoPackage, chart, PDF, workbook and observations."""
    out.mkdir(parents=True, exist_ok=True)
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    for name in ("stations", "hops", "settlements", "communes"):
        getattr(tables, name).write_csv(out / f"{name}.csv")
    if loaded.aside.height:
        loaded.aside.write_csv(out / "set-aside.csv")
    if told.years:
        phases(region.problem, found.design, told.years).write_csv(out / "phases.csv")
    after(told, tables).write_csv(out / "observations.csv")
    _geopackage(out / "plan.gpkg", tables, now)
    lang = language.current()
    by = tables.settlements.filter(pl.col("connected") > 0).group_by("technology")
    chart = connected(by.agg(people=pl.sum("connected")), lang)
    (out / "technologies.svg").write_bytes(draw(chart))
    pdf = plan_pdf(told.name, tables, chart, synthetic=told.synthetic, when=now)
    (out / "plan.pdf").write_bytes(pdf)
    plan_workbook(out / "plan.xlsx", tables)
    summary = tables.totals | {
        "name": told.name,
        "seed": told.seed,
        "engine": __version__,
        "made": now.isoformat(timespec="seconds"),
        "synthetic": told.synthetic,
        "notes": list(loaded.notes),
        "set_aside": loaded.aside.height,
        "input_sha256": hashlib.sha256(b"".join(region.problem.digest_parts())).hexdigest(),
    }
    (out / "plan.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n")


def after(told: PlanFile, tables: Outcome) -> pl.DataFrame:
    """Give the observations after the plan: share of people with service, by commune."""
    check = "synthetic" if told.synthetic else "modelled"
    return observations.frame(
        [
            {
                "indicator": "people-with-service",
                "unit": row["unit"],
                "period": told.period,
                "value": row["connected"] / row["people"],
                "check": check,
                "status": "F",
                "source": f"saola connect plan: {told.name}",
            }
            for row in tables.communes.iter_rows(named=True)
            if row["people"] > 0
        ]
    )


def _geopackage(path: Path, tables: Outcome, now: dt.datetime) -> None:
    def points(table: pl.DataFrame) -> list[list[tuple[float, float]]]:
        return [[point] for point in zip(table["lon"], table["lat"], strict=True)]

    lines = tables.hops.filter(pl.col("from_lat").is_not_nan())
    ends = lines.select("from_lon", "from_lat", "lon", "lat").rows()
    layers: dict[str, geopackage.Layer] = {
        "settlements": (tables.settlements, points(tables.settlements)),
        "stations": (tables.stations, points(tables.stations)),
        "hops": (lines, [[(a, b), (c, d)] for a, b, c, d in ends]),
    }
    geopackage.write(path, layers, now.strftime("%Y-%m-%dT%H:%M:%S.000Z"))


def _print(tables: Outcome, out: Path) -> None:
    totals, screen = tables.totals, Console(stderr=True)
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
    screen.print(table)
    screen.print(text("Written into {out}.", out=out))


def frontier(
    file: Annotated[Path, typer.Argument(help="The plan's TOML file.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write a table and a chart there.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what each further share of people costs, at 10 and at 50 Mbit/s."""
    told = read_plan(file)
    loaded = load(told)
    found = pl.DataFrame(_steps(told, loaded))
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


def _steps(told: PlanFile, loaded: Loaded) -> list[dict[str, Any]]:
    """Plan for every speed and share that can be reached."""
    rows = []
    for speed in SPEEDS:
        demand = replace(told.settings.demand, speed_mbps=speed)
        settings = replace(told.settings, demand=demand)
        region = build(loaded.inputs, settings, 1.0, threads=THREADS)
        people = float(region.settlements["people"].sum())
        before = people - float(region.problem.people.sum())
        reach = _reachable(region) + before
        for share in SHARES:
            if share * people > reach or share * people <= before:
                continue
            problem = replace(region.problem, target=share * people - before)
            rng = np.random.default_rng(told.seed)
            found = least_cost(problem, region.position, rng=rng, effort=told.effort)
            rows.append({"speed": speed, "share": share, "cost": found.cost, "bound": found.bound})
    return rows


def _reachable(region: Region) -> float:
    """Count the people that some station or terminal can serve, each for itself."""
    problem = region.problem
    flags = np.isfinite(problem.direct_cost) & (
        problem.demand <= problem.area_capacity[problem.area]
    )
    flags[problem.link_place] = True
    return float(problem.people[flags].sum())
