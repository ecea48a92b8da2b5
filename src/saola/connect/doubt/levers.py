"""Levers of policy: the same region planned again under each of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from saola.connect.distances import Floats
from saola.connect.doubt.drivers import Candidate
from saola.connect.doubt.ledger import Ledger, Row
from saola.connect.doubt.quantities import quantities
from saola.connect.outcome import outcome
from saola.connect.plan.problem import Design, Problem, flows
from saola.connect.plan.solve import Plan, least_cost
from saola.connect.region.build import Inputs, Region, build
from saola.connect.region.files import PlanFile
from saola.connect.region.settings import Settings
from saola.errors import InputError
from saola.progress import Progress, silent

STIMULUS = 1.25  # more people use the network, and pay for it
NAMES = {"single": "one network"}  # levels of sharing that are not called as their code
OWN = "as planned"  # the plan as it is


@dataclass(frozen=True)
class Lever:
    """One change of policy.

    Attributes:
        lever: Its kind: `as planned`, `sharing`, `spectrum`, `tax`, `demand`.
        value: What it is set to.
        settings: What the planner then decides.
    """

    lever: str
    value: str
    settings: Settings


def levers(settings: Settings) -> Iterator[Lever]:
    """List the plan as it is and every lever pulled alone.

    Args:
        settings: Of the plan.
    """
    money, demand = settings.money, settings.demand
    yield Lever(OWN, NAMES.get(money.sharing, money.sharing), settings)
    for level in ("none", "passive", "active", "single"):
        if level != money.sharing:
            shared = replace(settings, money=replace(money, sharing=level))
            yield Lever("sharing", NAMES.get(level, level), shared)
    for factor in (0.0, 0.5, 2.0):
        free = replace(money, spectrum=money.spectrum * factor)
        yield Lever("spectrum", f"× {factor:g}", replace(settings, money=free))
    for tax in (0.0, 0.1, 0.2):
        if tax != money.tax:
            yield Lever("tax", f"{tax:.0%}", replace(settings, money=replace(money, tax=tax)))
    users = min(1.0, demand.users * STIMULUS)
    revenue = money.changed.get("revenue-person", 1.0) * users / demand.users
    paid = replace(money, changed={**money.changed, "revenue-person": revenue})
    more = replace(settings, demand=replace(demand, users=users), money=paid)
    yield Lever("demand", f"+{users / demand.users - 1:.0%}", more)


def planned(
    inputs: Inputs, told: PlanFile, settings: Settings, *, threads: int = 1
) -> tuple[Region, Plan]:
    """Plan the region of a file under other settings, to the file's target.

    Args:
        inputs: The tables.
        told: The plan's file: target, seed, effort.
        settings: What is decided instead.
        threads: How many threads share the terrain work.
    """
    region = build(inputs, settings, told.target, threads=threads)
    rng = np.random.default_rng(told.seed)
    found = least_cost(region.problem, region.position, rng=rng, effort=told.effort)
    return region, found


def pulled(
    inputs: Inputs,
    told: PlanFile,
    *,
    threads: int = 1,
    kept: Path | None = None,
    progress: Progress = silent,
) -> pl.DataFrame:
    """Plan under every lever.

    Args:
        inputs: The tables.
        told: The plan's file.
        threads: How many threads share the terrain work.
        kept: A file that keeps the levers done, so that a run cut short goes on; None for none.
        progress: Told how many levers are done, of how many.

    Returns:
        `lever, value, cost, bound, subsidy, change`: `change` is the cost over that of the plan
        as it is, less one; a lever under which no plan reaches the target has null costs.
    """
    steps = {
        f"{one.lever}/{one.value}": partial(_under, one, inputs, told, threads)
        for one in levers(told.settings)
    }
    rows = Ledger.open(kept, told.mark(inputs)).finished(steps, progress)
    floats = ("cost", "bound", "subsidy")
    table = pl.DataFrame(rows, schema_overrides=dict.fromkeys(floats, pl.Float64))
    return table.with_columns(change=pl.col("cost") / pl.col("cost").first() - 1)


def _under(one: Lever, inputs: Inputs, told: PlanFile, threads: int) -> Row:
    """Plan under one lever; null costs where no plan reaches the target."""
    row: Row = {"lever": one.lever, "value": one.value}
    try:
        region, found = planned(inputs, told, one.settings, threads=threads)
    except InputError:
        return row | {"cost": None, "bound": None, "subsidy": None}
    subsidy = outcome(region, found).totals["subsidy"]
    return row | {"cost": found.cost, "bound": found.bound, "subsidy": subsidy}


def futures(settings: Settings) -> dict[str, Settings]:
    """List the futures that designs are made for; the first is the plan's own.

    Args:
        settings: Of the plan.
    """
    money, demand = settings.money, settings.demand
    faster = replace(demand, contention=max(1.0, demand.contention / 1.5))
    return {
        OWN: settings,
        "low prices": replace(settings, money=money.at("low")),
        "high prices": replace(settings, money=money.at("high")),
        "half as much demand again": replace(settings, demand=faster),
        "no satellite": replace(
            settings, terminals=False,
            backhaul=tuple(one for one in settings.backhaul if one != "satellite"),
        ),
    }  # fmt: skip


def candidates(
    inputs: Inputs,
    told: PlanFile,
    *,
    threads: int = 1,
    kept: Path | None = None,
    progress: Progress = silent,
) -> list[Candidate]:
    """Make designs for different futures, to choose one that is good in all of them.

    Args:
        inputs: The tables.
        told: The plan's file.
        threads: How many threads share the terrain work.
        kept: A file that keeps the designs made, so that a run cut short goes on; None for none.
        progress: Told how many designs are made, of how many.

    Returns:
        One for each future that can reach the target, the plan's own first.
    """
    steps = {
        name: partial(_for, settings, inputs, told, threads)
        for name, settings in futures(told.settings).items()
    }
    rows = Ledger.open(kept, told.mark(inputs)).finished(steps, progress)
    return [
        Candidate(name, row["quantities"], row["headroom"])
        for name, row in zip(steps, rows, strict=True)
        if row
    ]


def _for(settings: Settings, inputs: Inputs, told: PlanFile, threads: int) -> Row | None:
    """Make a design for one future; None where it cannot reach the target."""
    try:
        region, plan = planned(inputs, told, settings, threads=threads)
    except InputError:
        return None
    share = settings.demand.mbps_a_person / told.settings.demand.mbps_a_person
    room = headroom(region.problem, plan.design) * share
    return {"quantities": quantities(region, plan.design), "headroom": room}


def headroom(problem: Problem, design: Design) -> float:
    """Give the largest factor on demand that a design still carries.

    Args:
        problem: The region.
        design: What is built.
    """
    stations = len(problem.station_site)
    used = problem.link_station[design.link]
    load = np.bincount(used, weights=problem.link_load[design.link], minlength=stations)
    asked = problem.demand[problem.link_place[design.link]]
    own: Floats = np.bincount(used, weights=asked, minlength=stations).astype(np.float64)
    flow = flows(problem, design)
    sky = problem.station_sky
    ratios = [
        1.0 / load[load > 0],
        problem.hop_capacity[flow > 0] / flow[flow > 0],
        sky[(own > 0) & (sky > 0)] / own[(own > 0) & (sky > 0)],
        _over_areas(problem, design, own),
    ]
    every = np.concatenate(ratios)
    return float(every.min()) if len(every) else float("inf")


def _over_areas(problem: Problem, design: Design, own: Floats) -> Floats:
    """Give what each cell of the sky could carry over what it carries."""
    areas = len(problem.area_capacity)
    direct = np.where(design.direct, problem.demand, 0.0)
    given = np.bincount(problem.area, weights=direct, minlength=areas)
    up = np.where(problem.station_sky > 0, own, 0.0)
    given += np.bincount(problem.site_area[problem.station_site], weights=up, minlength=areas)
    return np.asarray(problem.area_capacity[given > 0] / given[given > 0])
