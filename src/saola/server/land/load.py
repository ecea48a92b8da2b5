"""Accepted rows into the tables of the land register, and back out."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl
from django.db.backends.base.base import BaseDatabaseWrapper

from saola.errors import StateError
from saola.server.land import holders, models
from saola.server.land.geometry import AREA, BOX, WKB, ZONE, minted
from saola.server.land.rows import KEY, SERIES
from saola.server.registries import bulk, communes


def write(
    connection: BaseDatabaseWrapper,
    frame: pl.DataFrame,
    batch: Any,
    moment: dt.datetime,
    *,
    types: Mapping[str, str],
) -> tuple[int, int]:
    """Write accepted rows into every table, and give the first and last key of the parties made."""
    count = frame.height
    first = bulk.keys(connection, models.Counter, "parcel", count)
    unit = bulk.keys(connection, models.Counter, "unit", count)
    recorded = pl.lit(moment).cast(pl.Datetime("us", "UTC"))
    frame = frame.with_columns(
        parcel=pl.int_range(first, first + count, dtype=pl.Int64),
        unit=pl.int_range(unit, unit + count, dtype=pl.Int64),
        recorded=recorded,
        batch=pl.lit(batch.pk),
        code=minted(frame[WKB], frame[ZONE]),
    )
    lists = pl.col("land_type").str.split("+").list.first().replace_strict(dict(types), default="")
    bulk.write(connection, models.Unit, frame.select("batch", id="unit"))
    bulk.write(connection, models.Parcel, frame.select("code", "batch", id="parcel"))
    version = frame.select(
        "parcel", "unit", "recorded", "commune", "sheet", "number", "land_type", *BOX,
        key=KEY, land_list=lists, documented="area", area=AREA, epsg=ZONE, geometry=WKB,
        start="issued",
    )  # fmt: skip
    bulk.write(connection, models.Version, version)
    parties = holders.write(connection, frame, batch, moment)
    certified = frame.filter(pl.col("serial").is_not_null())
    papers = certified.select("unit", "serial", "recorded", generation=SERIES, start="issued")
    bulk.write(connection, models.Certificate, papers)
    bulk.write(connection, models.Transaction, _entries(frame, batch))
    return parties


def _entries(frame: pl.DataFrame, batch: Any) -> pl.DataFrame:
    return frame.select(
        "unit", "recorded", "batch", kind=pl.lit("entry"), effective="issued",
        who=pl.lit(batch.who), reason=pl.lit("intake"), document=pl.lit(""),
        changes=communes.entry(frame),
    )  # fmt: skip


def undo(connection: BaseDatabaseWrapper, batch: Any) -> None:
    """Take back the parcels of a batch, and the parties that hold nothing else.

    Raises:
        StateError: If a parcel's unit was changed after the intake, or has scans or marks.
    """
    alias = connection.alias
    mine = models.Unit.objects.using(alias).filter(batch=batch).values("id")
    later = models.Transaction.objects.using(alias).filter(unit__in=mine).exclude(batch=batch)
    parcels = models.Parcel.objects.using(alias).filter(batch=batch)
    worked = (
        table.objects.using(alias).filter(record__in=parcels.values("id"))
        for table in (models.Scan, models.Mark)
    )
    if later.exists():
        raise StateError("intake-changed", found=batch.pk)
    if any(rows.exists() for rows in worked):
        raise StateError("intake-attached", found=batch.pk)
    models.Finding.objects.using(alias).filter(parcel__in=parcels.values("id"))._raw_delete(alias)  # noqa: SLF001  (one statement; Django would first read every row)
    for child in (models.Right, models.Certificate, models.Transaction, models.Version):
        child.objects.using(alias).filter(unit__in=mine)._raw_delete(alias)  # noqa: SLF001
    parcels._raw_delete(alias)  # noqa: SLF001
    models.Unit.objects.using(alias).filter(batch=batch)._raw_delete(alias)  # noqa: SLF001
    holding = models.Right.objects.using(alias).exclude(party=None).values("party")
    idle = models.Party.objects.using(alias).filter(batch=batch)
    idle.exclude(pk__in=holding)._raw_delete(alias)  # noqa: SLF001
    idle.update(batch=None)
