"""From strings to observations: every row is kept or set aside with its reason."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import polars as pl

from saola.errors import InputError
from saola.observations.numbers import Decimal, ambiguous, number
from saola.observations.shapes import OWN
from saola.observations.table import CHECKS, KEY, SCHEMA, STATUS, breakdown, frame
from saola.observations.tabular import FAULT, LINE
from saola.periods import Period
from saola.units import Registry

# What people write where a value is missing.
MISSING = ("", "..", "...", "-", "–", "—", ":", "na", "n/a", "nan", "null", "none", "không có")
NUMBERS = ["value", "stderr"]


@dataclass(frozen=True)
class Checked:
    """A block of rows, each kept or set aside.

    Attributes:
        kept: The observations, with `_line`.
        aside: The rows set aside as given, `_fault` naming the code.
        twice: The keys that came twice, none of whose rows may be taken.
    """

    kept: pl.DataFrame
    aside: pl.DataFrame
    twice: pl.DataFrame


def validate(
    rows: pl.DataFrame, registry: Registry, *, scheme: str = "", decimal: Decimal | None = None
) -> Checked:
    """Check rows and give them their types.

    Args:
        rows: Frame of schema `shapes.TEXTS`.
        registry: Where units are looked up, by code or by name.
        scheme: The list of codes that the file names units by.
        decimal: How a number such as `12,345` is read; without it such a row is set aside.
    """
    found = rows.with_columns(pl.col(OWN).str.strip_chars().replace("", None))
    checks = [
        _required("unit"),
        _required("period"),
        _looked_up("unit", found, _unit_reader(registry, scheme), "unit-unknown"),
        _looked_up("period", found, _period, "period-malformed"),
        *(_number(name, decimal) for name in NUMBERS),
        _one_of("status", STATUS, "status-unknown"),
        _one_of("check", CHECKS, "check-unknown"),
        _required("indicator"),
        _empty,
    ]
    for check in checks:
        found = check(found)
    found = found.with_columns(
        pl.col("breakdown").map_elements(breakdown, return_dtype=pl.String, skip_nulls=True),
        pl.col("field").fill_null("_T"),
    ).with_columns(pl.col("breakdown").fill_null("_T"))
    found = _unique(found)
    good = found.filter(pl.col(FAULT).is_null())
    aside = rows.with_columns(found[FAULT]).filter(pl.col(FAULT).is_not_null())
    kept = good.select(pl.col(name).cast(SCHEMA[name]) for name in OWN)
    twice = found.filter(pl.col(FAULT) == "key-twice").select(KEY).unique()
    return Checked(frame(kept).with_columns(good[LINE]), aside, twice)


_Check = Callable[[pl.DataFrame], pl.DataFrame]


def _mark(rows: pl.DataFrame, bad: pl.Expr, code: str) -> pl.DataFrame:
    """Give a fault to the rows that have none yet."""
    return rows.with_columns(
        pl.when(pl.col(FAULT).is_null() & bad).then(pl.lit(code)).otherwise(FAULT).alias(FAULT)
    )


def _required(name: str) -> _Check:
    return lambda rows: _mark(rows, pl.col(name).is_null(), f"{name}-missing")


def _looked_up(
    name: str, rows: pl.DataFrame, read: Callable[[str], str | None], code: str
) -> _Check:
    """Replace each different text once; what cannot be read is a fault."""
    texts = rows[name].drop_nulls().unique().to_list()
    table = {text: read(text) for text in texts}
    known = {text: ours for text, ours in table.items() if ours is not None}

    def check(rows: pl.DataFrame) -> pl.DataFrame:
        rows = _mark(rows, pl.col(name).is_not_null() & ~pl.col(name).is_in(list(known)), code)
        return rows.with_columns(
            pl.col(name).replace_strict(
                list(known), list(known.values()), default=pl.col(name), return_dtype=pl.String
            )
        )

    return check


def _unit_reader(registry: Registry, scheme: str) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        if text in registry:
            return text
        found = registry.find(text, scheme or None)
        return found[0].code if len(found) == 1 else None

    return read


@cache
def _period(text: str) -> str | None:
    try:
        return str(Period.parse(text))
    except InputError:
        return None


def _number(name: str, decimal: Decimal | None) -> _Check:
    lower = pl.col(name).str.to_lowercase()

    def check(rows: pl.DataFrame) -> pl.DataFrame:
        rows = rows.with_columns(
            number(name, decimal).alias("_number"),
            (lower.is_null() | lower.is_in(MISSING)).alias("_missing"),
            ambiguous(name).alias("_either"),
        )
        bad = ~pl.col("_missing") & ~pl.col("_number").is_finite().fill_null(value=False)
        rows = _mark(rows, bad & pl.col("_either"), f"{name}-ambiguous")
        rows = _mark(rows, bad, f"{name}-malformed")
        return rows.with_columns(pl.when(~pl.col("_missing")).then("_number").alias(name)).drop(
            "_number", "_missing", "_either"
        )

    return check


def _one_of(name: str, allowed: Iterable[str], code: str) -> _Check:
    choices = list(allowed)
    return lambda rows: _mark(rows, pl.col(name).is_not_null() & ~pl.col(name).is_in(choices), code)


def _empty(rows: pl.DataFrame) -> pl.DataFrame:
    """A row without value or category says so by its status; where it does not, it gets one."""
    none = pl.col("value").is_null() & pl.col("category").is_null()
    return rows.with_columns(
        pl.when(none & pl.col("status").is_null())
        .then(pl.lit("O"))
        .otherwise("status")
        .alias("status")
    )


def _unique(rows: pl.DataFrame) -> pl.DataFrame:
    """Set every row of a key that comes twice aside: no one can tell which is right."""
    sound = pl.col(FAULT).is_null()
    twice = (pl.len().over([*KEY, FAULT]) > 1) & sound
    return _mark(rows, twice, "key-twice")
