"""Write a frame into a table at once: COPY on PostgreSQL, one prepared insert on SQLite."""

from typing import Any

import polars as pl
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


def columns_of(model: type[models.Model], names: list[str]) -> list[str]:
    """Give the database's names of some fields of a model."""
    fields = {field.name: field for field in model._meta.concrete_fields}  # noqa: SLF001  (Django's documented door)
    return [str(fields[name].column) for name in names]


def write(connection: BaseDatabaseWrapper, model: type[models.Model], frame: pl.DataFrame) -> None:
    """Append the rows of a frame whose columns are fields of the model.

    Args:
        connection: Inside a transaction.
        model: The table.
        frame: Its columns are field names; every column without a default must be there.
    """
    if frame.is_empty():
        return
    quoted = [connection.ops.quote_name(name) for name in columns_of(model, frame.columns)]
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001  (Django's documented door)
    listed = ", ".join(quoted)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, f"COPY {table} ({listed}) FROM STDIN (FORMAT csv)", frame)
        else:
            marks = ", ".join("?" * len(quoted))
            text = frame.with_columns(
                pl.col(pl.Date).cast(pl.String),
                # As Django writes them: SQLite compares texts, and whole seconds have no dot.
                pl.col(pl.Datetime)
                .dt.strftime("%Y-%m-%d %H:%M:%S%.6f")
                .str.strip_suffix(".000000"),
            )
            # The driver's own cursor: Django's would rewrite the marks of every row.
            raw = connection.connection.cursor()
            raw.executemany(f"INSERT INTO {table} ({listed}) VALUES ({marks})", text.rows())  # noqa: S608  (names come from the models)


def _copy(cursor: Any, statement: str, frame: pl.DataFrame) -> None:
    data = frame.write_csv(include_header=False, quote_style="necessary", null_value="")
    with cursor.copy(statement) as copy:
        copy.write(data)


def keys(
    connection: BaseDatabaseWrapper, counter: type[models.Model], name: str, count: int
) -> int:
    """Take a block of keys and give the first.

    Args:
        connection: Inside a transaction; the counter's row is locked until it ends.
        counter: A table of `shared.Counter`.
        name: Whose keys.
        count: How many.
    """
    rows = counter._base_manager.using(connection.alias)  # noqa: SLF001  (Django's documented door)
    rows.get_or_create(name=name)
    row: Any = rows.select_for_update().get(name=name)
    first = int(row.next)
    row.next += count
    row.save(using=connection.alias)
    return first


def present(
    connection: BaseDatabaseWrapper, model: type[models.Model], field: str, values: list[str]
) -> set[str]:
    """Tell which of some values a column holds already."""
    column = connection.ops.quote_name(columns_of(model, [field])[0])
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001  (Django's documented door)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT {column} FROM {table} WHERE {column} = ANY(%s)", [values])  # noqa: S608
            return {row[0] for row in cursor.fetchall()}
        found: set[str] = set()
        for start in range(0, len(values), 30_000):
            part = values[start : start + 30_000]
            marks = ", ".join(["%s"] * len(part))
            cursor.execute(f"SELECT {column} FROM {table} WHERE {column} IN ({marks})", part)  # noqa: S608
            found.update(row[0] for row in cursor.fetchall())
        return found
