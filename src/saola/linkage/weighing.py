"""Weigh pairs by Splink: a model as Splink's settings, and the table of pairs it scores."""

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb

from saola.linkage.census import possible
from saola.linkage.keys import same
from saola.linkage.levels import levels
from saola.linkage.model import LinkModel
from saola.linkage.training import Weights

LEAST_PROBABILITY = 0.001
ROWS_A_CHUNK = 2_000_000
# Splink's checks of its settings are for people who write them, and take a third of a small task.
BARE: dict[str, Any] = {"log_level": None, "validate_settings": False}


def settings(model: LinkModel, weights: Weights, sizes: Sequence[int]) -> dict[str, Any]:
    """Write the model as Splink's settings, with its weights.

    Args:
        model: What is compared how.
        weights: Those learnt or assumed.
        sizes: How many records each file has, to turn expected pairs into a probability.
    """
    comparisons = [_comparison(column, kind, weights) for column, kind in model.columns.items()]
    if max(weights.crowding, default=1.0) > 1:
        comparisons.append(_crowded(model, weights.crowding))
    return {
        "link_type": "dedupe_only" if len(sizes) == 1 else "link_only",
        "unique_id_column_name": "unique_id",
        "source_dataset_column_name": "source_dataset",
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": rules(model, range(len(model.blocks))),
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "sql_dialect": "duckdb",
        "probability_two_random_records_match": min(weights.expected / possible(sizes), 0.5),
    }


def rules(model: LinkModel, blocks: Sequence[int]) -> list[dict[str, str]]:
    """Write some of a model's blocks as Splink's rules.

    A pair belongs to the first of all blocks that it agrees on. Splink sees to that among the
    blocks it is given; what earlier ones not given would find is left out here.

    Args:
        model: The model.
        blocks: Places of blocks in the model, rising.
    """
    found = []
    for block in blocks:
        outside = [each for each in range(block) if each not in blocks]
        less = "".join(f" AND NOT coalesce({same(model.blocks[each])}, FALSE)" for each in outside)
        found.append({"blocking_rule": same(model.blocks[block]) + less, "sql_dialect": "duckdb"})
    return found


def _comparison(column: str, kind: str, weights: Weights) -> dict[str, Any]:
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
    for place, step in enumerate(steps[1:]):
        step["m_probability"] = weights.m[column][place]
        step["u_probability"] = weights.u[column][place]
    return {"output_column_name": column, "comparison_levels": steps}


def _crowded(model: LinkModel, crowding: Sequence[float]) -> dict[str, Any]:
    """Weaken pairs by the most crowded block they agree on.

    The conditions of the model's columns count the agreement of strangers as independent; this
    one holds how much more frequent it is together, as the ratio of m to u.
    """
    order = sorted(range(len(crowding)), key=lambda block: -crowding[block])
    steps = [
        {
            "sql_condition": same(model.blocks[block], left="{}_l", right="{}_r"),
            "label_for_charts": "+".join(model.blocks[block]),
            "m_probability": 0.5 / crowding[block],
            "u_probability": 0.5,
        }
        for block in order
        if crowding[block] > 1
    ]
    rest = {"sql_condition": "ELSE", "label_for_charts": "else"}
    steps.append(rest | {"m_probability": 0.5, "u_probability": 0.5})
    return {"output_column_name": "crowded", "comparison_levels": steps}


def scored(
    connection: duckdb.DuckDBPyConnection,
    chosen: dict[str, Any],
    files: int,
    frequencies: dict[str, str] | None = None,
) -> str:
    """Let Splink score every blocked pair of `records`, and name the table of pairs.

    Args:
        connection: Has `records`.
        chosen: Splink's settings.
        files: 1 to search for duplicates, 2 to link.
        frequencies: Column → the table of how frequent its values are (`<column>`,
            `tf_<column>`); those among `records` where none are said.
    """
    rows = connection.execute("SELECT count(*) FROM records").fetchall()[0][0]
    with _quiet():
        api, linker = _linker(connection, chosen, files)
        for column, table in (frequencies or {}).items():
            linker.table_management.register_term_frequency_lookup(api.register(table), column)
        chunks = 1 + rows // ROWS_A_CHUNK
        found = linker.inference.predict(
            threshold_match_probability=LEAST_PROBABILITY,
            num_chunks_left=chunks if chunks > 1 else None,
            warning_mode="never",
        )
    name: str = found.physical_name
    return name


def _linker(
    connection: duckdb.DuckDBPyConnection, chosen: dict[str, Any], files: int
) -> tuple[Any, Any]:
    from splink import DuckDBAPI, Linker  # noqa: PLC0415  (slow to import)

    api = DuckDBAPI(connection)
    if files == 1:
        return api, Linker(api.register("records"), chosen, **BARE)
    for side in (0, 1):
        connection.execute(
            f"CREATE OR REPLACE TABLE file_{side} AS SELECT * FROM records WHERE side = {side}"  # noqa: S608  (a number of our own)
        )
    tables = [api.register("file_0"), api.register("file_1")]
    return api, Linker(tables, chosen, **BARE)


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
