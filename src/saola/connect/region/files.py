"""A plan's file and the tables it names: settlements, towers, fibre, terrain."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from saola import __version__
from saola.connect.backhaul import fibre
from saola.connect.backhaul.roads import read_roads
from saola.connect.costs import Money
from saola.connect.demand import Demand
from saola.connect.intake import columns
from saola.connect.intake.border import inside, read_border
from saola.connect.intake.ground import Holes, covered, ground_of
from saola.connect.intake.lines import grid_distances
from saola.connect.intake.offices import with_offices
from saola.connect.intake.settlements import points, settlements
from saola.connect.plan.improve import Effort
from saola.connect.region.build import Inputs
from saola.connect.region.invented import invented_region
from saola.connect.region.settings import Reach, Settings, Sky
from saola.connect.terrain import Window
from saola.errors import InputError, SaolaError, raise_all
from saola.language import number, text

SECTIONS = {
    "inputs": {
        "settlements", "fibre", "terrain", "towers", "invented", "border", "power_lines", "cover",
        "cover_scheme", "holes", "claims", "must_serve", "roads",
    },
    "technologies": {"stations", "backhaul", "terminals"},
    "demand": {one.name for one in fields(Demand)},
    "money": {one.name for one in fields(Money)} - {"changed"},
    "costs": None,
    "reach": {one.name for one in fields(Reach)},
    "satellite": {one.name for one in fields(Sky)},
    "radio": {
        "rain_mm_h", "availability", "hop_mbps", "interference_db", "spread_db", "detour",
        "off_road", "edge_up_mbps",
    },
    "effort": {one.name for one in fields(Effort)},
    "country": {"region", "only", "margin_km"},
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
        country: How a country is divided into regions; empty for a plan of one region.
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
    country: Mapping[str, Any] = field(default_factory=dict)

    def mark(self, inputs: Inputs) -> str:
        """Mark a run by all that its result depends on, so that one cut short can go on.

        Args:
            inputs: The tables as read.
        """
        said = f"{self.settings} {self.target} {self.budget} {self.seed} {self.effort}"
        digest = hashlib.sha256(f"{__version__} {said}".encode())
        for part in inputs.digest_parts():
            digest.update(part)
        return digest.hexdigest()[:16]


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
    try:
        return _plan(raw, path)
    except (TypeError, ValueError) as error:  # a text where a number belongs
        raise InputError("connect-not-toml", where=path.name, found=str(error)) from error


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
        country=raw.get("country", {}),
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


def load(
    plan: PlanFile, *, raw: pl.DataFrame | None = None, window: Window | None = None
) -> Loaded:
    """Read every table that a plan names.

    Args:
        plan: The plan.
        raw: Rows of its settlements, as read; None reads all.
        window: Only terrain and towers in it are read, degrees; None for all.

    Raises:
        InputError: If a file is missing or unreadable, or no settlement is left.
    """
    told = plan.inputs
    if "invented" in told:
        seed, count = int(told["invented"].get("seed", 1)), told["invented"].get("settlements", 60)
        side = 0.9 * (int(count) / 300) ** 0.5
        made = invented_region(np.random.default_rng(seed), int(count), side_deg=side)
        return Loaded(made, pl.DataFrame(), ())
    file = plan.folder / str(told["settlements"])
    raw = columns.table(file) if raw is None else raw
    people = np.column_stack(columns.placed(raw, file.name))
    treated = told.get("holes", "refuse")
    terrain, holes = ground_of(tiles(plan), people, holes=treated, window=window)
    border = read_border(plan.folder / told["border"]) if "border" in told else None
    table, aside = settlements(file, terrain, plan.household, border=border, raw=raw)
    if "power_lines" in told:
        lines = columns.existing(plan.folder / str(told["power_lines"]))
        km = grid_distances(lines, table["lat"].to_numpy(), table["lon"].to_numpy())
        table = table.with_columns(grid_km=pl.Series(km))
    if "must_serve" in told:
        table = with_offices(table, plan.folder / str(told["must_serve"]), terrain, border=border)
    network = fibre.read(columns.existing(plan.folder / str(told["fibre"])))
    lit = network.points()
    lit = lit[inside(border, lit[:, 1], lit[:, 0])]
    if not len(lit):
        raise InputError("connect-fibre-abroad", where=str(told["fibre"]))
    towers, strange = np.zeros((0, 2)), 0
    if "towers" in told:
        towers, strange = points(plan.folder / str(told["towers"]), terrain, border=border)
    cover = plan.folder / str(told["cover"]) if "cover" in told else None
    ground = covered(terrain, cover, str(told.get("cover_scheme", "worldcover")))
    strange = 0 if window else strange  # towers of other regions are no finding
    notes = [*_of_holes(holes), *_of_network(network, strange)]
    roads = None
    if "roads" in told:
        file = columns.existing(plan.folder / str(told["roads"]))
        roads = read_roads(file, terrain.bounds)
    return Loaded(Inputs(table, lit, towers, ground, border, roads), aside, tuple(notes))


def tiles(plan: PlanFile) -> list[Path]:
    """Name the files of a plan's terrain."""
    told = plan.inputs["terrain"]
    return [plan.folder / str(name) for name in (told if isinstance(told, list) else [told])]


def _of_holes(holes: Holes) -> Iterator[str]:
    """Say what was done about holes in the terrain."""
    if holes.near:
        yield text(
            "{count} points of the terrain had no height and took that of the nearest point, at "
            "most 2 km away.", count=number(holes.near),
        )  # fmt: skip
    if holes.far:
        yield text(
            "{count} points of the terrain had no height within 2 km; nobody lives within 5 km of "
            "them, and they took the nearest.", count=number(holes.far),
        )  # fmt: skip
    if holes.sea:
        yield text("{count} points without a height were taken for the sea.",
                   count=number(holes.sea))  # fmt: skip


def _of_network(network: fibre.Fibre, strange: int) -> Iterator[str]:
    """Say what was assumed about fibre and towers."""
    pieces = len(set(network.pieces().tolist()))
    if pieces > 1:
        yield text(
            "The fibre is in {count} pieces that do not meet; each counts as lit. If a piece is "
            "not, take it out of the file.", count=number(pieces),
        )  # fmt: skip
    if network.left_out:
        yield text(
            "{count} lines or nodes of fibre are planned or dead and were left out.",
            count=number(network.left_out),
        )
    if strange:
        yield text(
            "{count} rows of towers lie outside terrain or border and were left out.",
            count=number(strange),
        )
