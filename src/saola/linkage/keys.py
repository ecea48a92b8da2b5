"""Exact keys: pairs of records that are one person whatever the weights say."""

from collections.abc import Sequence

import duckdb

from saola.errors import InputError
from saola.linkage.model import Key, LinkModel

# `apart()` is 1 where two files are linked and 0 where one is searched for duplicates.
ORDERED = "l.unique_id < r.unique_id AND l.side + apart() <= r.side"


def sides(connection: duckdb.DuckDBPyConnection) -> str:
    """List the columns of `records` in SQL, those of `l` ending in `_l`, those of `r` in `_r`."""
    found = [row[0] for row in connection.execute("DESCRIBE records").fetchall()]
    return ", ".join(f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in found)


def same(columns: Sequence[str], *, left: str = "l.{}", right: str = "r.{}") -> str:
    """Say in SQL that two records agree on columns."""
    return " AND ".join(f"{left.format(name)} = {right.format(name)}" for name in columns)


def find_keyed(
    connection: duckdb.DuckDBPyConnection, model: LinkModel, keys: Sequence[int] | None = None
) -> None:
    """Fill the table `keyed` with the pairs that keys decide, each under the first that does.

    Args:
        connection: Has `records` (with `unique_id`, `side`).
        model: The model.
        keys: Which of its keys, all where none are said.

    Raises:
        InputError: If the condition of a key is no condition over the model's columns.
    """
    connection.execute("CREATE TABLE keyed (unique_id_l BIGINT, unique_id_r BIGINT, by_key TEXT)")
    columns = sides(connection)
    for place in range(len(model.keys)) if keys is None else keys:
        key = model.keys[place]
        earlier = "".join(
            f" AND NOT coalesce({_decides(one)}, FALSE)" for one in model.keys[:place]
        )
        insert = f"""
            INSERT INTO keyed
            WITH c AS (SELECT {columns} FROM records l JOIN records r
                       ON {same(key.on)} AND {ORDERED})
            SELECT unique_id_l, unique_id_r, $1 FROM c WHERE ({key.confirm}){earlier}
            """  # noqa: S608  (column names and conditions come from the model)
        try:
            connection.execute(insert, ["+".join(key.on)])
        except (duckdb.ProgrammingError, duckdb.DataError, duckdb.NotSupportedError):
            raise InputError("link-model-confirm", where=model.id, found=key.confirm) from None


def _decides(key: Key) -> str:
    return f"({same(key.on, left='{}_l', right='{}_r')} AND ({key.confirm}))"
