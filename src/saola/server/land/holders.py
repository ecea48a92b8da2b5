"""Who holds what share of the parcels of a file, and which of them the register knows."""

import datetime as dt
from typing import Any

import polars as pl
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from saola.cadastre import shares
from saola.linkage import names
from saola.server.land import models
from saola.server.land.records import GROUND
from saola.server.registries import access, bulk
from saola.server.registries.act import Act
from saola.server.registries.rules import ROW


def write(
    connection: BaseDatabaseWrapper, frame: pl.DataFrame, batch: Any, moment: dt.datetime
) -> tuple[int, int]:
    """Write who holds what share, and the parties not known yet."""
    held = _holders(frame)
    numbers = held["holder_number"].drop_nulls().unique().to_list()
    known = _known(connection, numbers)
    apart = pl.coalesce("holder_number", pl.format("row {} {}", ROW, "place"))
    held = held.with_columns(who=apart)
    fresh = held.filter(~pl.col("holder_number").is_in(list(known)).fill_null(value=False))
    fresh = fresh.unique("who", keep="first", maintain_order=True)
    first = bulk.keys(connection, models.Counter, "party", fresh.height)
    fresh = fresh.with_columns(id=pl.int_range(first, first + fresh.height, dtype=pl.Int64))
    made = fresh.select("id", "kind", "folded", "batch", name="holder", number="holder_number")
    bulk.write(connection, models.Party, made)
    keys = known | dict(fresh.select("who", "id").iter_rows())
    rights = held.select(
        "unit", "recorded", "share_n", "share_d", "origin", "until",
        party=pl.col("who").replace_strict(keys, return_dtype=pl.Int64),
        kind=pl.lit("right"), type=pl.lit("land-use"), start="issued", currency=pl.lit(""),
    )  # fmt: skip
    bulk.write(connection, models.Right, rights)
    log = models.Access.objects.using(connection.alias)
    taking = Act(batch.who, timezone.localdate(moment), moment, ground=GROUND)
    access.wrote(log, sorted(known.values()), taking, "intake")
    return first, first + fresh.height - 1


def _holders(frame: pl.DataFrame) -> pl.DataFrame:
    """Give a row each holder: name, number, kind, share; equal shares where none are written."""
    rows = frame.filter(pl.col("holder").is_not_null())
    written = rows["share"].unique().drop_nulls().to_list()
    parts = {text: [str(part) for part in shares.read(text) or []] for text in written}
    split = rows["share"].to_list()
    many = rows["__holder"].list.len().to_list()
    given = [
        parts[text] if text else [f"1/{count}"] * count
        for text, count in zip(split, many, strict=True)
    ]
    empty = pl.lit("").repeat_by(pl.col("__holder").list.len())
    rows = rows.with_columns(
        pl.Series("fraction", given, dtype=pl.List(pl.String)),
        holder=pl.col("__holder"),
        holder_number=pl.coalesce("__holder_number", empty),
        place=pl.int_ranges(0, pl.col("__holder").list.len()),
    ).explode("holder", "holder_number", "fraction", "place")
    number = pl.col("holder_number").str.strip_chars()
    fraction = pl.col("fraction").str.split("/")
    guessed = pl.when(number.str.contains(r"^(\d{10}|\d{10}-\d{3})$")).then(pl.lit("organisation"))
    folded = names.folded_column(names.standard_column(pl.col("holder").str.strip_chars()))
    return rows.with_columns(
        holder=pl.col("holder").str.strip_chars().str.slice(0, 200),
        holder_number=pl.when(number != "").then(number),
        folded=folded.str.slice(0, 200),
        kind=pl.coalesce("holder_kind", guessed, pl.lit("person")),
        share_n=fraction.list.first().cast(pl.Int64),
        share_d=fraction.list.get(1, null_on_oob=True).fill_null("1").cast(pl.Int64),
    )


def _known(connection: BaseDatabaseWrapper, numbers: list[str]) -> dict[str, int]:
    """Give the parties that bear some numbers."""
    found: dict[str, int] = {}
    for start in range(0, len(numbers), 30_000):
        part = numbers[start : start + 30_000]
        rows = models.Party.objects.using(connection.alias).filter(number__in=part)
        found |= {str(row.number): row.id for row in rows.order_by("-id")}
    return found
