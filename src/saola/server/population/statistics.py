"""People by commune, sex and age, from a snapshot; cells that would tell who are left out."""

import datetime as dt
from pathlib import Path

import duckdb
import polars as pl

LEAST = 5
AGES = [*(f"{low}-{low + 4}" for low in range(0, 80, 5)), "80+"]
CELLS = pl.Schema({"commune": pl.String, "sex": pl.String, "age": pl.String, "persons": pl.Int64})


def cells(file: Path, *, on: dt.date) -> pl.DataFrame:
    """Count the living on a day by commune, sex and five-year age.

    Args:
        file: A snapshot.
        on: The day.

    Returns:
        `CELLS`, complete and unsuppressed: for the office only.
    """
    query = """
    WITH living AS (
      SELECT commune, sex,
             least(16, (date_part('year', $on::DATE) - date_part('year', born)
               - (strftime($on::DATE, '%m%d') < strftime(born, '%m%d'))::INT) // 5)::INT AS step
      FROM read_parquet($file)
      WHERE born <= $on::DATE AND (died IS NULL OR died > $on::DATE) AND commune IS NOT NULL)
    SELECT commune, sex, step, count(*) AS persons FROM living GROUP BY ALL ORDER BY ALL
    """
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        found = connection.execute(query, {"on": on, "file": str(file)}).pl()
    ages = pl.col("step").replace_strict(dict(enumerate(AGES)), return_dtype=pl.String)
    return found.with_columns(age=ages).select(CELLS.names()).cast(CELLS)


def suppressed(frame: pl.DataFrame, *, least: int = LEAST) -> pl.DataFrame:
    """Blank the cells below a limit, and where only one of a commune is blank, the next smallest.

    Without the second, the total would give the first away.

    Args:
        frame: `CELLS`.
        least: The least count shown.

    Returns:
        `CELLS`, `persons` null where blanked.
    """
    small = pl.col("persons") < least
    lone = small.sum().over("commune") == 1
    rank = pl.when(~small).then(pl.col("persons")).rank("ordinal").over("commune")
    blank = small | (lone & (rank == 1)).fill_null(value=False)
    return frame.with_columns(persons=pl.when(~blank).then(pl.col("persons")))
