"""What things cost: ranges with their source, brought to net present value."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Literal

from saola import language
from saola.errors import InputError, SaolaError, raise_all

Level = Literal["low", "mid", "high"]
LEVELS: tuple[Level, ...] = ("low", "mid", "high")


@dataclass(frozen=True)
class Cost:
    """One row of `data/costs.csv`: US dollars of its price year, as ranges.

    Attributes:
        item: Its name.
        part: What it belongs to, for sharing: tower, power, radio, backhaul, spectrum, …
        per: What one unit is: site, hop, metre, household, …
        capex: Low, middle and high price of one unit.
        opex: Low, middle and high running cost of one unit a year.
        life_years: After which it is bought again.
        price_year: Of the prices.
        confidence: `sourced`, `between` (set between published figures) or `convention`.
        source: Where they come from.
        label: Its name by language.
    """

    item: str
    part: str
    per: str
    capex: tuple[float, float, float]
    opex: tuple[float, float, float]
    life_years: int
    price_year: int
    confidence: str
    source: str
    label: dict[str, str]


@dataclass(frozen=True)
class Money:
    """How costs of different years are brought together.

    Attributes:
        rate: Discount rate a year, real.
        years: Length of the period.
        price_year: Year whose dollars results are in.
        tax: Share added to every cost by taxes and duties.
        spectrum: Factor on the price of spectrum.
        sharing: A level of `data/sharing.csv`.
        level: Which end of every range is used.
        changed: Factors on single items, by name.
    """

    rate: float = 0.08
    years: int = 10
    price_year: int = 2024
    tax: float = 0.0
    spectrum: float = 1.0
    sharing: str = "single"
    level: Level = "mid"
    changed: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults: list[SaolaError] = [
            InputError("connect-cost-range", where=name, found=value, low=low, high=high)
            for name, value, low, high in (
                ("rate", self.rate, 0.0, 1.0),
                ("years", self.years, 1, 50),
                ("tax", self.tax, 0.0, 2.0),
                ("spectrum", self.spectrum, 0.0, 10.0),
                *((f"costs.{item}", factor, 0.0, 100.0) for item, factor in self.changed.items()),
            )
            if not low <= value <= high
        ]
        known: list[tuple[str, str, list[str]]] = [
            ("sharing", self.sharing, list(sharing())),
            ("price_year", str(self.price_year), [str(year) for year in prices()]),
            *((f"costs.{item}", item, list(costs())) for item in self.changed),
        ]
        faults += [
            InputError("connect-unknown", where=where, found=name, known=", ".join(table))
            for where, name, table in known
            if name not in table
        ]
        raise_all(faults)

    def at(self, level: Level) -> "Money":
        """Use another end of the ranges."""
        return replace(self, level=level)

    def value(self, item: str, units: float = 1.0) -> float:
        """Give the net present value of an item over the period, with sharing and tax.

        Bought at the start and again at the end of each life inside the period; running cost at
        the end of each year. What outlives the period keeps no value, as in CPP and pytal.

        Args:
            item: A name of `data/costs.csv`.
            units: How many units of it.
        """
        row = costs()[item]
        place = LEVELS.index(self.level)
        bought = sum(
            row.capex[place] / (1 + self.rate) ** year
            for year in range(0, self.years, row.life_years)
        )
        run = sum(row.opex[place] / (1 + self.rate) ** year for year in range(1, self.years + 1))
        return units * (bought + run) * self.factor(row)

    def factor(self, row: Cost) -> float:
        """Give what sharing, tax, price levels and changes multiply a cost with."""
        deflator = prices()[self.price_year] / prices()[row.price_year]
        shared = sharing()[self.sharing].get(row.part, 1.0)
        spectrum = self.spectrum if row.part == "spectrum" else 1.0
        tax = 1.0 if row.part == "revenue" else 1.0 + self.tax
        return deflator * shared * spectrum * tax * self.changed.get(row.item, 1.0)


def _rows(name: str) -> list[dict[str, str]]:
    file = resources.files("saola.connect") / "data" / name
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def _three(row: dict[str, str], name: str) -> tuple[float, float, float]:
    low, mid, high = (float(row[f"{name}_{level}"]) for level in LEVELS)
    return low, mid, high


@cache
def costs() -> dict[str, Cost]:
    """Read the costs shipped, by item."""
    return {
        row["item"]: Cost(
            row["item"], row["part"], row["per"], _three(row, "capex"), _three(row, "opex"),
            int(row["life_years"]), int(row["price_year"]), row["confidence"], row["source"],
            {lang: row[f"label_{lang}"] for lang in language.LANGUAGES},
        )
        for row in _rows("costs.csv")
    }  # fmt: skip


def items(lang: str | None = None) -> dict[str, str]:
    """Give what cost items are called, by item."""
    return {item: language.pick(row.label, lang) for item, row in costs().items()}


@cache
def prices() -> dict[int, float]:
    """Read the index of prices by year."""
    return {int(row["year"]): float(row["index"]) for row in _rows("prices.csv")}


@cache
def sharing() -> dict[str, dict[str, float]]:
    """Read how many times each part is built at each level of sharing."""
    return {
        row["level"]: {part: float(row[part]) for part in row if part not in ("level", "source")}
        for row in _rows("sharing.csv")
    }


SUN_HOURS, SUN_YIELD, DARK_DAYS = 4.5, 0.75, 2


def power_units(watts: float, grid_km: float) -> dict[str, dict[str, float]]:
    """Count the units of each item that a site's power needs, by source.

    Solar: panels for 4.5 h of full sun a day at 75 % overall, batteries for two days.

    Args:
        watts: Mean load of the site.
        grid_km: Distance to a power line, inf where there is none.

    Returns:
        Units by item for `solar`, and for `grid` where there is a line.
    """
    daily = watts * 24 / 1000
    panels, batteries = 1000 * daily / (SUN_HOURS * SUN_YIELD), DARK_DAYS * daily
    found = {"solar": {"solar-watt": panels, "battery-kilowatt-hour": batteries}}
    if grid_km < float("inf"):
        grid = {"grid-connection": 1.0, "grid-kilometre": grid_km, "grid-energy": watts / 1000}
        found = {"grid": grid} | found
    return found


def power(money: Money, watts: float, grid_km: float) -> tuple[str, float]:
    """Choose the cheaper of the grid and solar power with batteries for a site.

    Args:
        money: How costs are valued.
        watts: Mean load of the site.
        grid_km: Distance to a power line, inf where there is none.

    Returns:
        `grid` or `solar`, and its net present value; the grid where both cost the same.
    """
    costs_ = {
        source: sum(money.value(item, units) for item, units in needed.items())
        for source, needed in power_units(watts, grid_km).items()
    }
    source = min(costs_, key=costs_.__getitem__)
    return source, costs_[source]
