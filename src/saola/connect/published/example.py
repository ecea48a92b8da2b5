"""A province of a workspace whose places are invented, as the planner's input.

Communes, people and who is covered are what the workspace says; villages, terrain, fibre and towers
are invented around them. For the demo: the plan then agrees with the index that stands beside it.
"""

from typing import Any, NamedTuple

import numpy as np
import polars as pl
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial.distance import pdist, squareform

from saola.connect.distances import Floats
from saola.connect.published.after import COVERED_4G, PERSONS
from saola.connect.published.effect import observed_people
from saola.connect.region.build import Inputs
from saola.connect.region.places import SETTLEMENTS
from saola.connect.terrain import Look, invented_ground, invented_terrain
from saola.units import Unit
from saola.workspace import Workspace

STEP_M = 250.0
MARGIN = 0.08  # degrees of land around the outermost commune
VILLAGE = 450.0  # people without service that make one village
SPREAD = 0.035  # degrees between a commune's middle and its villages
MOST_COMMUNES = 90
TRUNK = 0.4  # share of the communes, the largest, that stand on the fibre of today


class Province(NamedTuple):
    """A province and its input.

    Attributes:
        unit: The province.
        inputs: What the planner takes.
    """

    unit: Unit
    inputs: Inputs


def province(workspace: Workspace, rng: np.random.Generator) -> Province | None:
    """Give the province with the largest share of people without 4G, among the small ones.

    Args:
        workspace: One whose places are invented, with counts of people and coverage.
        rng: The same generator gives the same villages and land.

    Returns:
        None where no province has communes with counts.
    """
    best: tuple[float, Unit, list[dict[str, Any]]] | None = None
    for unit in workspace.units.select(f"{workspace.country}.P"):
        rows = _communes(workspace, unit)
        people = sum(row["people"] for row in rows)
        if not rows or len(rows) > MOST_COMMUNES or not people:
            continue
        share = sum(row["without"] for row in rows) / people
        if best is None or share > best[0]:
            best = (share, unit, rows)
    return None if best is None else Province(best[1], _inputs(best[2], rng))


def _communes(workspace: Workspace, unit: Unit) -> list[dict[str, Any]]:
    """Give code, name, place, people and people without 4G of the communes of a province."""
    below = {each.code: each for each in workspace.units.children(unit.code, "commune")}
    found = observed_people(workspace, list(below), (COVERED_4G,))
    if found.is_empty():
        return []
    total = found.filter((pl.col("field") == "_T") & (pl.col("breakdown") == "_T"))
    wide = total.pivot("indicator", index="unit", values="value").drop_nulls()
    if not {PERSONS, COVERED_4G} <= set(wide.columns):
        return []
    return [
        {
            "code": row["unit"],
            "name": below[row["unit"]].label("en"),
            "lat": below[row["unit"]].lat,
            "lon": below[row["unit"]].lon,
            "people": row[PERSONS],
            "without": max(0.0, row[PERSONS] - row[COVERED_4G]),
        }
        for row in wide.sort("unit").iter_rows(named=True)
        if below[row["unit"]].lat is not None
    ]


def _inputs(communes: list[dict[str, Any]], rng: np.random.Generator) -> Inputs:
    place = np.array([(row["lat"], row["lon"]) for row in communes])
    (south, west), (north, east) = place.min(axis=0), place.max(axis=0)
    edge = MARGIN + SPREAD
    bounds = (west - edge, south - edge, east + edge, north + edge)
    terrain = invented_terrain(rng, bounds, step_m=STEP_M, look=Look(relief_m=1100.0))
    table = pl.concat([_of_commune(row, rng) for row in communes])
    largest = np.argsort([-row["people"] for row in communes], kind="stable")
    trunk = largest[: max(2, round(TRUNK * len(communes)))]
    towers = place[largest[::2]][:, ::-1]
    return Inputs(table, _trunk(place[trunk]), towers, invented_ground(rng, terrain))


def _of_commune(row: dict[str, Any], rng: np.random.Generator) -> pl.DataFrame:
    """Give a commune's centre, which is served, and its villages without service."""
    count = 0 if row["without"] < 30 else int(np.clip(round(row["without"] / VILLAGE), 1, 4))
    offset = rng.uniform(-SPREAD, SPREAD, (count, 2))
    share = rng.dirichlet(np.full(count, 4.0)) if count else np.zeros(0)
    people = np.concatenate(
        ([row["people"] - row["without"] * bool(count)], row["without"] * share)
    )
    lat = row["lat"] + np.concatenate(([0.0], offset[:, 0]))
    lon = row["lon"] + np.concatenate(([0.0], offset[:, 1]))
    parts = count + 1
    far = np.concatenate(([0.1], rng.exponential(1.5, count)))
    return pl.DataFrame(
        {
            "id": [f"{row['code']}-{number}" for number in range(parts)],
            "name": [row["name"], *(f"{row['name']} {number}" for number in range(1, parts))],
            "lat": lat,
            "lon": lon,
            "people": np.maximum(people, 1.0).round(),
            "households": np.maximum(people / 4.0, 1.0).round(),
            "unit": [row["code"]] * parts,
            "grid_km": far,
            "radius_km": np.full(parts, 0.6),
            "served": [True, *([False] * count)],
            "must": [False] * parts,
        },
        schema=SETTLEMENTS,
    )


def _trunk(place: Floats) -> Floats:
    """Draw fibre along the shortest tree between towns, as points about 200 m apart."""
    tree = minimum_spanning_tree(squareform(pdist(place))).tocoo()
    parts = []
    for a, b in zip(tree.row.tolist(), tree.col.tolist(), strict=True):
        steps = max(2, int(np.hypot(*(place[a] - place[b])) / 0.002))
        along = np.linspace(0.0, 1.0, steps)[:, None]
        parts.append(place[a] * (1 - along) + place[b] * along)
    points: Floats = np.concatenate(parts)[:, ::-1]
    return points
