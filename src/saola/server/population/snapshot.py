"""The register as Parquet: the read side of statistics, with a date of its own."""

import datetime as dt
from pathlib import Path

import polars as pl
from django.db import connections

from saola.server.registries import bulk
from saola.workspace import whole

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


def write(home: Path, *, today: dt.date) -> Path:
    """Write today's snapshot and give its folder; one of the same day is replaced."""
    folder = home / "snapshots" / DATABASE / today.isoformat()
    parts = bulk.read(connections[DATABASE], _QUERY, _TEXTS)
    frame = pl.concat([pl.DataFrame(schema=_TEXTS), *parts])
    with whole(folder / "persons.parquet") as part:
        frame.with_columns(pl.col("born", "died").str.to_date()).write_parquet(part)
    return folder


def latest(home: Path) -> Path | None:
    """Give the latest snapshot's file, if any."""
    found = sorted((home / "snapshots" / DATABASE).glob("*/persons.parquet"))
    return found[-1] if found else None
