"""Find pairs of records of one person: exact keys first, then Fellegi–Sunter weights by Splink.

Splink scores in DuckDB on one machine. The same settings run on Spark: `settings` gives them.
"""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl

from saola.errors import InputError
from saola.linkage.levels import derive, levels
from saola.linkage.linkage import PAIRS, Linkage
from saola.linkage.model import LinkModel
from saola.linkage.training import ORDERED, Weights, learn
from saola.progress import Progress, silent

STEPS = 4
LEAST_PROBABILITY = 0.001
ROWS_A_CHUNK = 2_000_000


def link(  # noqa: PLR0913  (each is a choice of the caller's)
    left: pl.DataFrame,
    right: pl.DataFrame | None = None,
    *,
    model: LinkModel,
    seed: int,
    memory_gib: float = 5.0,
    threads: int | None = None,
    spill: Path | None = None,
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
        progress: Told the steps done, and of how many.

    Raises:
        InputError: If a file lacks a column of the model, or holds no record.
    """
    files = [left] if right is None else [left, right]
    for place, file in enumerate(files):
        _check(file, model, place)
    with _database(memory_gib, threads, spill) as connection:
        ids = _load(connection, files, model)
        progress(1, STEPS)
        _keyed(connection, model)
        progress(2, STEPS)
        weights = learn(connection, model, random=np.random.default_rng(seed))
        progress(3, STEPS)
        scored = _scored(connection, model, weights, len(files))
        pairs = _pairs(connection, scored, ids)
        progress(STEPS, STEPS)
    return Linkage(
        pairs=pairs,
        model=model,
        weights=weights,
        rows=sum(file.height for file in files),
        files=len(files),
        seed=seed,
    )


def _check(file: pl.DataFrame, model: LinkModel, place: int) -> None:
    where = ("left", "right")[place]
    lacking = model.missing(file.columns)
    if lacking:
        raise InputError("link-column-missing", where=where, found=", ".join(lacking))
    if file.is_empty():
        raise InputError("link-file-empty", where=where)


@contextmanager
def _database(
    memory_gib: float, threads: int | None, spill: Path | None
) -> Iterator[duckdb.DuckDBPyConnection]:
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{memory_gib}GB",
        "preserve_insertion_order": False,
    }
    if threads:
        settings["threads"] = threads
    if spill:
        settings["temp_directory"] = str(spill)
    connection = duckdb.connect(":memory:", config=settings)
    # Once another connection of the process has shown a bar, this is no longer a global setting.
    connection.execute("SET enable_progress_bar = false")
    try:
        connection.execute("SET enable_progress_bar = false")
        yield connection
    finally:
        connection.close()


def _load(
    connection: duckdb.DuckDBPyConnection, files: list[pl.DataFrame], model: LinkModel
) -> pl.Series:
    """Fill `records`, numbered through both files, and give the records' own names by number."""
    columns = list(model.columns)
    named = [_names(file, model.record) for file in files]
    both = pl.concat(
        [
            file.select(columns).with_columns(side=pl.lit(place, dtype=pl.Int8))
            for place, file in enumerate(files)
        ]
    ).with_row_index("unique_id")
    table = derive(both, model.columns).with_columns(pl.col("unique_id").cast(pl.Int64))
    connection.register("arrived", table.to_arrow())
    connection.execute("CREATE TABLE records AS SELECT * FROM arrived")
    connection.unregister("arrived")
    connection.execute(f"CREATE MACRO apart() AS {len(files) - 1}")
    return pl.concat(named)


def _names(file: pl.DataFrame, record: str) -> pl.Series:
    if record in file.columns:
        return file[record].cast(pl.String).alias("record")
    return pl.int_range(1, file.height + 1, eager=True).cast(pl.String).alias("record")


def _keyed(connection: duckdb.DuckDBPyConnection, model: LinkModel) -> None:
    connection.execute("CREATE TABLE keyed (unique_id_l BIGINT, unique_id_r BIGINT, by_key TEXT)")
    columns = [row[0] for row in connection.execute("DESCRIBE records").fetchall()]
    sides = ", ".join(f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in columns)
    for key in model.keys:
        same = " AND ".join(f"l.{column} = r.{column}" for column in key.on)
        connection.execute(
            f"""
            INSERT INTO keyed
            WITH c AS (SELECT {sides} FROM records l JOIN records r ON {same} AND {ORDERED})
            SELECT unique_id_l, unique_id_r, $1 FROM c WHERE ({key.confirm})
              AND NOT EXISTS (SELECT 1 FROM keyed k
                              WHERE k.unique_id_l = c.unique_id_l AND k.unique_id_r = c.unique_id_r)
            """,  # noqa: S608  (column names and conditions come from the model)
            ["+".join(key.on)],
        )


def settings(model: LinkModel, weights: Weights | None, *, files: int, rows: int) -> dict[str, Any]:
    """Write the model as Splink's settings, with the weights learnt so far.

    Args:
        model: What is compared how.
        weights: What was learnt, or none for Splink's own starting values.
        files: 1 to search for duplicates, 2 to link.
        rows: The number of records, to turn expected pairs into a probability.
    """
    comparisons = [_comparison(column, kind, weights) for column, kind in model.columns.items()]
    possible = rows * (rows - 1) / 2 if files == 1 else (rows / 2) ** 2
    found: dict[str, Any] = {
        "link_type": "dedupe_only" if files == 1 else "link_only",
        "unique_id_column_name": "unique_id",
        "source_dataset_column_name": "source_dataset",
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": [
            {
                "blocking_rule": " AND ".join(f"l.{c} = r.{c}" for c in block),
                "sql_dialect": "duckdb",
            }
            for block in model.blocks
        ],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "sql_dialect": "duckdb",
    }
    if weights:
        found["probability_two_random_records_match"] = min(weights.expected / possible, 0.5)
    return found


