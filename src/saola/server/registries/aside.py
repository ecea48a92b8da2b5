"""Rows set aside by an intake: kept whole, given out to be corrected, marked when back."""

import json
from collections import Counter
from typing import Any

import polars as pl
from django.db.backends.base.base import BaseDatabaseWrapper

from saola.server.registries import bulk
from saola.server.registries.rules import REASONS
from saola.server.registries.shared import Batch

ROW = "__row"
REVIEW = "__review"
OWN = ("batch", "row", "state", "reasons")
MENDED = "mended"


def put(
    connection: BaseDatabaseWrapper, table: Any, found: pl.DataFrame, part: pl.DataFrame, batch: int
) -> None:
    """Keep the faulty and doubtful rows of a chunk.

    Args:
        connection: Inside a transaction.
        table: The register's table of rows set aside.
        found: The rows as judged.
        part: The rows as they came.
        batch: The batch's key.
    """
    wrong = pl.col(REASONS).list.len() + pl.col(REVIEW).list.len() > 0
    mask = found.select(wrong).to_series()
    whole = part.filter(mask).select(pl.struct(pl.all()).struct.json_encode().alias("content"))
    bad = found.filter(mask).select(ROW, REASONS, REVIEW).hstack(whole)
    faulty = pl.col(REASONS).list.len() > 0
    bulk.write(
        connection,
        table,
        bad.select(
            row=pl.col(ROW),
            state=pl.when(faulty).then(pl.lit("aside")).otherwise(pl.lit("review")),
            reasons=pl.col(REASONS).list.concat(pl.col(REVIEW)).list.join(" ").str.slice(0, 400),
            content=pl.col("content"),
            batch=pl.lit(batch),
        ),
    )


def give(alias: str, table: Any, batch: int) -> pl.DataFrame:
    """Give what is set aside of a batch: batch, row, state, reasons, then the file's columns."""
    rows = table.objects.using(alias).filter(batch=batch).exclude(state=MENDED).order_by("row")
    asked = rows.values_list("row", "state", "reasons", "content").iterator(chunk_size=5000)
    own = [("row", pl.Int64), ("state", pl.String), ("reasons", pl.String), ("content", pl.String)]
    found = pl.DataFrame(list(asked), schema=own, orient="row")
    heads = list(json.loads(found["content"][0])) if found.height else []
    cells = pl.Struct(dict.fromkeys([head for head in heads if head not in OWN], pl.String))
    first = [pl.lit(batch).alias("batch"), pl.col("row", "state", "reasons")]
    whole = found.select(*first, pl.col("content").str.json_decode(cells))
    return (whole.unnest("content") if cells.fields else whole.drop("content")).cast(pl.String)


def mend(alias: str, table: Any, part: pl.DataFrame) -> None:
    """Mark the rows of earlier batches that came back corrected and were accepted.

    Args:
        alias: The register's database.
        table: Its table of rows set aside.
        part: The accepted rows as they came; a correction file has the columns of `OWN`.
    """
    if not set(OWN) <= set(part.columns) or part.is_empty():
        return
    keys = part.select(pl.col("batch", "row").str.to_integer(strict=False)).drop_nulls()
    for (batch,), group in keys.group_by("batch"):
        for start in range(0, group.height, 10_000):
            rows = group["row"].slice(start, 10_000).to_list()
            table.objects.using(alias).filter(batch=batch, row__in=rows).update(state=MENDED)


def waiting(alias: str, batches: Any, table: Any) -> Counter[str]:
    """Count the rows set aside by the commune that stands in them; those without one are left.

    Args:
        alias: The register's database.
        batches: Its table of batches; those undone do not count.
        table: Its table of rows set aside.
    """
    found: Counter[str] = Counter()
    done = batches.objects.using(alias).exclude(state=Batch.State.UNDONE)
    heads = {key: mapping.get("commune", "") for key, mapping in done.values_list("id", "mapping")}
    rows = table.objects.using(alias).filter(batch__in=list(heads)).exclude(state=MENDED)
    for batch, content in rows.values_list("batch_id", "content").iterator(chunk_size=5000):
        commune = json.loads(content).get(heads[batch])
        if commune:
            found[str(commune).strip()] += 1
    return found
