"""What a request for features asks: its parameters, each refused where it makes no sense."""

import datetime as dt
import math
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

KNOWN = frozenset({"bbox", "limit", "datetime", "after", "code", "f"})
LIMIT, MOST = 100, 10_000
OPEN = ("", "..")


class Nonsense(Exception):  # noqa: N818  (it says what happened)
    """A parameter that cannot be answered."""


@dataclass(frozen=True)
class Asking:
    """What is asked for.

    Attributes:
        boxes: Boxes of west, south, east, north; two where the antimeridian is crossed.
        limit: The most features of one page.
        after: The key of the last feature of the page before.
        code: The code of one parcel, or empty.
        since: The first moment asked for, if any.
        until: The last moment asked for, if any.
        dated: Whether a time was asked for at all.
    """

    boxes: tuple[tuple[float, float, float, float], ...]
    limit: int
    after: int
    code: str
    since: dt.date | None
    until: dt.date | None
    dated: bool


def read(request: HttpRequest) -> Asking:
    """Read the parameters.

    Raises:
        Nonsense: If one is unknown or has no sense; the standard wants status 400.
    """
    given = request.GET
    if unknown := sorted(set(given) - KNOWN):
        raise Nonsense(f"unknown parameter: {', '.join(unknown)}")
    if given.get("f", "json") != "json":
        raise Nonsense("f: json alone")
    since, until = _times(given.get("datetime", ""))
    return Asking(
        boxes=_boxes(given.get("bbox", "")),
        limit=min(_whole(given.get("limit", str(LIMIT)), "limit", least=1), MOST),
        after=_whole(given.get("after", "0"), "after", least=0),
        code=given.get("code", ""),
        since=since,
        until=until,
        dated="datetime" in given,
    )


def only(request: HttpRequest, *known: str) -> None:
    """Refuse parameters that an address does not know.

    Raises:
        Nonsense: If there is one.
    """
    if unknown := sorted(set(request.GET) - {*known, "f"}):
        raise Nonsense(f"unknown parameter: {', '.join(unknown)}")
    if request.GET.get("f", "json") != "json":
        raise Nonsense("f: json alone")


def is_key(text: str) -> bool:
    """Tell whether a text is a whole number that a database can hold."""
    return text.isascii() and text.isdigit() and len(text) < 19


def _whole(text: str, name: str, *, least: int) -> int:
    if not is_key(text) or int(text) < least:
        raise Nonsense(f"{name}: a whole number from {least}")
    return int(text)


def _boxes(text: str) -> tuple[tuple[float, float, float, float], ...]:
    if not text:
        return ()
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [numbers[place] for place in (0, 1, 3, 4)]
    if len(numbers) != 4 or not all(math.isfinite(number) for number in numbers):
        raise Nonsense("bbox: four or six numbers")
    west, south, east, north = numbers
    if south > north or abs(south) > 90 or abs(north) > 90 or max(abs(west), abs(east)) > 360:
        raise Nonsense("bbox: south before north, in degrees")
    if west > east:
        return (west, south, 180.0, north), (-180.0, south, east, north)
    return ((west, south, east, north),)


def _times(text: str) -> tuple[dt.date | None, dt.date | None]:
    if not text:
        return None, None
    first, mark, last = text.partition("/")
    if not mark:
        day = _day(first)
        return day, day
    since = None if first in OPEN else _day(first)
    until = None if last in OPEN else _day(last)
    if since and until and since > until:
        raise Nonsense("datetime: an interval begins before it ends")
    return since, until


def _day(text: str) -> dt.date:
    try:
        said = dt.datetime.fromisoformat(text)
    except ValueError:
        raise Nonsense("datetime: RFC 3339, a moment or an interval") from None
    return timezone.localdate(said) if said.tzinfo else said.date()
