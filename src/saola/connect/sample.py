"""An invented region as the files a planner would bring: to try the planner, and for its tests."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from saola.connect.distances import Floats
from saola.connect.region.build import Inputs
from saola.connect.region.invented import invented_region
from saola.connect.terrain import write_geotiff

SYNTHETIC = "Invented by saola connect invent; nothing here is a real place."
PLAN = """\
name = "{name}"
seed = {seed}
target = 0.95                       # share of all people that are to have service
years = [2027, 2028, 2029, 2030]    # spread the building over these
synthetic = true                    # places, people and terrain are invented

[inputs]
settlements = "villages.csv"
terrain = "dem.tif"
fibre = "fibre.geojson"
towers = "cells.csv"
border = "border.geojson"

[radio]
rain_mm_h = 60.0                    # leave out to take ITU's map for the place
"""
COUNTRY = """
[country]
region = "province"                 # the column of the regions
"""


def write_sample(
    folder: Path, *, settlements: int = 40, seed: int = 1, regions: int = 1
) -> list[Path]:
    """Write an invented region: villages, terrain, fibre, cells, a border and the plan's file.

    Args:
        folder: Made if it is not there; files of the same names are replaced.
        settlements: How many villages.
        seed: The same seed gives the same region.
        regions: Provinces to divide it into, from west to east; 1 for none.

    Returns:
        The files, the plan's last.
    """
    folder.mkdir(parents=True, exist_ok=True)
    side = 0.9 * (settlements / 300) ** 0.5
    made = invented_region(np.random.default_rng(seed), settlements, side_deg=side)
    _villages(folder / "villages.csv", made.settlements, regions)
    terrain = made.ground.terrain
    write_geotiff(folder / "dem.tif", terrain.heights_m, terrain, tags={"note": SYNTHETIC})
    _features(folder / "fibre.geojson", "LineString", made.fibre[::4].round(5).tolist(), "Trunk")
    _cells(folder / "cells.csv", made.towers)
    _features(folder / "border.geojson", "Polygon", [_border(made)], "Border")
    plan = folder / "plan.toml"
    name = "Invented valley" if regions == 1 else "Invented land"
    said = PLAN.format(name=name, seed=seed) + (COUNTRY if regions > 1 else "")
    plan.write_text(said, encoding="utf-8")
    names = ("villages.csv", "dem.tif", "fibre.geojson", "cells.csv", "border.geojson")
    return [*(folder / name for name in names), plan]


def _villages(path: Path, table: pl.DataFrame, regions: int) -> None:
    told = table.select(
        "id", "name", pl.col("lat", "lon").round(5), pl.col("people", "households").cast(pl.Int64),
        pl.col("unit").alias("commune"), pl.col("grid_km").round(2), "radius_km",
    )  # fmt: skip
    if regions > 1:
        middle = pl.col("lon").mean().over("commune").rank("dense") - 1  # whole communes
        count = told["commune"].n_unique()
        told = told.with_columns(province=pl.format("Province {}", middle * regions // count + 1))
    told.write_csv(path)


def _features(path: Path, kind: str, points: list[Any], name: str) -> None:
    feature = {
        "type": "Feature",
        "properties": {"name": name, "status": "operational", "note": SYNTHETIC},
        "geometry": {"type": kind, "coordinates": points},
    }
    said = json.dumps({"type": "FeatureCollection", "features": [feature]})
    path.write_text(said + "\n", encoding="utf-8")


def _border(made: Inputs) -> list[list[float]]:
    west, south, east, north = made.ground.terrain.bounds
    edge = 0.05
    low, high = (west + edge, south + edge), (east - edge, north - edge)
    ring = [(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])]
    return [[round(x, 5), round(y, 5)] for x, y in (*ring, ring[0])]


def _cells(path: Path, towers: Floats) -> None:
    """Write towers in OpenCelliD's columns; 999 is the test network of ITU-T E.212."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["radio", "mcc", "net", "area", "cell", "unit", "lon", "lat", "range"])
        for number, (lon, lat) in enumerate(towers.tolist(), start=1):
            writer.writerow(["GSM", 999, 99, 1, number, 0, f"{lon:.5f}", f"{lat:.5f}", 5000])
