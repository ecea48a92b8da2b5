"""The register as Parquet: the read side of statistics, with a date of its own."""

import datetime as dt
import io
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
SELECT p.id, p.born, p.died, p.sex, p.ethnicity, r.commune
FROM population_person p LEFT JOIN population_residence r ON r.person_id = p.id
 AND r.kind = 'permanent' AND r.superseded IS NULL AND r."end" IS NULL
"""
ROWS_A_PART = 500_000


def write(home: Path, *, today: dt.date) -> Path:
    """Write today's snapshot and give its folder; one of the same day is replaced."""
    folder = home / "snapshots" / DATABASE / today.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "persons.parquet"
    part = target.with_suffix(".part")
    connection = connections[DATABASE]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            buffer = io.BytesIO()
            with cursor.copy(f"COPY ({_QUERY}) TO STDOUT (FORMAT csv)") as copy:
                for piece in copy:
                    buffer.write(piece)
            buffer.seek(0)
            frame = (
                pl.read_csv(buffer, has_header=False, schema=SCHEMA)
                if buffer.getbuffer().nbytes
                else pl.DataFrame(schema=SCHEMA)
            )
        else:
            raw = connection.connection.cursor()
            raw.execute(_QUERY)
            texts = pl.Schema(SCHEMA | {"born": pl.String, "died": pl.String})
            parts = [pl.DataFrame(schema=texts)]
            while rows := raw.fetchmany(ROWS_A_PART):
                parts.append(pl.DataFrame(rows, schema=texts, orient="row"))
            frame = pl.concat(parts).with_columns(
                pl.col("born", "died").map_elements(str, return_dtype=pl.String).str.to_date()
            )
    frame.write_parquet(part)
    part.replace(target)
    return folder


def latest(home: Path) -> Path | None:
    """Give the latest snapshot's file, if any."""
    found = sorted((home / "snapshots" / DATABASE).glob("*/persons.parquet"))
    return found[-1] if found else None
