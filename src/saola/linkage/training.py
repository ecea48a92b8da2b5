"""Learn how often each level occurs between records of one person and of two.

Pairs that share a decisive key are almost surely one person, so they show how often true pairs
agree on everything else (m); random pairs show how often strangers do (u). The key's own columns
learn from pairs that a second, independent set of columns finds: the witness. Nothing is labelled
by hand, and no iteration can drift.

Source: Fellegi and Sunter 1969; Winkler 1988 on m from blocks of near-certain pairs; Chapman 1951
on the size of a population from two catches.
"""

from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl

from saola.linkage.levels import levels
from saola.linkage.model import LinkModel

ENOUGH_PAIRS = 50
RANDOM_PAIRS = 500_000
SMOOTHING = 0.5
# `apart()` is 1 where two files are linked and 0 where one is searched for duplicates.
ORDERED = "l.unique_id < r.unique_id AND l.side + apart() <= r.side"


@dataclass(frozen=True)
class Weights:
    """What was learnt.

    Attributes:
        m: Column → share of each level among records of one person, `else` last.
        u: Column → share of each level among random pairs, `else` last.
        expected: How many pairs of one person the files are thought to hold.
    """

    m: dict[str, tuple[float, ...]]
    u: dict[str, tuple[float, ...]]
    expected: float


def learn(
    connection: duckdb.DuckDBPyConnection, model: LinkModel, *, random: np.random.Generator
) -> Weights | None:
    """Learn the weights from the tables `records` and `keyed`; none where keys are too few.

    Args:
        connection: Has `records` (with `unique_id`, `side`) and `keyed` (`unique_id_l`, `_r`).
        model: The model.
        random: Draws the random pairs.
    """
    keyed = _count(connection, "keyed")
    if keyed < ENOUGH_PAIRS or not model.witness:
        return None
    _witness(connection, model)
    _random_pairs(connection, random)
    caught = _count(connection, "witnessed")
    both = connection.execute(
        "SELECT count(*) FROM keyed JOIN witnessed USING (unique_id_l, unique_id_r)"
    ).fetchall()[0][0]
    if both < ENOUGH_PAIRS:
        return None
    decisive = {column for key in model.keys for column in key.on}
    by_key = {c: k for c, k in model.columns.items() if c not in decisive}
    by_witness = {c: k for c, k in model.columns.items() if c in decisive}
    m = _shares(connection, "keyed", by_key) | _shares(connection, "witnessed", by_witness)
    return Weights(
        m={column: m[column] for column in model.columns},
        u=_shares(connection, "strangers", model.columns),
        expected=max((keyed + 1) * (caught + 1) / (both + 1) - 1, float(keyed)),
    )


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])  # noqa: S608  (our own table names)


def _witness(connection: duckdb.DuckDBPyConnection, model: LinkModel) -> None:
    same = " AND ".join(f"l.{column} = r.{column}" for column in model.witness)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE witnessed AS
        SELECT l.unique_id AS unique_id_l, r.unique_id AS unique_id_r
        FROM records l JOIN records r ON {same} AND {ORDERED}
        """  # noqa: S608  (column names come from the model)
    )


def _random_pairs(connection: duckdb.DuckDBPyConnection, random: np.random.Generator) -> None:
    sides = connection.execute(
        "SELECT side, min(unique_id), max(unique_id) + 1 FROM records GROUP BY side ORDER BY side"
    ).fetchall()
    left, right = sides[0][1:], sides[-1][1:]
    wanted = min(RANDOM_PAIRS, (left[1] - left[0]) * (right[1] - right[0]))
    drawn = {
        "unique_id_l": random.integers(left[0], left[1], wanted),
        "unique_id_r": random.integers(right[0], right[1], wanted),
    }
    connection.register("drawn", pl.DataFrame(drawn).to_arrow())
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE strangers AS"
        " SELECT * FROM drawn WHERE unique_id_l != unique_id_r"
    )
    connection.unregister("drawn")


def _shares(
    connection: duckdb.DuckDBPyConnection, pairs: str, columns: dict[str, str]
) -> dict[str, tuple[float, ...]]:
    """Count the levels of some columns over a table of pairs; a level never met keeps a trace."""
    if not columns:
        return {}
    cases = []
    for column, kind in columns.items():
        steps = " ".join(
            f"WHEN {level.sql} THEN {place}" for place, level in enumerate(levels(kind, column))
        )
        last = len(levels(kind, column))
        null = f"WHEN {column}_l IS NULL OR {column}_r IS NULL THEN -1"
        cases.append(f"CASE {null} {steps} ELSE {last} END AS {column}")
    sides = _sides(connection)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE agreement AS
        WITH p AS (SELECT * FROM {pairs} LIMIT {RANDOM_PAIRS}),
        c AS (SELECT {sides} FROM p JOIN records l ON l.unique_id = p.unique_id_l
              JOIN records r ON r.unique_id = p.unique_id_r)
        SELECT {", ".join(cases)} FROM c
        """  # noqa: S608  (columns and conditions come from the model)
    )
    return {column: _share(connection, column, kind) for column, kind in columns.items()}


def _sides(connection: duckdb.DuckDBPyConnection) -> str:
    found = [row[0] for row in connection.execute("DESCRIBE records").fetchall()]
    return ", ".join(f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in found)


def _share(connection: duckdb.DuckDBPyConnection, column: str, kind: str) -> tuple[float, ...]:
    size = len(levels(kind, column)) + 1
    counts = np.full(size, SMOOTHING)
    rows = connection.execute(
        f"SELECT {column}, count(*) FROM agreement WHERE {column} >= 0 GROUP BY 1"  # noqa: S608
    ).fetchall()
    for place, count in rows:
        counts[place] += count
    return tuple(float(share) for share in counts / counts.sum())
