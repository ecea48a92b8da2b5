"""Generations of certificates, as data: what a serial looks like, and since when."""

import datetime as dt
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import polars as pl


@dataclass(frozen=True)
class Generation:
    """A form of certificates.

    Attributes:
        id: Its name.
        pattern: What its serials look like.
        since: The first day on which it was issued, if known.
        until: The day from which it was issued no more, if any.
        source: Where that is said.
    """

    id: str
    pattern: str
    since: dt.date | None
    until: dt.date | None
    source: str


@cache
def generations() -> tuple[Generation, ...]:
    """Give the generations, the newest first."""
    file = resources.files("saola.server.land") / "certificates.toml"
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["generation"]
    return tuple(
        Generation(r["id"], r["pattern"], r.get("from"), r.get("until"), r["source"]) for r in rows
    )


def column(serial: pl.Expr, issued: pl.Expr) -> pl.Expr:
    """Give the generation of serials; null where none fits the serial and the day of issue."""
    found = pl.lit(None, pl.String)
    for each in reversed(generations()):
        fits = serial.str.contains(each.pattern)
        if each.since is not None:
            fits &= (issued >= each.since).fill_null(value=True)
        if each.until is not None:
            fits &= (issued < each.until).fill_null(value=True)
        found = pl.when(fits).then(pl.lit(each.id)).otherwise(found)
    return found


def of(serial: str, issued: dt.date) -> str:
    """Give the generation of one serial issued on a day; empty where none fits."""
    for each in generations():
        days = (each.since or issued) <= issued and (each.until is None or issued < each.until)
        if days and re.fullmatch(_plain(each.pattern), serial):
            return each.id
    return ""


def _plain(pattern: str) -> str:
    """Write a pattern for Python's `re`, which has no classes of Unicode."""
    return pattern.replace(r"\p{L}", r"[^\W\d_]")
