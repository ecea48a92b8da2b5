"""Learn how often each level occurs between records of one person and of two.

Pairs that share a decisive key are almost surely one person, so they show how often true pairs
agree on everything else (m); random pairs show how often strangers do (u). The key's own columns
learn from pairs that a second, independent set of columns finds: the witness. Nothing is labelled
by hand, and no iteration can drift.

Source: Fellegi and Sunter 1969; Winkler 1988 on m from blocks of near-certain pairs; Chapman 1951
on the size of a population from two catches.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl

from saola.linkage.keys import ORDERED, same, sides
from saola.linkage.levels import levels
from saola.linkage.model import LinkModel

ENOUGH_PAIRS = 50
RANDOM_PAIRS = 500_000
SMOOTHING = 0.5


@dataclass(frozen=True)
class Weights:
    """What was learnt.

    Attributes:
        m: Column → share of each level among records of one person, `else` last.
        u: Column → share of each level among random pairs, `else` last.
        expected: How many pairs of one person the files are thought to hold; a bound where the
            weights are assumed.
        crowding: How many times as often as by chance strangers agree on each of the model's
            blocks, where that was counted: for assumed weights only.
        assumed: Whether there were too few pairs to learn from.
    """

    m: dict[str, tuple[float, ...]]
    u: dict[str, tuple[float, ...]]
    expected: float
    crowding: tuple[float, ...] = ()
    assumed: bool = False


@dataclass(frozen=True)
class Catch:
    """What keys and witness caught; the catches of parts of a file add up to that of the whole.

    Attributes:
        keyed: How many pairs the keys found.
        witnessed: How many the witness found.
        both: How many the keys found that the witness finds too.
        levels: Column → how many of the pairs show each level, `else` last.
    """

    keyed: int
    witnessed: int
    both: int
    levels: dict[str, tuple[int, ...]]

    def __add__(self, other: "Catch") -> "Catch":
        """Put two parts together."""
        levels = dict(self.levels)
        for column, counts in other.levels.items():
            before = levels.get(column, (0,) * len(counts))
            levels[column] = tuple(a + b for a, b in zip(before, counts, strict=True))
        return Catch(
            self.keyed + other.keyed,
            self.witnessed + other.witnessed,
            self.both + other.both,
            levels,
        )


def caught(
    connection: duckdb.DuckDBPyConnection, model: LinkModel, *, witness: bool = True
) -> Catch:
    """Count what keys and witness find.

    Args:
        connection: Has `records` (with `unique_id`, `side`) and `keyed` (`unique_id_l`, `_r`).
        model: The model.
        witness: Whether the witness looks at these records.
    """
    decisive = {column for key in model.keys for column in key.on}
    by_key = {c: k for c, k in model.columns.items() if c not in decisive}
    by_witness = {c: k for c, k in model.columns.items() if c in decisive}
    found = Catch(_count(connection, "keyed"), 0, 0, level_counts(connection, "keyed", by_key))
    if not model.witness:
        return found
    both = _count(connection, f"({_joined(connection, 'keyed')} WHERE {same(model.witness)})")
    found += Catch(0, 0, both, {})
    if witness:
        _find_witnessed(connection, model)
        levels = level_counts(connection, "witnessed", by_witness)
        found += Catch(0, _count(connection, "witnessed"), 0, levels)
    return found


def strangers(sizes: Sequence[int], random: np.random.Generator) -> pl.DataFrame:
    """Draw random pairs of records: `unique_id_l`, `unique_id_r`, never one record twice.

    Args:
        sizes: How many records each file has; they are numbered through both.
        random: The generator.
    """
    right = sum(sizes[:-1])
    wanted = min(RANDOM_PAIRS, sizes[0] * sizes[-1])
    drawn = pl.DataFrame(
        {
            "unique_id_l": random.integers(0, sizes[0], wanted),
            "unique_id_r": random.integers(right, right + sizes[-1], wanted),
        }
    )
    return drawn.filter(pl.col("unique_id_l") != pl.col("unique_id_r"))


def random_levels(
    connection: duckdb.DuckDBPyConnection, model: LinkModel, drawn: pl.DataFrame
) -> dict[str, tuple[int, ...]]:
    """Count the levels that random pairs show: column → how many show each, `else` last."""
    connection.register("drawn", drawn.to_arrow())
    connection.execute("CREATE OR REPLACE TEMP TABLE strangers AS SELECT * FROM drawn")
    connection.unregister("drawn")
    return level_counts(connection, "strangers", model.columns)


def learn(model: LinkModel, catch: Catch, random: dict[str, tuple[int, ...]]) -> Weights | None:
    """Turn counts into weights; none where the keys found too few pairs to learn from.

    Args:
        model: The model.
        catch: What keys and witness found in the whole.
        random: What random pairs show.
    """
    if min(catch.keyed, catch.both) < ENOUGH_PAIRS:
        return None
    keyed, witnessed, both = catch.keyed, catch.witnessed, catch.both
    return Weights(
        m={column: level_shares(catch.levels[column]) for column in model.columns},
        u={column: level_shares(random[column]) for column in model.columns},
        expected=max((keyed + 1) * (witnessed + 1) / (both + 1) - 1, float(keyed)),
    )


def level_shares(counts: tuple[int, ...]) -> tuple[float, ...]:
    """Turn counts of levels into shares; a level never met keeps a trace."""
    smooth = np.array(counts) + SMOOTHING
    return tuple(float(share) for share in smooth / smooth.sum())


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])  # noqa: S608  (our own table names)


def _joined(connection: duckdb.DuckDBPyConnection, pairs: str) -> str:
    return (
        f"SELECT {sides(connection)} FROM {pairs} p JOIN records l ON l.unique_id = p.unique_id_l"  # noqa: S608  (column names come from the model)
        " JOIN records r ON r.unique_id = p.unique_id_r"
    )


def _find_witnessed(connection: duckdb.DuckDBPyConnection, model: LinkModel) -> None:
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE witnessed AS
        SELECT l.unique_id AS unique_id_l, r.unique_id AS unique_id_r
        FROM records l JOIN records r ON {same(model.witness)} AND {ORDERED}
        """  # noqa: S608  (column names come from the model)
    )


def level_counts(
    connection: duckdb.DuckDBPyConnection, pairs: str, columns: dict[str, str]
) -> dict[str, tuple[int, ...]]:
    """Count the levels of some columns over a table of pairs.

    Args:
        connection: Has `records` and the table of pairs.
        pairs: The table's name.
        columns: Column → kind.
    """
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
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE agreement AS
        WITH c AS ({_joined(connection, pairs)}) SELECT {", ".join(cases)} FROM c
        """  # noqa: S608  (columns and conditions come from the model)
    )
    return {column: _of_column(connection, column, kind) for column, kind in columns.items()}


def _of_column(connection: duckdb.DuckDBPyConnection, column: str, kind: str) -> tuple[int, ...]:
    counts = [0] * (len(levels(kind, column)) + 1)
    rows = connection.execute(
        f"SELECT {column}, count(*) FROM agreement WHERE {column} >= 0 GROUP BY 1"  # noqa: S608  (column names come from the model)
    ).fetchall()
    for place, count in rows:
        counts[place] = count
    return tuple(counts)
