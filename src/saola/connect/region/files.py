"""A plan's file and the tables it names: settlements, towers, fibre, terrain."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from saola.connect.backhaul import fibre
from saola.connect.costs import Money
from saola.connect.demand import Demand
from saola.connect.distances import Floats
from saola.connect.plan.improve import Effort
from saola.connect.region.build import Inputs
from saola.connect.region.invented import invented_region
from saola.connect.region.places import SETTLEMENTS
from saola.connect.region.settings import Reach, Settings, Sky
from saola.connect.terrain import Ground, Terrain, read_terrain
from saola.errors import InputError, SaolaError, raise_all

ALIASES = {
    "id": ("id", "poi_id", "code"),
    "name": ("name", "name_en"),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "lng", "longitude"),
    "people": ("people", "population", "number_of_users"),
    "households": ("households",),
    "unit": ("unit", "commune", "poi_type"),
    "grid_km": ("grid_km",),
    "radius_km": ("radius_km",),
    "served": ("served", "is_connected"),
    "must": ("must",),
}
TRUE = {"1", "true", "yes", "y"}
SECTIONS = {
    "inputs": {"settlements", "fibre", "terrain", "towers", "invented"},
    "technologies": {"stations", "backhaul", "terminals"},
    "demand": {field.name for field in fields(Demand)},
    "money": {field.name for field in fields(Money)} - {"changed"},
    "costs": None,
    "reach": {field.name for field in fields(Reach)},
    "satellite": {field.name for field in fields(Sky)},
    "radio": {
        "rain_mm_h", "availability", "hop_mbps", "interference_db", "spread_db", "detour",
        "edge_up_mbps",
    },
    "effort": {field.name for field in fields(Effort)},
}  # fmt: skip
TOP = {"name", "seed", "target", "budget", "years", "people_per_household", "period", "synthetic"}


@dataclass(frozen=True)
class PlanFile:
    """A plan as its file describes it.

    Attributes:
        name: Of the plan.
        seed: Of everything random.
        target: Share of people that are to have service.
        budget: Most to spend in net present value; none to reach the target at least cost.
        years: The years of building; empty for all at once.
        period: Period of the observations after the plan.
        synthetic: Whether places, people or terrain are invented.
        settings: Technologies, demand, money.
        effort: How hard to search.
        inputs: The tables' section, paths still as written.
        folder: Where relative paths begin.
        household: People in a household where the table does not say.
    """

    name: str
    seed: int
    target: float
    budget: float | None
    years: tuple[int, ...]
    period: str
    synthetic: bool
    settings: Settings
    effort: Effort
    inputs: Mapping[str, Any]
    folder: Path
    household: float


def read_plan(path: Path) -> PlanFile:
    """Read a plan's TOML file.

    Raises:
        InputError: If the file is missing or not TOML; for every unknown key and value out of
            range, all at once.
    """
    if not path.is_file():
        raise InputError("profile-file-missing", where=str(path), found=str(path))
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as broken:
        raise InputError("connect-not-toml", where=path.name, found=broken) from broken
    _check_keys(raw, path.name)
    return _plan(raw, path)


def _check_keys(raw: Mapping[str, Any], where: str) -> None:
    faults: list[SaolaError] = []
    for key, value in raw.items():
        if isinstance(value, dict):
            known = SECTIONS.get(key, set()) if key in SECTIONS else set()
            strange = [] if key in SECTIONS and known is None else set(value) - (known or set())
            faults += [_unknown(where, f"{key}.{name}", known) for name in sorted(strange)]
            if key not in SECTIONS:
                faults.append(_unknown(where, key, set(SECTIONS)))
        elif key not in TOP:
            faults.append(_unknown(where, key, TOP))
    if "inputs" not in raw:
        faults.append(InputError("connect-no-inputs", where=where))
    raise_all(faults)


def _unknown(where: str, found: str, known: set[str] | None) -> SaolaError:
    return InputError(
        "connect-unknown", where=where, found=found, known=", ".join(sorted(known or set()))
    )


def _plan(raw: Mapping[str, Any], path: Path) -> PlanFile:
    money = Money(**raw.get("money", {}), changed=raw.get("costs", {}))
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in raw.get("technologies", {}).items()
    }
    settings = Settings(
        **told,
        demand=Demand(**raw.get("demand", {})),
        money=money,
        reach=Reach(**raw.get("reach", {})),
        sky=Sky(**raw.get("satellite", {})),
        **raw.get("radio", {}),
    )
    budget = raw.get("budget")
    return PlanFile(
        name=str(raw.get("name", path.stem)),
        seed=int(raw.get("seed", 1)),
        target=float(raw.get("target", 0.95)),
        budget=None if budget is None else float(budget),
        years=tuple(raw.get("years", ())),
        period=str(raw.get("period", "2030")),
        synthetic=bool(raw.get("synthetic", "invented" in raw["inputs"])),
        settings=settings,
        effort=Effort(**raw.get("effort", {})),
        inputs=raw["inputs"],
        folder=path.parent,
        household=float(raw.get("people_per_household", 4.0)),
    )


@dataclass(frozen=True, eq=False)
class Loaded:
    """The tables of a plan.

    Attributes:
        inputs: What the region is made of.
        aside: Rows of the settlements that cannot be used, each with the reason.
        notes: What was assumed on the way, for the report.
    """

    inputs: Inputs
    aside: pl.DataFrame
    notes: tuple[str, ...]


def load(plan: PlanFile) -> Loaded:
    """Read every table that a plan names.

    Raises:
        InputError: If a file is missing or unreadable, or no settlement is left.
    """
    told = plan.inputs
    if "invented" in told:
        seed, count = int(told["invented"].get("seed", 1)), told["invented"].get("settlements", 60)
        side = 0.9 * (int(count) / 300) ** 0.5
        made = invented_region(np.random.default_rng(seed), int(count), side_deg=side)
        return Loaded(made, pl.DataFrame(), ())
    terrain, filled = _terrain(plan)
    table, aside = settlements(plan.folder / str(told["settlements"]), terrain, plan.household)
    network = fibre.read(_existing(plan.folder / str(told["fibre"])))
    towers = np.zeros((0, 2))
    if "towers" in told:
        towers = points(plan.folder / str(told["towers"]), terrain)
    notes = []
    if filled:
        notes.append(f"terrain-holes-filled:{filled}")
    pieces = len(set(network.pieces().tolist()))
    if pieces > 1:
        notes.append(f"fibre-in-pieces:{pieces}")
    inputs = Inputs(table, network.points(), towers, Ground.bare(terrain))
    return Loaded(inputs, aside, tuple(notes))


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise InputError("profile-file-missing", where=str(path), found=str(path))
    return path


def _terrain(plan: PlanFile) -> tuple[Terrain, int]:
    told = plan.inputs["terrain"]
    names = told if isinstance(told, list) else [told]
    terrain = read_terrain([plan.folder / str(name) for name in names])
    holes = int(terrain.holes)
    return (terrain.filled(), holes) if holes else (terrain, 0)


def _column(table: pl.DataFrame, name: str) -> str | None:
    return next((alias for alias in ALIASES[name] if alias in table.columns), None)


def _table(path: Path) -> pl.DataFrame:
    table = pl.read_csv(_existing(path), infer_schema=False)
    return table.rename({name: name.strip().lower() for name in table.columns})


def settlements(
    path: Path, terrain: Terrain, household: float
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read settlements; rows that cannot be used are set aside with the reason.

    Args:
        path: A CSV with `lat, lon, people` or the columns of ITU's CPP.
        terrain: Rows outside it, or in the sea (height 0 or below), are set aside.
        household: People in a household where the table does not say.

    Returns:
        A frame of `SETTLEMENTS`, and the rows set aside with a column `reason`.

    Raises:
        InputError: If a needed column is missing or no row can be used.
    """
    raw = _table(path)
    missing = [name for name in ("lat", "lon", "people") if _column(raw, name) is None]
    if missing:
        raise InputError("connect-columns", where=path.name, found=", ".join(missing))
    table = pl.DataFrame(
        {name: _typed(raw, name, household) for name in SETTLEMENTS}, schema=SETTLEMENTS
    )
    reason = _reasons(table, terrain)
    usable = table.filter(reason == "")
    if usable.is_empty():
        raise InputError("connect-no-settlement", where=path.name, found=raw.height)
    return usable, raw.with_columns(reason=reason).filter(pl.col("reason") != "")


