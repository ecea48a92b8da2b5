"""Kinds of station: which carriers they bring, what they need and cost."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from saola import language
from saola.connect.costs import LEVELS, Money, costs, power, sharing
from saola.errors import InputError

RELAY = "relay"


@dataclass(frozen=True)
class Station:
    """One row of `data/stations.csv`.

    Attributes:
        name: Of the kind.
        carriers: Names in `data/radios.csv`; none for a relay.
        radio_item: Its radio in `data/costs.csv`; empty for none.
        subscriber_item: What a household needs; empty for nothing.
        watts: Mean load.
        mast_m: Height of the antennas above ground.
        spectrum_mhz: Spectrum it takes, both directions.
        label: Its name by language.
    """

    name: str
    carriers: tuple[str, ...]
    radio_item: str
    subscriber_item: str
    watts: float
    mast_m: float
    spectrum_mhz: float
    label: dict[str, str]

    def said(self, lang: str | None = None) -> str:
        """Give the name in a language."""
        return language.pick(self.label, lang)

    def cost(self, money: Money, *, tower: bool, grid_km: float) -> tuple[str, float]:
        """Give the power that is cheaper and the net present value of tower, radio and power.

        Args:
            money: How costs are valued.
            tower: Whether a tower stands already.
            grid_km: Distance to a power line, inf where there is none.
        """
        source, total = power(money, self.watts, grid_km)
        total += money.value("tower-existing" if tower else "tower-new")
        if self.radio_item:
            radio = money.value(self.radio_item)
            total += radio * (1 + self.core(money))
        return source, total

    def core(self, money: Money) -> float:
        """Give the core network as a share of radio, whatever the sharing of radio."""
        return _core(money)


def _core(money: Money) -> float:
    levels = sharing()[money.sharing]
    share = costs()["core-share"].capex[LEVELS.index(money.level)]
    return share * levels["core"] / levels["radio"] * money.changed.get("core-share", 1.0)


@cache
def stations() -> dict[str, Station]:
    """Read the kinds of station shipped, by name."""
    file = resources.files("saola.connect") / "data" / "stations.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {
        row["station"]: Station(
            row["station"],
            tuple(name for name in row["carriers"].split(";") if name),
            row["radio_item"],
            row["subscriber_item"],
            float(row["watts"]),
            float(row["mast_m"]),
            float(row["spectrum_mhz"]),
            {lang: row[f"label_{lang}"] for lang in language.LANGUAGES},
        )
        for row in rows
    }


def said(lang: str | None = None) -> dict[str, str]:
    """Give what a plan's technologies are called: kinds of station, satellite, none, today's."""
    return {name: kind.said(lang) for name, kind in stations().items()} | {
        "satellite": language.text("satellite terminals", lang=lang),
        "today": language.text("service today", lang=lang),
        "": language.text("not connected", lang=lang),
    }


def chosen(names: list[str]) -> list[Station]:
    """Give kinds of station by name.

    Raises:
        InputError: If there is none of a name.
    """
    for name in names:
        if name not in stations():
            raise InputError(
                "connect-unknown", where="stations", found=name, known=", ".join(stations())
            )
    return [stations()[name] for name in names]
