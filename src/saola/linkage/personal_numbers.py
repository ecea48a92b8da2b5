"""The structure of the 12-digit personal number and of the older 9-digit number.

Digits 1–3 name the province that issued the number (one of the former 63) or a country, digit 4
the century and sex, digits 5–6 the year of birth, digits 7–12 are random. There is no check digit.

Source: Decree 137/2015/NĐ-CP Art. 13 as amended by 37/2021/NĐ-CP; Law 26/2023/QH15 Art. 12.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

Sex = Literal["M", "F"]
FIRST_CENTURY = 19
LENGTH = 12


@dataclass(frozen=True)
class PersonalNumber:
    """What a personal number says about the person.

    Attributes:
        issuer: The three digits of the issuing province or country.
        sex: `M` or `F`.
        year: The year of birth.
        serial: The six random digits.
    """

    issuer: str
    sex: Sex
    year: int
    serial: str

    def __str__(self) -> str:
        century = century_digit(self.year, self.sex)
        return f"{self.issuer}{century}{self.year % 100:02d}{self.serial}"


def century_digit(year: int, sex: Sex) -> int:
    """Give digit 4 for a year of birth in 1900–2399 and a sex."""
    return 2 * (year // 100 - FIRST_CENTURY) + (sex == "F")


def read(number: str) -> PersonalNumber | None:
    """Read a personal number, or give none where it is not twelve ASCII digits."""
    if len(number) != LENGTH or not (number.isascii() and number.isdigit()):
        return None
    mark = int(number[3])
    year = 100 * (FIRST_CENTURY + mark // 2) + int(number[4:6])
    return PersonalNumber(number[:3], "F" if mark % 2 else "M", year, number[6:])


@cache
def issuers() -> dict[str, str]:
    """Give the issuing provinces: three digits → name at the time of issue."""
    file = resources.files("saola.linkage") / "data" / "issuing_provinces.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {row["code"]: row["name"] for row in rows}


def faults(number: str, *, sex: str = "", year: int | None = None) -> list[str]:
    """List what is wrong with a personal number, as codes of the rule catalogue.

    Args:
        number: The number as found.
        sex: `M`, `F` or empty where unknown.
        year: The year of birth on the same record, or none.

    Returns:
        Any of `number-form`, `number-issuer`, `number-sex`, `number-year`. A number issued abroad
        carries a country's digits: those above the last province code count as countries.
    """
    said = read(number)
    if said is None:
        return ["number-form"]
    found = []
    if said.issuer not in issuers() and said.issuer < "100":
        found.append("number-issuer")
    if sex in {"M", "F"} and said.sex != sex:
        found.append("number-sex")
    if year is not None and said.year != year:
        found.append("number-year")
    return found


def old_number_is_formed(number: str) -> bool:
    """Tell whether a number has the form of the old identity card: nine or twelve digits."""
    return number.isascii() and number.isdigit() and len(number) in {9, LENGTH}
