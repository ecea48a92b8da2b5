"""Time zones: the clock that a country keeps, and how it is named.

What is stored stays in UTC; a zone says on which day a moment falls and which time people read.

Sources: IANA Time Zone Database; `data/zones/countries.csv` has the countries whose zones of
`zone.tab` keep one clock from 2030 on.
"""

import csv
import datetime as dt
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from saola.errors import InputError
from saola.language import offset

UTC = ZoneInfo("UTC")


def zone(name: str, *, where: str = "") -> ZoneInfo:
    """Give a time zone by its name.

    Args:
        name: Of the IANA database, such as `Asia/Ho_Chi_Minh`.
        where: Where the name stands, for the error.

    Raises:
        InputError: `timezone-unknown`.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # a folder of the database is no zone either
        raise InputError("timezone-unknown", where=where, found=name) from None


@cache
def countries() -> dict[str, str]:
    """Give the zone of every country that keeps one clock, by its ISO 3166-1 alpha-3 code."""
    file = resources.files("saola") / "data" / "zones" / "countries.csv"
    with file.open(encoding="utf-8") as stream:
        return {row["unit"]: row["zone"] for row in csv.DictReader(stream)}


def of_country(code: str) -> ZoneInfo:
    """Give the zone of a country; UTC where it keeps several clocks or none is known."""
    return ZoneInfo(countries().get(code, UTC.key))


def title(found: ZoneInfo, year: int) -> str:
    """Name a zone, with how far it is from UTC where that is so all the year.

    Args:
        found: The zone.
        year: The year.
    """
    days = (dt.datetime(year, month, 15, tzinfo=found) for month in range(1, 13))
    offsets = {offset(day) for day in days}
    if offsets == {"UTC"} and "/" not in found.key:
        return "UTC"
    return f"{found.key} ({offsets.pop()})" if len(offsets) == 1 else found.key
