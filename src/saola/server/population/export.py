"""Copies of many records: core data, so one officer asks and another approves.

Source: Law on Data 60/2024/QH15; Law 91/2025/QH15.
"""

import datetime as dt
import hashlib
from pathlib import Path

import polars as pl
from django.db import connections, transaction

from saola.errors import InputError, StateError
from saola.server.population import record
from saola.server.population.models import Access, Export
from saola.server.registries import bulk, officers
from saola.server.registries.grants import Grant, Reader

DATABASE = "population"
_DATED = {
    "names": ("population_name", "text", "birth"),
    "numbers": ("population_number", "value", "personal"),
    "residences": ("population_residence", "commune", "permanent"),
}
FIELDS = (*_DATED, *sorted(record.PERSON_FIELDS))


def ask(reader: Reader, grant: Grant, *, unit: str, fields: list[str], now: dt.datetime) -> Export:
    """Ask for a copy; nothing is copied until another officer approves.

    Args:
        reader: Who asks, and for which file.
        grant: Under which grant.
        unit: Whose people: a unit's code, or `*` for all.
        fields: What is copied, of `FIELDS`.
        now: The moment.

    Raises:
        InputError: If a field cannot be copied.
        StateError: If the grant does not cover the fields or the unit.
    """
    strange = sorted(set(fields) - set(FIELDS))
    if strange or not fields:
        raise InputError("values-unfit", found=", ".join(strange))
    if not set(fields) <= grant.fields or not _reaches(grant, unit):
        raise StateError("not-granted", where=grant.purpose, found=unit)
    return Export.objects.using(DATABASE).create(
        unit=unit,
        fields=[name for name in FIELDS if name in fields],
        purpose=grant.purpose,
        ground=grant.ground,
        agency=grant.agency,
        reference=reader.reference,
        asked_by=reader.who,
        asker=reader.account,
        asked=now,
    )


def _reaches(grant: Grant, unit: str) -> bool:
    return "*" in grant.units or officers.reach(unit) <= grant.units


def approve(key: int, *, grant: Grant, by: Reader, now: dt.datetime, home: Path) -> Path:
    """Approve a copy that another officer asked for, make it, and log each person in it.

    Raises:
        InputError: If there is none.
        StateError: If the same person asked, it is approved, or the grant does not cover it.
    """
    with transaction.atomic(using=DATABASE):
        found = Export.objects.using(DATABASE).select_for_update().filter(pk=key).first()
        if found is None:
            raise InputError("export-absent", found=key)
        if found.asked_by == by.who or (by.account is not None and found.asker == by.account):
            raise StateError("four-eyes")
        if found.approved is not None:
            raise StateError("already-settled")
        if not set(found.fields) <= grant.fields or not _reaches(grant, found.unit):
            raise StateError("not-granted", where=grant.purpose, found=found.unit)
        frame = _rows(found)
        file = place(home, key)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        frame.drop("person").write_csv(file)
        _log(found, frame, now)
        found.approved_by, found.approver, found.approved = by.who, by.account, now
        found.rows = frame.height
        found.sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        found.save(using=DATABASE)
    return file


def place(home: Path, key: int) -> Path:
    """Name the file of a copy."""
    return home / "files" / "exports" / f"population-{key}.csv"


def _rows(found: Export) -> pl.DataFrame:
    """Read the persons of an export: those living in the unit now, merged records left out."""
    items = [name for name in found.fields if name in record.PERSON_FIELDS]
    columns = ["p.id", "home.commune", *(f"CAST(p.{name} AS TEXT)" for name in items)]
    joins = [_join("home", *_DATED["residences"][::2])]
    dated = [name for name in found.fields if name in _DATED]
    for name in dated:
        table, column, kind = _DATED[name]
        columns.append(f"{name}_.{column}")
        joins.append(_join(f"{name}_", table, kind))
    query = f"SELECT {', '.join(columns)} FROM population_person p {' '.join(joins)}"  # noqa: S608  (names come from the models)
    names = ["person", "commune_now", *items, *dated]
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(f"{query} WHERE p.merged IS NULL ORDER BY p.id")
        rows = cursor.fetchall()
    schema = dict.fromkeys(names, pl.String) | {"person": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    reach = officers.reach(found.unit)
    if "*" not in reach:
        frame = frame.filter(pl.col("commune_now").is_in(sorted(reach)))
    return frame.select("person", *found.fields)


def _join(alias: str, table: str, kind: str) -> str:
    held = f"{alias}.kind = '{kind}' AND {alias}.superseded IS NULL AND {alias}.\"end\" IS NULL"
    return f"LEFT JOIN {table} {alias} ON {alias}.person_id = p.id AND {held}"


def _log(found: Export, frame: pl.DataFrame, now: dt.datetime) -> None:
    said = pl.lit(now).cast(pl.Datetime("us", "UTC"))
    rows = frame.select(
        first="person",
        last="person",
        at=said,
        kind=pl.lit("export"),
        who=pl.lit(found.asked_by),
        agency=pl.lit(found.agency),
        purpose=pl.lit(found.purpose),
        ground=pl.lit(found.ground),
        fields=pl.lit(" ".join(found.fields)),
        reference=pl.lit(found.reference),
    )
    bulk.write(connections[DATABASE], Access, rows)
