"""Checks of the register in bulk: each finding a row with its place, cleared once it is gone."""

import datetime as dt
from pathlib import Path

import polars as pl
from django.conf import settings
from django.db import connections, transaction
from django.db.models import Count, QuerySet

from saola.cadastre import checks, wkb
from saola.errors import InputError
from saola.progress import Progress, silent
from saola.server.land import checked
from saola.server.land.models import Finding, Parcel, Right, Version
from saola.server.population.models import Number
from saola.server.registries import bulk

DATABASE = "land"
LIVING = {"superseded": None, "end": None}
ABSENT = "holder-absent"
CODES = "code-duplicate"
RULES = (*checks.RULES, ABSENT)
SCHEMA = pl.Schema([*checks.FINDINGS.items(), ("commune", pl.String), ("epsg", pl.Int64)])
KEY = ("rule", "parcel", "other")


def run(
    now: dt.datetime,
    *,
    commune: str = "",
    progress: Progress = silent,
) -> pl.DataFrame:
    """Check the living parcels, and keep what was found.

    Overlaps and gaps are sought among the parcels of one commune and zone.

    Args:
        now: The moment.
        commune: Only this commune's; by default all.
        progress: Told communes done, and of how many.

    Returns:
        What is open now: `SCHEMA`, `parcel` and `other` being keys of parcels.

    Raises:
        InputError: If nothing is known of the commune.
    """
    versions = Version.objects.using(DATABASE).filter(**LIVING)
    if commune:
        versions = versions.filter(commune=commune)
    groups = list(versions.values_list("commune", "epsg").distinct().order_by("commune", "epsg"))
    if commune and not groups and not _opened().filter(commune=commune).exists():
        raise InputError("commune-empty", found=commune)
    numbered = Number.objects.using("population").exists()
    found = []
    for done, (place, epsg) in enumerate(groups):
        found.append(_group(place, epsg, numbered=numbered))
        progress(done + 1, len(groups))
    rows = pl.concat([pl.DataFrame(schema=SCHEMA), *found])
    _keep(rows, now, commune)
    places = {commune} if commune else {place for place, _epsg in groups}
    checked.note(Path(settings.HOME), places, now)
    return rows


def _group(commune: str, epsg: int, *, numbered: bool) -> pl.DataFrame:
    """Check the parcels of one commune and zone."""
    rows = Version.objects.using(DATABASE).filter(commune=commune, epsg=epsg, **LIVING)
    columns = ("parcel_id", "unit_id", "geometry", "documented")
    listed = [
        (parcel, unit, bytes(shape), area)
        for parcel, unit, shape, area in rows.order_by("parcel").values_list(*columns)
    ]
    schema = {"parcel": pl.Int64, "unit": pl.Int64, "geometry": pl.Binary, "area": pl.Float64}
    frame = pl.DataFrame(listed, schema=schema, orient="row")
    keys = pl.lit(frame["parcel"])
    shapes = wkb.read(frame["geometry"])
    found = checks.all_checks(shapes, documented=frame["area"]).with_columns(
        parcel=keys.gather(pl.col("parcel")), other=keys.gather(pl.col("other"))
    )
    first = shapes.xy[shapes.rings[shapes.parcels[:-1]]]
    places = frame.select("parcel", "unit", x=pl.lit(first[:, 0]), y=pl.lit(first[:, 1]))
    more = [_twice(places)]
    if numbered:
        more.append(_absent(places))
    every = pl.concat([found, *(each.cast(checks.FINDINGS) for each in more)])
    return (
        every.with_columns(commune=pl.lit(commune), epsg=pl.lit(epsg))
        .select(SCHEMA.names())
        .cast(SCHEMA)
    )


