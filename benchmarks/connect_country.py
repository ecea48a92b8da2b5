"""All communes of Viet Nam as a test of scale: real places and people, everything else synthetic.

Terrain is invented, the fibre is a tree between the largest communes, and who has no service is
drawn by density. No figure that comes out says anything about Viet Nam.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl

from saola.connect.backhaul.connector import candidate_edges
from saola.connect.outcome import outcome
from saola.connect.plan.solve import Effort, least_cost
from saola.connect.region.build import Inputs, build
from saola.connect.region.joins import Lent, Part, keeps_room, pairs, part_of
from saola.connect.region.places import SETTLEMENTS
from saola.connect.region.settings import Reach, Settings
from saola.connect.terrain import Look, invented_ground, invented_terrain

SETTINGS = Settings(
    rain_mm_h=85.0, reach=Reach(part_people=1500.0, station_km=10.0, neighbours=4, hops=5)
)
EFFORT = Effort(moves=20_000, rounds=40, nodes=3, neighbourhoods=1)


def communes_of(path: Path, rng: np.random.Generator) -> pl.DataFrame:
    """Read the communes; the people without service are drawn: more of them where few live."""
    raw = pl.read_csv(path, infer_schema=False)
    people = raw["population"].str.replace_all(",", "").cast(pl.Float64, strict=False)
    area = raw["area_km2"].cast(pl.Float64, strict=False)
    people, area = people.fill_null(people.median()), area.fill_null(area.median())
    density = people / area
    share = np.clip(rng.normal(0.25, 0.1, raw.height) * np.exp(-density.to_numpy() / 150), 0, 0.6)
    share[share < 0.02] = 0.0
    return raw.select(
        "province_code", unit=pl.col("code"), name="name_vi",
        lat=pl.col("lat").cast(pl.Float64), lon=pl.col("lon").cast(pl.Float64),
    ).with_columns(
        people=people, area=area, density=density, unserved=pl.Series((people * share).round())
    )  # fmt: skip


def _settlements(part: pl.DataFrame) -> pl.DataFrame:
    """Turn each commune into people with service today and people without."""
    radius = (part["area"] / np.pi).sqrt().clip(0.3, 8.0)
    base = part.select(
        "name", "lat", "lon", "unit", id=pl.col("unit"),
        grid_km=pl.lit(1.0), must=pl.lit(value=False), radius_km=radius,
    )  # fmt: skip
    today = base.with_columns(people=part["people"] - part["unserved"], served=pl.lit(value=True))
    rest = base.with_columns(people=part["unserved"], served=pl.lit(value=False))
    both = pl.concat((today, rest)).filter(pl.col("people") > 0)
    return both.with_columns(households=pl.col("people") / 3.6).select(SETTLEMENTS.names())


def _fibre(part: pl.DataFrame) -> np.ndarray:
    """Lay synthetic fibre between neighbouring communes of the denser third."""
    dense = part.sort("density", descending=True).head(max(3, part.height // 3))
    lat, lon = dense["lat"].to_numpy(), dense["lon"].to_numpy()
    a, b, _ = candidate_edges(lat, lon)
    at, share = np.column_stack((lon, lat)), np.linspace(0, 1, 40)[:, None]
    lines = [at[[i]] * (1 - share) + at[[j]] * share for i, j in zip(a, b, strict=True)]
    return np.concatenate(lines)


@dataclass(frozen=True)
class Planned:
    """One province: its sentences, its sums, what its neighbours may use of it."""

    communes: pl.DataFrame
    cost: float
    bound: float
    part: Part | None


def plan_province(task: tuple[pl.DataFrame, int, Lent | None]) -> Planned | None:
    """Plan a province, with what a neighbour lends; none where more is taken than there is."""
    table, seed, lender = task
    rng = np.random.default_rng(seed)
    edge = 0.12
    bounds = (
        table["lon"].min() - edge, table["lat"].min() - edge,
        table["lon"].max() + edge, table["lat"].max() + edge,
    )  # fmt: skip
    terrain = invented_terrain(rng, bounds, step_m=360.0, look=Look(relief_m=800.0))
    ground = invented_ground(rng, terrain)
    if table["unserved"].sum() == 0:
        return Planned(_none(table), 0.0, 0.0, None)
    fibre = _fibre(table)
    if lender is not None:
        fibre = np.concatenate((fibre, lender.points))
    inputs = Inputs(_settlements(table), fibre, np.zeros((0, 2)), ground)
    region = build(inputs, SETTINGS, 0.98)
    plan = least_cost(region.problem, region.position, rng=rng, effort=EFFORT)
    if lender is not None and not keeps_room(region, plan.design, fibre, lender):
        return None
    communes = outcome(region, plan).communes
    return Planned(communes, plan.cost, plan.bound, part_of(region, plan.design, fibre))


def _none(part: pl.DataFrame) -> pl.DataFrame:
    return part.select(
        "unit", "people", before="people", connected="people", cost=pl.lit(0.0),
        sentence=pl.format("{}: all of its people have service today.", "unit"),
    )  # fmt: skip


def plan_country(path: Path, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Plan every province, two at a time, then those again that a neighbour's fibre may help.

    Returns:
        The communes with their sentences; a row a province with cost, bound, saving.
    """
    communes = communes_of(path, np.random.default_rng(seed))
    tables = [table for _, table in communes.group_by("province_code", maintain_order=True)]
    # A forked child would wait forever for the threads its parent had (Polars).
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1), get_context("spawn")) as pool:
        first = pool.map(plan_province, [(t, seed + n, None) for n, t in enumerate(tables)])
        plans = [plan for plan in first if plan is not None]
        shown = [n for n, plan in enumerate(plans) if plan.part is not None]
        parts = [plan.part for plan in plans if plan.part is not None]
        chosen = [(shown[taker], parts[giver].lent) for taker, giver in pairs(parts)]
        tasks = [(tables[n], seed + n, lender) for n, lender in chosen]
        saved = np.zeros(len(plans))
        for (n, _), again in zip(chosen, pool.map(plan_province, tasks), strict=True):
            if again is not None and again.cost < plans[n].cost:
                saved[n] = plans[n].cost - again.cost
                plans[n] = again
    kept = ("unit", "people", "before", "connected", "cost", "sentence")
    table = pl.concat([plan.communes.select(kept) for plan in plans])
    table = table.join(communes.select("unit", "density"), on="unit")
    sums = {"cost": [plan.cost for plan in plans], "bound": [plan.bound for plan in plans]}
    return table, pl.DataFrame({**sums, "saved": saved})
