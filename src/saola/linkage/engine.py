"""Find pairs of records of one person: exact keys first, then Fellegi–Sunter weights by Splink.

The files are in memory here, and Splink scores in DuckDB; `saola.linkage.partitions` gives the same
pairs of files that are too large for that.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from saola.linkage import weighing
from saola.linkage.assumption import assume
from saola.linkage.census import counted, take
from saola.linkage.database import opened
from saola.linkage.keys import find_keyed
from saola.linkage.linkage import PAIRS, Linkage
from saola.linkage.model import LinkModel
from saola.linkage.records import check, prepared
from saola.linkage.training import Weights, caught, learn, random_levels, strangers
from saola.progress import Progress, silent

STEPS = 4
PAIRS_FOUND = """
WITH s AS (SELECT least(unique_id_l, unique_id_r) AS l, greatest(unique_id_l, unique_id_r) AS r,
                  match_probability AS p, match_weight AS w FROM {scored})
SELECT coalesce(s.l, k.unique_id_l) AS l, coalesce(s.r, k.unique_id_r) AS r,
       CASE WHEN k.by_key IS NULL THEN p ELSE 1.0 END AS probability,
       coalesce(w, 100.0) AS weight, coalesce(k.by_key, '') AS by_key
FROM s FULL JOIN {keyed} k ON s.l = k.unique_id_l AND s.r = k.unique_id_r
"""


def link(  # noqa: PLR0913  (each is a choice of the caller's)
    left: pl.DataFrame,
    right: pl.DataFrame | None = None,
    *,
    model: LinkModel,
    seed: int,
    memory_gib: float = 5.0,
    threads: int | None = None,
    spill: Path | None = None,
    names: Sequence[str] = (),
    progress: Progress = silent,
) -> Linkage:
    """Find the pairs within one file, or between two.

    Args:
        left: One row a record, with the model's columns.
        right: The other file, or none to search the first for duplicates.
        model: What is compared how.
        seed: Seeds the random pairs of training.
        memory_gib: What DuckDB may keep in memory; the rest spills to disk.
        threads: How many threads score; all where none is said.
        spill: The folder for what does not fit into memory.
        names: What the files are called, for messages.
        progress: Told the steps done, and of how many.

    Raises:
        InputError: If a file lacks a column of the model, or holds no record.
    """
    files = [left] if right is None else [left, right]
    sides = names or (("left", "right") if right is not None else ("",))
    for file, where in zip(files, sides, strict=True):
        check(file.columns, file.height, model, where)
    sizes = [file.height for file in files]
    with opened(memory_gib, files=len(files), threads=threads, spill=spill) as connection:
        ids = _load(connection, files, model)
        progress(1, STEPS)
        find_keyed(connection, model)
        progress(2, STEPS)
        weights = _learnt(connection, model, sizes, np.random.default_rng(seed))
        progress(3, STEPS)
        chosen = weighing.settings(model, weights, sizes)
        scored = weighing.scored(connection, chosen, len(files))
        pairs = _pairs(connection, scored, ids)
        progress(STEPS, STEPS)
    return Linkage(
        pairs=pairs,
        model=model,
        weights=weights,
        rows=sum(sizes),
        files=len(files),
        seed=seed,
    )


def _load(
    connection: duckdb.DuckDBPyConnection, files: list[pl.DataFrame], model: LinkModel
) -> pl.Series:
    """Fill `records`, numbered through both files, and give the records' own names by number."""
    first = (0, files[0].height)
    rows = [prepared(file, model, place=n, first=first[n]) for n, file in enumerate(files)]
    both = pl.concat(rows)
    connection.register("arrived", both.drop("record").to_arrow())
    connection.execute("CREATE TABLE records AS SELECT * FROM arrived")
    connection.unregister("arrived")
    return both["record"]


def _learnt(
    connection: duckdb.DuckDBPyConnection,
    model: LinkModel,
    sizes: list[int],
    random: np.random.Generator,
) -> Weights:
    catch = caught(connection, model)
    shown = random_levels(connection, model, strangers(sizes, random))
    return learn(model, catch, shown) or assume(
        model, catch, shown, take(connection, model, sizes, counted(connection, model))
    )


def _pairs(connection: duckdb.DuckDBPyConnection, scored: str, ids: pl.Series) -> pl.DataFrame:
    """Join what keys and weights found into one table of pairs, under the records' own names."""
    found = connection.execute(PAIRS_FOUND.format(scored=scored, keyed="keyed")).pl()
    return (
        found.sort("probability", "weight", "l", "r", descending=[True, True, False, False])
        .select(
            left=pl.lit(ids).gather(pl.col("l")),
            right=pl.lit(ids).gather(pl.col("r")),
            left_row=pl.col("l").cast(pl.Int64),
            right_row=pl.col("r").cast(pl.Int64),
            probability="probability",
            weight="weight",
            key="by_key",
        )
        .select(PAIRS.names())
        .cast(PAIRS)
    )
