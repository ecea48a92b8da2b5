"""Years, half-years, quarters, months and survey editions.

A period is written as SDMX writes it: `2024`, `2024-S1`, `2024-Q3`, `2024-07`. A survey edition
(`E2024`) carries the year of its name, whatever the years its data come from.

Source: SDMX 3.0, section 6, time formats.
"""

import calendar
import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache, total_ordering
from typing import Literal

from saola.errors import InputError

Kind = Literal["year", "half", "quarter", "month", "edition"]

MONTHS: dict[Kind, int] = {"year": 12, "edition": 12, "half": 6, "quarter": 3, "month": 1}
_WRITTEN: dict[Kind, str] = {
    "year": "{0}",
    "edition": "E{0}",
    "half": "{0}-S{1}",
    "quarter": "{0}-Q{1}",
    "month": "{0}-{1:02}",
}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_YEAR = r"(?P<year>(?:19|20|21)\d\d)"
# How people write periods, after folding to lower case without marks.
_FORMS: tuple[tuple[Kind, str], ...] = (
    ("edition", rf"(?:e|edition |ky |ky khao sat |survey ){_YEAR}"),
    ("year", rf"(?:nam |year |annee )?{_YEAR}(?:-a1)?"),
    ("half", rf"{_YEAR}[- /]?[sh](?P<part>[12])"),
    ("half", rf"[sh](?P<part>[12])[- /]{_YEAR}"),
    ("quarter", rf"{_YEAR}[- /]?[qt](?P<part>[1-4])"),
    ("quarter", rf"(?:q|t|quy |quarter )(?P<part>[1-4]|iv|i{{1,3}})[- /,]* ?(?:nam )?{_YEAR}"),
    ("month", rf"{_YEAR}[-/m](?P<part>0[1-9]|1[0-2]|[1-9])"),
    ("month", rf"(?:thang |m)?(?P<part>0?[1-9]|1[0-2])[/-]{_YEAR}"),
)


@total_ordering
@dataclass(frozen=True)
class Period:
    """A stretch of time that a value speaks of.

    Attributes:
        kind: Its length.
        year: The calendar year, or the year in an edition's name.
        part: The half, quarter or month within the year; 1 for a year and an edition.
    """

    kind: Kind
    year: int
    part: int = 1

    @classmethod
    def parse(cls, written: str | int, *, where: str = "") -> "Period":
        """Read a period as SDMX writes it, or as people do (`Q1/2024`, `Quý I/2024`, `01/2024`).

        Raises:
            InputError: `period-malformed`.
        """
        found = _parse(str(written))
        if found is None:
            raise InputError("period-malformed", where=where, found=written)
        return found

    @property
    def start(self) -> dt.date:
        """The first day."""
        return dt.date(self.year, (self.part - 1) * MONTHS[self.kind] + 1, 1)

    @property
    def end(self) -> dt.date:
        """The last day."""
        month = self.part * MONTHS[self.kind]
        return dt.date(self.year, month, calendar.monthrange(self.year, month)[1])

    def next(self, steps: int = 1) -> "Period":
        """Give the period of the same kind that many steps later (earlier, if negative)."""
        size = 12 // MONTHS[self.kind]
        place = self.year * size + self.part - 1 + steps
        return Period(self.kind, place // size, place % size + 1)

    def holds(self, other: "Period") -> bool:
        """Tell whether another period lies within this one."""
        return self.start <= other.start and other.end <= self.end

    def within(self, kind: Kind) -> "Period":
        """Give the longer period of another kind in which this one begins."""
        return Period(kind, self.year, (self.start.month - 1) // MONTHS[kind] + 1)

    def __lt__(self, other: "Period") -> bool:
        return (self.end, self.start, self.kind) < (other.end, other.start, other.kind)

    def __str__(self) -> str:
        return _WRITTEN[self.kind].format(self.year, self.part)


@lru_cache(maxsize=4096)
def _parse(written: str) -> Period | None:
    apart = unicodedata.normalize("NFD", written.strip().lower())
    folded = "".join(sign for sign in apart if not unicodedata.combining(sign))
    for kind, form in _FORMS:
        if found := re.fullmatch(form, folded):
            part = found.groupdict().get("part") or "1"
            return Period(kind, int(found["year"]), _ROMAN.get(part) or int(part))
    return None