def _comparison(column: str, kind: str, weights: Weights | None) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [
        {
            "sql_condition": f"{column}_l IS NULL OR {column}_r IS NULL",
            "label_for_charts": "missing",
            "is_null_level": True,
        }
    ]
    for level in levels(kind, column):
        step: dict[str, Any] = {"sql_condition": level.sql, "label_for_charts": level.id}
        if level.frequency:
            step |= {"tf_adjustment_column": level.frequency, "tf_adjustment_weight": 1.0}
        steps.append(step)
    steps.append({"sql_condition": "ELSE", "label_for_charts": "else"})
    if weights:
        for place, step in enumerate(steps[1:]):
            step["m_probability"] = weights.m[column][place]
            step["u_probability"] = weights.u[column][place]
    return {"output_column_name": column, "comparison_levels": steps}


def _scored(
    connection: duckdb.DuckDBPyConnection, model: LinkModel, weights: Weights | None, files: int
) -> str:
    """Let Splink score every blocked pair, and name the table of pairs."""
    from splink import DuckDBAPI, Linker  # noqa: PLC0415  (slow to import)

    rows = connection.execute("SELECT count(*) FROM records").fetchall()[0][0]
    with _quiet():
        api = DuckDBAPI(connection)
        if files == 1:
            tables: Any = api.register("records")
        else:
            for side in (0, 1):
                connection.execute(
                    f"CREATE TABLE file_{side} AS SELECT * FROM records WHERE side = {side}"  # noqa: S608  (a number of our own)
                )
            tables = [api.register("file_0"), api.register("file_1")]
        chosen = settings(model, weights, files=files, rows=rows)
        linker = Linker(tables, chosen, log_level=None)
        if weights is None:
            _train_by_splink(linker, model)
        chunks = 1 + rows // ROWS_A_CHUNK
        found = linker.inference.predict(
            threshold_match_probability=LEAST_PROBABILITY,
            num_chunks_left=chunks if chunks > 1 else None,
            warning_mode="never",
        )
    name: str = found.physical_name
    return name


def _train_by_splink(linker: Any, model: LinkModel) -> None:
    """Learn by Splink's expectation maximisation where keys find too few pairs."""
    from splink import block_on  # noqa: PLC0415  (Splink is slow to import)

    rules = [block_on(*block) for block in model.blocks[:3]]
    linker.training.estimate_probability_two_random_records_match(rules, recall=0.8)
    linker.training.estimate_u_using_random_sampling(
        max_pairs=1e6, seed=1, min_count_per_level=None
    )
    for rule in rules:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)


@contextmanager
def _quiet() -> Iterator[None]:
    log = logging.getLogger("splink")
    before = log.level
    log.setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Splink warns of levels that a file never shows
        try:
            yield
        finally:
            log.setLevel(before)


def _pairs(connection: duckdb.DuckDBPyConnection, scored: str, ids: pl.Series) -> pl.DataFrame:
    """Join what keys and weights found into one table of pairs, under the records' own names."""
    found = connection.execute(
        f"""
        WITH s AS (SELECT least(unique_id_l, unique_id_r) AS l, greatest(unique_id_l, unique_id_r)
                   AS r, match_probability AS p, match_weight AS w FROM {scored})
        SELECT coalesce(s.l, k.unique_id_l) AS l, coalesce(s.r, k.unique_id_r) AS r,
               CASE WHEN k.by_key IS NULL THEN p ELSE 1.0 END AS probability,
               coalesce(w, 100.0) AS weight, coalesce(k.by_key, '') AS by_key
        FROM s FULL JOIN keyed k ON s.l = k.unique_id_l AND s.r = k.unique_id_r
        """  # noqa: S608  (Splink's own table name)
    ).pl()
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
