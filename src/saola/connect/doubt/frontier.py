"""Cost against coverage: the region planned anew for every share of people, at each speed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np
import polars as pl

from saola.connect.doubt.ledger import Ledger, Row
from saola.connect.plan.solve import least_cost
from saola.connect.region.build import Inputs, Region, build
from saola.connect.region.files import PlanFile
from saola.progress import Progress, silent

SHARES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
SPEEDS = (10.0, 50.0)
COLUMNS = pl.Schema(
    {"speed": pl.Float64, "share": pl.Float64, "cost": pl.Float64, "bound": pl.Float64}
)


def frontier(
    inputs: Inputs,
    told: PlanFile,
    shares: Sequence[float] = SHARES,
    *,
    threads: int = 1,
    kept: Path | None = None,
    progress: Progress = silent,
) -> pl.DataFrame:
    """Plan for every speed and share that can be reached.

    Args:
        inputs: The tables.
        told: The plan's file.
        shares: Of all people.
        threads: How many threads share the terrain work.
        kept: A file that keeps the steps done, so that a run cut short goes on; None for none.
        progress: Told how many steps are done, of how many.

    Returns:
        A frame of `COLUMNS`.
    """
    steps = {}
    for speed in SPEEDS:
        demand = replace(told.settings.demand, speed_mbps=speed)
        settings = replace(told.settings, demand=demand)
        built = cache(partial(build, inputs, settings, 1.0, threads=threads))
        for share in shares:
            steps[f"{speed:g}/{share:g}"] = partial(_step, told, built, speed, share)
    rows = Ledger.open(kept, told.mark(inputs)).finished(steps, progress)
    return pl.DataFrame([row for row in rows if row], schema=COLUMNS)


def _step(told: PlanFile, built: Callable[[], Region], speed: float, share: float) -> Row | None:
    """Plan for one share of all people; None where it is served already or out of reach."""
    region = built()
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
