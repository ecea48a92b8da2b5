"""All communes of Viet Nam as a test of scale: real places and people, everything else synthetic.

Terrain is invented, the fibre is a tree between the largest communes, and who has no service is
drawn by density. No figure that comes out says anything about Viet Nam.
"""

import datetime as dt
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from saola.connect.backhaul.connector import candidate_edges
from saola.connect.country import run as product
from saola.connect.country.task import Answer
from saola.connect.country.whole import whole
from saola.connect.plan.solve import Effort
from saola.connect.region.build import Inputs
from saola.connect.region.files import Loaded, PlanFile
from saola.connect.region.places import SETTLEMENTS
from saola.connect.region.settings import Reach, Settings
from saola.connect.terrain import Look, invented_ground, invented_terrain
from saola.reports.country_folder import write

SETTINGS = Settings(
    rain_mm_h=85.0, reach=Reach(part_people=1500.0, station_km=10.0, neighbours=4, hops=5)
)
EFFORT = Effort(moves=10_000, starts=2, rounds=40, nodes=3, neighbourhoods=1)


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


@dataclass(frozen=True, eq=False)
class Province:
    """A province as the planner of a country takes it: real places, the rest invented.

    Attributes:
        name: Its code.
        weight: People without service.
        table: Its communes.
    """

    name: str
    weight: float
    table: pl.DataFrame

    def load(self, _told: PlanFile, rng: np.random.Generator) -> Loaded:
        """Invent terrain and fibre around the communes."""
        table, edge = self.table, 0.12
        bounds = (
            table["lon"].min() - edge, table["lat"].min() - edge,
            table["lon"].max() + edge, table["lat"].max() + edge,
        )  # fmt: skip
        terrain = invented_terrain(rng, bounds, step_m=360.0, look=Look(relief_m=800.0))
        ground = invented_ground(rng, terrain)
        inputs = Inputs(_settlements(table), _fibre(table), np.zeros((0, 2)), ground)
        return Loaded(inputs, pl.DataFrame(), ())


def plan_of(seed: int) -> PlanFile:
    """Give the plan as its file would: least cost to 98 % of the people of every province."""
    return PlanFile(
        name="Scale", seed=seed, target=0.98, budget=None, years=(), period="2030", synthetic=True,
        settings=SETTINGS, effort=EFFORT, inputs={}, folder=Path(), household=3.6,
    )  # fmt: skip


def provinces_of(communes: pl.DataFrame) -> list[Province]:
    """Divide the communes by province, in the order of the table."""
    return [
        Province(str(code), float(table["unserved"].sum()), table)
        for (code,), table in communes.group_by("province_code", maintain_order=True)
    ]


def plan_country(path: Path, seed: int, folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Plan every province as `saola connect country` does, and write all that it writes.

    Args:
        path: The communes.
        seed: Of what is invented, and of the search.
        folder: To write into; provinces that are kept there are not planned again.

    Returns:
        The communes with their sentences; a row a province with cost, bound, saving.
    """
    communes, told = communes_of(path, np.random.default_rng(seed)), plan_of(seed)
    workers = min(2, os.cpu_count() or 1)

    def heard(name: str, _answer: Answer) -> None:
        print(f"province {name} is done", file=sys.stderr, flush=True)

    done = product.plan_country(
        told, provinces_of(communes), folder / ".regions", workers=workers, heard=heard
    )
    found = whole(done)
    write(folder, told, found, dt.datetime.now(dt.UTC))
    table = found.tables.communes.join(communes.select("unit", "density"), on="unit")
    return table, found.regions.select("region", "cost", "bound", "saved")