def _twice(places: pl.DataFrame) -> pl.DataFrame:
    """Find parcels that bear the code of an earlier one, wherever it lies."""
    living = Version.objects.using(DATABASE).filter(**LIVING).values("parcel")
    parcels = Parcel.objects.using(DATABASE).exclude(code="").filter(pk__in=living)
    again = parcels.values("code").annotate(count=Count("id")).filter(count__gt=1).values("code")
    rows = list(parcels.filter(code__in=again).order_by("id").values_list("id", "code"))
    schema = {"parcel": pl.Int64, "code": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    frame = frame.with_columns(other=pl.col("parcel").first().over("code"))
    frame = frame.filter(pl.col("parcel") != pl.col("other")).join(places, on="parcel")
    return frame.select(
        pl.lit(CODES).alias("rule"), "parcel", "other", pl.lit(None).alias("value"), "x", "y"
    )


def _absent(places: pl.DataFrame) -> pl.DataFrame:
    """Find parcels of which a holder's personal number is not in the population register."""
    units = places["unit"].to_list()
    rows: list[tuple[int, str | None]] = []
    for start in range(0, len(units), 10_000):
        held = Right.objects.using(DATABASE).filter(
            unit__in=units[start : start + 10_000], kind="right", party__kind="person", **LIVING
        )
        rows += held.exclude(party__number=None).values_list("unit_id", "party__number")
    held_by = pl.DataFrame(rows, schema={"unit": pl.Int64, "number": pl.String}, orient="row")
    held_by = held_by.filter(pl.col("number").str.len_chars() == 12)
    numbers = held_by["number"].unique().to_list()
    there = bulk.present(connections["population"], Number, "value", numbers) if numbers else set()
    lacking = held_by.filter(~pl.col("number").is_in(list(there)))
    counted = lacking.group_by("unit").agg(value=pl.len().cast(pl.Float64))
    return places.join(counted, on="unit").select(
        pl.lit(ABSENT).alias("rule"), "parcel", pl.lit(None).alias("other"), "value", "x", "y"
    )


def named(found: pl.DataFrame) -> pl.DataFrame:
    """Put sheet, number and code of both parcels beside findings of the register.

    Args:
        found: `SCHEMA`.

    Returns:
        Rule, commune, sheet, number and code, those of the other parcel, then the rest.
    """
    keys = set(found["parcel"]) | set(found["other"].drop_nulls())
    rows: list[tuple[int, str, str, str]] = []
    for start in range(0, len(keys), 10_000):
        part = sorted(keys)[start : start + 10_000]
        held = Version.objects.using(DATABASE).filter(parcel__in=part, superseded=None)
        rows += held.order_by("-id").values_list("parcel_id", "sheet", "number", "parcel__code")
    schema = {"parcel": pl.Int64, **dict.fromkeys(("sheet", "number", "code"), pl.String)}
    names = pl.DataFrame(rows, schema=schema, orient="row").unique("parcel", keep="first")
    others = names.rename(lambda name: "other" if name == "parcel" else f"other_{name}")
    both = found.join(names, on="parcel", how="left", maintain_order="left")
    both = both.join(others, on="other", how="left", maintain_order="left")
    first = ["rule", "commune", *names.columns[1:], *others.columns[1:]]
    return both.select(*first, pl.exclude(first))


def elsewhere(commune: str) -> pl.DataFrame:
    """Give what is open in all other communes, as their last check found it: `SCHEMA`."""
    rows = _opened().exclude(commune=commune).order_by("commune", "epsg", "rule", "parcel")
    names = [f"{name}_id" if name == "parcel" else name for name in SCHEMA.names()]
    return pl.DataFrame(list(rows.values_list(*names)), schema=SCHEMA, orient="row")


def _opened() -> QuerySet[Finding]:
    return Finding.objects.using(DATABASE).filter(cleared=None)


def _keep(rows: pl.DataFrame, now: dt.datetime, commune: str) -> None:
    """Enter new findings, leave known ones, clear those that are gone."""
    with transaction.atomic(using=DATABASE):
        opened = _opened()
        if commune:
            opened = opened.filter(commune=commune)
        known = {(each.rule, each.parcel_id, each.other): each.pk for each in opened.iterator()}
        seen = set(rows.select(KEY).rows())
        gone = [key for same, key in known.items() if same not in seen]
        for start in range(0, len(gone), 10_000):
            Finding.objects.using(DATABASE).filter(pk__in=gone[start : start + 10_000]).update(
                cleared=now
            )
        fresh = [row not in known for row in rows.select(KEY).iter_rows()]
        made = rows.filter(pl.Series(fresh, dtype=pl.Boolean)).unique(KEY, keep="first")
        moment = pl.lit(now).cast(pl.Datetime("us", "UTC"))
        bulk.write(connections[DATABASE], Finding, made.with_columns(found=moment))
