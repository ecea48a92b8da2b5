"""Rows of a file into the tables of the population register."""

import datetime as dt
from functools import cache
from importlib import resources
from typing import Any

import polars as pl
from django.db.backends.base.base import BaseDatabaseWrapper

from saola.errors import StateError
from saola.linkage import names
from saola.linkage.personal_numbers import issuers
from saola.server.population import models
from saola.server.registries import bulk, communes, rules
from saola.server.registries.register import Origin
from saola.server.registries.rules import REASONS, REVIEW, ROW

RELATIVES = ("father", "mother", "spouse", "head")
PERSON = (
    "born", "sex", "birth_place", "birth_registration", "native_place", "ethnicity", "religion",
    "nationality", "blood", "card", "absence", "marital", "died", "phone", "email", "other",
)  # fmt: skip
CHILDREN = (
    models.Number, models.Name, models.Residence, models.Member, models.Relative, models.Event,
)  # fmt: skip
OLDEST = dt.date(1900, 1, 1)


@cache
def fields() -> list[rules.Field]:
    """Give the fields of the register."""
    return rules.load(resources.files("saola.server.population") / "fields.toml")


def check(frame: pl.DataFrame, today: dt.date) -> pl.DataFrame:
    """Add the faults that need several fields: the number against sex and birth, dates in order."""
    number, born = pl.col("number"), pl.col("born")
    formed = number.str.contains(r"^\d{12}$")
    mark = number.str.slice(3, 1).cast(pl.Int32, strict=False)
    year = 1900 + 100 * (mark // 2) + number.str.slice(4, 2).cast(pl.Int32, strict=False)
    issuer = number.str.slice(0, 3)
    faults = {
        "number-issuer": formed & ~issuer.is_in(list(issuers())) & (issuer < "100"),
        "number-sex": formed
        & (pl.col("sex") != pl.when(mark % 2 == 1).then(pl.lit("F")).otherwise(pl.lit("M"))),
        "number-year": formed & (born.dt.year() != year),
        "born-range": (born < OLDEST) | (born > today),
        "died-range": (pl.col("died") < born) | (pl.col("died") > today),
    }
    return rules.mark(frame, faults)


def clash(connection: BaseDatabaseWrapper, frame: pl.DataFrame) -> pl.DataFrame:
    """List in `REVIEW` the rows whose personal number another record bears."""
    good = pl.col(REASONS).list.len() == 0
    numbers = frame.filter(good & pl.col("number").is_not_null())["number"].unique().to_list()
    taken = bulk.present(connection, models.Number, "value", numbers) if numbers else set()
    known = pl.col("number").is_in(list(taken))
    again = good & pl.col("number").is_not_null()
    earlier = pl.col(ROW).min().over(pl.when(again).then(pl.col("number")))
    twice = again & (pl.col(ROW) > earlier)
    return rules.mark(frame, {"number-taken": known, "number-twice": twice}, into=REVIEW)


def write(
    connection: BaseDatabaseWrapper, frame: pl.DataFrame, origin: Origin, moment: dt.datetime
) -> tuple[int, int]:
    """Write accepted rows into every table, and give the first and last person's key."""
    first = bulk.keys(connection, models.Counter, "person", frame.height)
    last = first + frame.height - 1
    said = pl.lit(moment).cast(pl.Datetime("us", "UTC"))
    frame = frame.with_columns(person=pl.int_range(first, last + 1, dtype=pl.Int64), recorded=said)
    housed = _households(connection, frame, origin)
    bulk.write_all(
        connection,
        [
            (models.Person, lambda: _persons(frame, origin)),
            (models.Number, lambda: _numbers(frame)),
            (models.Name, lambda: _names(frame)),
            (models.Residence, lambda: _residences(frame)),
            (models.Member, lambda: _members(frame, housed)),
            (models.Relative, lambda: _relatives(frame)),
            (models.Event, lambda: _events(frame, origin)),
        ],
    )
    return first, last


def _batch(origin: Origin) -> pl.Expr:
    return pl.lit(origin.pk, dtype=pl.Int64)


def _persons(frame: pl.DataFrame, origin: Origin) -> pl.DataFrame:
    return frame.select(pl.col("person").alias("id"), *PERSON, _batch(origin).alias("batch"))


def _numbers(frame: pl.DataFrame) -> pl.DataFrame:
    parts = [
        frame.filter(pl.col(field).is_not_null()).select(
            "person", "recorded", kind=pl.lit(kind), value=pl.col(field)
        )
        for field, kind in (("number", "personal"), ("old_number", "old"))
    ]
    return pl.concat(parts)


def name_columns(text: pl.Expr) -> list[pl.Expr]:
    """Give the columns by which a name is found.

    Args:
        text: Cleaned, as the rules do; where tone marks stand does not count once they are gone.
    """
    folded = names.folded_column(text.str.to_lowercase())
    return [
        folded.alias("folded"),
        folded.str.split(" ").list.sort().list.join(" ").alias("tokens"),
    ]


def _names(frame: pl.DataFrame) -> pl.DataFrame:
    parts = [
        frame.filter(pl.col(field).is_not_null()).select(
            "person",
            "recorded",
            *name_columns(pl.col(field)),
            kind=pl.lit(kind),
            text=pl.col(field),
            home=pl.col("commune"),
            start=pl.col("born"),
        )
        for field, kind in (("name", "birth"), ("other_name", "other"))
    ]
    return pl.concat(parts)


def _residences(frame: pl.DataFrame) -> pl.DataFrame:
    parts = [
        frame.select(
            "person", "recorded", commune="commune", address="address", kind=pl.lit("permanent")
        )
    ]
    parts += [
        frame.filter(pl.col(field).is_not_null()).select(
            "person", "recorded", commune=pl.lit(""), address=pl.col(field), kind=pl.lit(field)
        )
        for field in ("temporary", "current")
    ]
    return pl.concat(parts)


def _members(frame: pl.DataFrame, households: dict[str, int]) -> pl.DataFrame:
    key = pl.col("household").replace_strict(households, return_dtype=pl.Int64)
    housed = frame.filter(pl.col("household").is_not_null())
    return housed.select("person", "recorded", "relation", household=key)


def _households(
    connection: BaseDatabaseWrapper, frame: pl.DataFrame, origin: Origin
) -> dict[str, int]:
    """Give the keys of the households named, and make those that are new."""
    housed = frame.filter(pl.col("household").is_not_null())
    files = housed.group_by("household", maintain_order=True).agg(pl.col("commune").first())
    known = bulk.keyed(connection, models.Household, "file", files["household"].to_list())
    fresh = files.filter(~pl.col("household").is_in(list(known)))
    if fresh.is_empty():
        return known
    first = bulk.keys(connection, models.Counter, "household", fresh.height)
    fresh = fresh.with_columns(id=pl.int_range(first, first + fresh.height, dtype=pl.Int64))
    made = fresh.select("id", "commune", file="household", batch=_batch(origin))
    bulk.write(connection, models.Household, made)
    return known | dict(fresh.select("household", "id").iter_rows())


def _relatives(frame: pl.DataFrame) -> pl.DataFrame:
    parts = [
        frame.filter(pl.col(kind).is_not_null()).select(
            "person", "recorded", kind=pl.lit(kind), name=pl.col(kind)
        )
        for kind in RELATIVES
    ]
    return pl.concat(parts)


def _events(frame: pl.DataFrame, origin: Origin) -> pl.DataFrame:
    return frame.select(
        "person",
        "recorded",
        kind=pl.lit(origin.kind),
        effective=pl.col("born"),
        who=pl.lit(origin.who),
        reason=pl.lit(origin.reason),
        changes=communes.entry(frame),
        batch=_batch(origin),
    )


def undo(connection: BaseDatabaseWrapper, batch: Any) -> None:
    """Take back the persons of a batch.

    Raises:
        StateError: If a record was changed after the intake, or has scans or marks.
    """
    alias = connection.alias
    mine = models.Person.objects.using(alias).filter(batch=batch).values("id")
    later = models.Event.objects.using(alias).filter(person__in=mine).exclude(batch=batch)
    worked = (
        table.objects.using(alias).filter(record__in=mine) for table in (models.Scan, models.Mark)
    )
    if later.exists():
        raise StateError("intake-changed", found=batch.pk)
    if any(rows.exists() for rows in worked):
        raise StateError("intake-attached", found=batch.pk)
    for child in CHILDREN:
        rows = child.objects.using(alias).filter(person__in=mine)
        rows._raw_delete(alias)  # noqa: SLF001  (one statement; Django would first read every row)
    models.Person.objects.using(alias).filter(batch=batch)._raw_delete(alias)  # noqa: SLF001
    empty = models.Household.objects.using(alias).filter(batch=batch)
    empty.exclude(pk__in=models.Member.objects.using(alias).values("household"))._raw_delete(alias)  # noqa: SLF001
