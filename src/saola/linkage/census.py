"""How many pairs of a file agree on columns, counted by groups: no pair is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from saola.linkage.model import LinkModel

# What `strangers` drew from: in one piece and in partitions these are the same records.
SAMPLE = """(SELECT * FROM records WHERE unique_id IN
             (SELECT unique_id_l FROM strangers UNION SELECT unique_id_r FROM strangers))"""


@dataclass(frozen=True)
class Census:
    """Pairs that agree.

    Attributes:
        possible: How many pairs the whole can make.
        present: Column → the share of pairs in which both records have it.
        equal: Column → the share of pairs whose values are equal.
        together: Pairs that agree on each of `groups(model)`.
    """

    possible: int
    present: dict[str, float]
    equal: dict[str, float]
    together: tuple[int, ...]


def groups(model: LinkModel) -> tuple[tuple[str, ...], ...]:
    """List the sets of columns whose agreement is counted: the blocks, and all that is compared."""
    return (*model.blocks, tuple(model.columns))


def possible(sizes: Sequence[int]) -> int:
    """Count the pairs that a file, or two, can make; one at least, for shares of them.

    Args:
        sizes: How many records each file has.
    """
    return sizes[0] * sizes[1] if len(sizes) > 1 else max(sizes[0] * (sizes[0] - 1) // 2, 1)


def take(
    connection: duckdb.DuckDBPyConnection,
    model: LinkModel,
    sizes: Sequence[int],
    together: Sequence[int],
) -> Census:
    """Count the agreement on single columns in the records that random pairs were drawn from.

    Args:
        connection: Has `records` and `strangers`.
        model: The model.
        sizes: How many records each file has.
        together: Pairs of the whole that agree on each of `groups(model)`.
    """
    sets = [*groups(model), model.witness, *(key.on for key in model.keys)]
    columns = sorted(set().union(*sets))
    every = max(_pairs(connection, SAMPLE), 1)
    return Census(
        possible=possible(sizes),
        present={c: _pairs(connection, SAMPLE, f"{c} IS NOT NULL") / every for c in columns},
        equal={c: agreeing(connection, [c], SAMPLE) / every for c in columns},
        together=tuple(together),
    )


def agreeing(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[str], among: str = "records"
) -> int:
    """Count the pairs of records that agree on columns; a missing value agrees with none."""
    known = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    return _pairs(connection, among, known, f"GROUP BY {', '.join(columns)}")


def counted(connection: duckdb.DuckDBPyConnection, model: LinkModel) -> list[int]:
    """Count the pairs of `records` that agree on each of `groups(model)`."""
    return [agreeing(connection, columns) for columns in groups(model)]


def _pairs(
    connection: duckdb.DuckDBPyConnection, among: str, known: str = "TRUE", by: str = ""
) -> int:
    found = connection.execute(
        f"""
        SELECT coalesce(sum(IF(apart() = 1, l * r, (l + r) * (l + r - 1) // 2)), 0)
        FROM (SELECT count(*) FILTER (side = 0) AS l, count(*) FILTER (side = 1) AS r
              FROM {among} WHERE {known} {by})
        """  # noqa: S608  (column names come from the model)
    )
    return int(found.fetchall()[0][0])
