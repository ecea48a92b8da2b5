"""Personal numbers: whether one is well built and fits a date of birth."""

import datetime as dt
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Reading:
    """What a number says of its holder.

    Attributes:
        year: Year of birth.
        sex: `F` or `M`.
        place: The code of the place of registration.
    """

    year: int
    sex: str
    place: str


@cache
def _rules() -> dict[str, Any]:
    file = resources.files("saola.server.identity") / "data" / "numbers.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def read(number: str, country: str) -> Reading | None:
    """Read a personal number; None if it is not built as the country's are.

    Args:
        number: Digits.
        country: A table of `data/numbers.toml`.
    """
    rule = _rules()[country]
    match = re.fullmatch(rule["pattern"], number, re.ASCII)
    era = next((era for era in rule["era"] if match and era["digit"] == match["era"]), None)
    if match is None or era is None:
        return None
    return Reading(era["century"] * 100 + int(match["year"]), era["sex"], match["place"])


def fits(number: str, birth: dt.date, country: str) -> bool:
    """Say whether a number is well built and names the year of a date of birth."""
    found = read(number, country)
    return found is not None and found.year == birth.year
