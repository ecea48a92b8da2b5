"""The register as Parquet: the read side of statistics, with a date of its own."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from django.db import connections

DATABASE = "population"
SCHEMA = pl.Schema(
    {
        "person": pl.Int64,
        "born": pl.Date,
        "died": pl.Date,
        "sex": pl.String,
        "ethnicity": pl.String,
        "commune": pl.String,
    }
)
_QUERY = """
SELECT p.id, CAST(p.born AS TEXT), CAST(p.died AS TEXT), p.sex, p.ethnicity, r.commune
FROM population_person p LEFT JOIN population_residence r ON r.person_id = p.id
 AND r.kind = 'permanent' AND r.superseded IS NULL AND r."end" IS NULL
WHERE p.merged IS NULL
"""
_TEXTS = pl.Schema(SCHEMA | {"born": pl.String, "died": pl.String})
ROWS_A_PART = 500_000


def write(home: Path, *, today: dt.date) -> Path:
    """Write today's snapshot and give its folder; one of the same day is replaced."""
    folder = home / "snapshots" / DATABASE / today.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "persons.parquet"
    part = target.with_suffix(".part")
    frame = pl.concat([pl.DataFrame(schema=_TEXTS), *_parts()])
    frame.with_columns(pl.col("born", "died").str.to_date()).write_parquet(part)
    part.replace(target)
    return folder


def _parts() -> Iterator[pl.DataFrame]:
    """Read the register: as text by COPY from PostgreSQL, in parts from SQLite."""
    connection = connections[DATABASE]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY ({_QUERY}) TO STDOUT (FORMAT csv)") as copy:
                data = b"".join(copy)
            if data:
                yield pl.read_csv(data, has_header=False, schema=_TEXTS)
            return
        raw = connection.connection.cursor()
        raw.execute(_QUERY)
        while rows := raw.fetchmany(ROWS_A_PART):
            yield pl.DataFrame(rows, schema=_TEXTS, orient="row")


def latest(home: Path) -> Path | None:
    """Give the latest snapshot's file, if any."""
    found = sorted((home / "snapshots" / DATABASE).glob("*/persons.parquet"))
    return found[-1] if found else None
