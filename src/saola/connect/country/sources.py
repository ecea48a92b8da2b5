"""A country's tables divided into regions by a column of its settlements."""

import re
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import polars as pl

from saola import language
from saola.connect.intake import columns
from saola.connect.intake.settlements import TRUE
from saola.connect.region.files import Loaded, PlanFile, load, tiles
from saola.connect.terrain import Window, extent
from saola.connect.terrain.grid import METRES_A_DEGREE
from saola.errors import InputError, SaolaError, raise_all
from saola.language import text

NAME = "{region}"  # in the name of a file, it stands for the region's
MARGIN_KM = 25.0  # of land around the outermost settlement
TABLES = ("terrain", "fibre", "towers", "border", "power_lines", "cover", "roads", "must_serve")


class Source(Protocol):
    """One region: what it is called, how much there is to plan, and its tables."""

    @property
    def name(self) -> str:
        """What the region is called."""

    @property
    def weight(self) -> float:
        """People without service, by which the largest regions begin first."""

    def load(self, told: PlanFile, rng: np.random.Generator) -> Loaded:
        """Give its tables; chance, if any is used, comes from `rng`."""


@dataclass(frozen=True, eq=False)
class Rows:
    """A region whose rows are those of the country's table with its name in a column.

    Attributes:
        name: As the column has it.
        weight: People without service.
        rows: Of the table, as read.
        window: The land to read.
    """

    name: str
    weight: float
    rows: pl.DataFrame
    window: Window

    def load(self, told: PlanFile, _rng: np.random.Generator) -> Loaded:
        """Read what the plan's file names, cut to the region."""
        return load(of_region(told, self.name), raw=self.rows, window=self.window)


def slug(name: str) -> str:
    """Give a name for files: plain letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", language.fold(name)).strip("-") or "region"


def of_region(told: PlanFile, name: str) -> PlanFile:
    """Put a region's name into the names of files that ask for it."""

    def named(value: Any) -> Any:
        if isinstance(value, list):
            return [named(one) for one in value]
        return value.replace(NAME, name) if isinstance(value, str) else value

    inputs = {key: named(value) if key in TABLES else value for key, value in told.inputs.items()}
    return replace(told, inputs=inputs)


def sources(told: PlanFile) -> tuple[list[Rows], pl.DataFrame]:
    """Divide the settlements of a country into regions.

    Args:
        told: The plan's file, with a section `country`.

    Returns:
        The regions in the order of the table, and the rows that belong to none, with a column
        `reason`.

    Raises:
        InputError: If the file asks for what is only done in one region, the column is unknown, a
            region asked for has no settlement, or no terrain covers one; all regions at once.
    """
    column = _column(told)
    file = told.folder / str(told.inputs["settlements"])
    raw = columns.table(file)
    columns.require(raw, file.name, (column, "lat", "lon", "people"))
    raw, aside = _sound(raw, column)
    parts = {str(name): part for (name,), part in raw.group_by(column, maintain_order=True)}
    only = [str(one) for one in told.country.get("only", parts)]
    raise_all([
        InputError("connect-region-unknown", where=file.name, found=one, known=", ".join(parts))
        for one in only if one not in parts
    ])  # fmt: skip
    found: list[Rows] = []
    faults: list[SaolaError] = []
    for name, part in parts.items():
        if name not in only:
            continue
        try:
            found.append(Rows(name, _waiting(part), part, _window(told, name, part)))
        except InputError as fault:
            faults.append(fault)
    raise_all(faults)
    return found, aside


def _column(told: PlanFile) -> str:
    """Give the column of the regions, once the file is one of a country."""
    if "region" not in told.country:
        raise InputError("connect-no-country", where=told.name)
    once = [name for name in ("must_serve",) if NAME not in str(told.inputs.get(name, NAME))]
    once += ["invented"] * ("invented" in told.inputs) + ["budget"] * (told.budget is not None)
    raise_all([InputError("connect-country-whole", where=told.name, found=one) for one in once])
    return str(told.country["region"]).strip().lower()


def _sound(raw: pl.DataFrame, column: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Set rows aside that name no region, or whose id came before; number those without ids."""
    key = columns.column(raw, "id")
    if key is None:
        key = "id"
        raw = raw.with_row_index("id", offset=1).with_columns(pl.col("id").cast(pl.String))
    raw = raw.with_columns(pl.col(column).cast(pl.String).str.strip_chars())
    blank = pl.col(column).fill_null("") == ""
    again = pl.col(key).is_not_null() & ~pl.col(key).is_first_distinct()
    reason = (
        pl.when(blank).then(pl.lit(text("no region")))
        .when(again).then(pl.lit(text("its id came before")))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    marked = raw.with_columns(reason=reason)
    return marked.filter(pl.col("reason") == "").drop("reason"), marked.filter(
        pl.col("reason") != ""
    )


def _waiting(part: pl.DataFrame) -> float:
    """Count the people of a region without service, as far as its rows can be read."""
    people = columns.amounts(part[str(columns.column(part, "people"))])
    place = columns.column(part, "served")
    if place is not None:
        served = part[place].str.strip_chars().str.to_lowercase().is_in(TRUE).fill_null(value=False)
        people = people.set(served, 0.0)
    return float(people.fill_null(0.0).sum())


def _window(told: PlanFile, name: str, part: pl.DataFrame) -> Window:
    """Give the land around a region's settlements, as far as any terrain covers these."""
    lat, lon = columns.placed(part, name)
    held = np.zeros(len(lat), dtype=bool)
    files = tiles(of_region(told, name))
    for west, south, east, north in map(extent, files):
        held |= (lat > south) & (lat < north) & (lon > west) & (lon < east)
    if not held.any():
        listed = ", ".join(file.name for file in files[:3])
        raise InputError("connect-region-terrain", where=listed, found=name)
    lat, lon = lat[held], lon[held]
    margin = 1000 * float(told.country.get("margin_km", MARGIN_KM)) / METRES_A_DEGREE
    wide = margin / float(np.cos(np.radians(lat)).min())
    return (
        float(lon.min()) - wide, float(lat.min()) - margin,
        float(lon.max()) + wide, float(lat.max()) + margin,
    )  # fmt: skip