def _typed(raw: pl.DataFrame, name: str, household: float) -> pl.Series:
    column, number = _column(raw, name), pl.Series(range(1, raw.height + 1)).cast(pl.String)
    if name in ("served", "must"):
        if column is None:
            return pl.Series([False] * raw.height)
        return raw[column].str.strip_chars().str.to_lowercase().is_in(TRUE).fill_null(value=False)
    if name in ("id", "name", "unit"):
        other = _column(raw, "id") if name == "name" else _column(raw, "name")
        source = column or other
        return raw[source].fill_null("") if source else number
    if column is not None:
        return raw[column].str.replace_all(",", "").cast(pl.Float64, strict=False)
    if name == "households":
        people = raw[str(_column(raw, "people"))].str.replace_all(",", "")
        return people.cast(pl.Float64, strict=False) / household
    return pl.Series([1.0 if name == "grid_km" else 0.5] * raw.height)


def _reasons(table: pl.DataFrame, terrain: Terrain) -> pl.Series:
    """Say for each row why it cannot be used; empty where it can."""
    west, south, east, north = terrain.bounds
    lat, lon = (table[name].fill_null(np.nan).to_numpy() for name in ("lat", "lon"))
    inside = (lat > south) & (lat < north) & (lon > west) & (lon < east)
    row = np.where(inside, (terrain.north - lat) / terrain.step_lat, 0).astype(int)
    column = np.where(inside, (lon - terrain.west) / terrain.step_lon, 0).astype(int)
    height = terrain.heights_m[row, column]
    people = table["people"].fill_null(np.nan).to_numpy()
    checks = (
        (~(np.isfinite(lat) & np.isfinite(lon)), "no coordinates"),
        ((np.abs(lat) > 90) | (np.abs(lon) > 180), "not degrees: another projection?"),
        (~inside, "outside the terrain"),
        (height <= 0, "in the sea"),
        (~(people > 0), "no people"),
    )
    reason = np.full(table.height, "", dtype=object)
    for broken, said in reversed(checks):
        reason[broken] = said
    return pl.Series(reason.tolist(), dtype=pl.String)


def points(path: Path, terrain: Terrain) -> Floats:
    """Read towers from a CSV with `lat, lon`, as OpenCelliD's and CPP's; cells of a mast are one.

    Returns:
        (longitude, latitude) of those inside the terrain, shape (towers, 2).
    """
    raw = _table(path)
    if _column(raw, "lat") is None or _column(raw, "lon") is None:
        raise InputError("connect-columns", where=path.name, found="lat, lon")
    found = np.column_stack(
        [
            raw[str(_column(raw, name))].cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
            for name in ("lon", "lat")
        ]
    ).round(3)
    west, south, east, north = terrain.bounds
    kept = (found > [west, south]).all(axis=1) & (found < [east, north]).all(axis=1)
    distinct: Floats = np.unique(found[kept], axis=0)
    return distinct
