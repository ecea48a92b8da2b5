"""Whole tables at once, in and out: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import polars as pl
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

Table = tuple[type[models.Model], Callable[[], pl.DataFrame]]
ROWS_A_PART = 500_000
ROWS_A_PIECE = 10_000


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
    _send(connection, model, frame, _pieces(connection, model, frame))


def _send(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    frame: pl.DataFrame,
    pieces: Iterable[memoryview] | None,
) -> None:
    """Write a frame, in binary form where its pieces are given."""
    if frame.is_empty():
        return
    quoted = [connection.ops.quote_name(name) for name in columns_of(model, frame.columns)]
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001  (Django's documented door)
    listed = ", ".join(quoted)
    with connection.cursor() as cursor:
        if pieces is not None:
            _copy_packed(cursor, f"COPY {table} ({listed}) FROM STDIN (FORMAT binary)", pieces)
        elif connection.vendor == "postgresql":
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


def write_all(connection: BaseDatabaseWrapper, tables: Sequence[Table]) -> None:
    """Append to several tables in order; rows are made and packed while those before are written.

    Args:
        connection: Inside a transaction.
        tables: Tables, and what makes the rows of each without asking the database.
    """

    def ready(
        model: type[models.Model], rows: Callable[[], pl.DataFrame]
    ) -> tuple[pl.DataFrame, list[memoryview] | None]:
        frame = rows()
        pieces = _pieces(connection, model, frame)
        return frame, None if pieces is None else list(pieces)

    with ThreadPoolExecutor(max_workers=1) as ahead:
        coming = [(model, ahead.submit(ready, model, rows)) for model, rows in tables]
        for model, made in coming:
            _send(connection, model, *made.result())


def _pieces(
    connection: BaseDatabaseWrapper, model: type[models.Model], frame: pl.DataFrame
) -> Iterator[memoryview] | None:
    """Give a frame in the binary form of COPY, piece by piece; none where it has to be text."""
    if connection.vendor != "postgresql":
        return None
    from saola.server.registries import packed  # noqa: PLC0415  (only here is it needed: it loads Numba)

    fields = {field.name: field for field in model._meta.concrete_fields}  # noqa: SLF001  (Django's documented door)
    kinds = [str(fields[name].db_type(connection)) for name in frame.columns]
    if not packed.fits(frame, kinds):
        return None
    return (packed.rows(piece, kinds) for piece in frame.iter_slices(ROWS_A_PIECE))


def _copy_packed(cursor: Any, statement: str, pieces: Iterable[memoryview]) -> None:
    from saola.server.registries import packed  # noqa: PLC0415  (as above)

    with cursor.copy(statement) as copy:
        copy.write(packed.HEAD)
        for piece in pieces:
            copy.write(piece)
        copy.write(packed.TAIL)


def _copy(cursor: Any, statement: str, frame: pl.DataFrame) -> None:
    """Send a frame as text, in pieces: the server works on one while the next is written out."""
    blobs = [name for name, kind in frame.schema.items() if kind == pl.Binary]
    coded = [pl.lit("\\x") + pl.col(name).bin.encode("hex") for name in blobs]
    frame = frame.with_columns(blob.alias(name) for name, blob in zip(blobs, coded, strict=True))
    with cursor.copy(statement) as copy:
        for piece in frame.iter_slices(ROWS_A_PIECE):
            copy.write(
                piece.write_csv(include_header=False, quote_style="necessary", null_value="")
            )


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
    return {row[0] for row in _bearing(connection, model, [field], values)}


def keyed(
    connection: BaseDatabaseWrapper, model: type[models.Model], field: str, values: list[str]
) -> dict[str, int]:
    """Give the keys of the rows whose unique column holds one of some values."""
    return dict(_bearing(connection, model, [field, "id"], values))


def _listed(values: list[str]) -> str:
    """Write an array as PostgreSQL reads it, all of it at once: the driver quotes one by one."""
    cells = pl.Series(values, dtype=pl.String).str.replace_all(r'([\\"])', r"\$1")
    return f'{{"{cells.str.join(chr(34) + "," + chr(34))[0]}"}}' if values else "{}"


def _bearing(
    connection: BaseDatabaseWrapper, model: type[models.Model], fields: list[str], values: list[str]
) -> list[tuple[Any, ...]]:
    """Select some columns of the rows whose first column holds one of some values."""
    columns = [connection.ops.quote_name(name) for name in columns_of(model, fields)]
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001  (Django's documented door)
    listed = ", ".join(columns)
    found: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            query = f"SELECT {listed} FROM {table} WHERE {columns[0]} = ANY(%s::text[])"  # noqa: S608  (names come from the models)
            cursor.execute(query, [_listed(values)])
            return cursor.fetchall()  # type: ignore[no-any-return]  # Django's cursor is untyped
        for start in range(0, len(values), 30_000):
            part = values[start : start + 30_000]
            marks = ", ".join(["%s"] * len(part))
            cursor.execute(f"SELECT {listed} FROM {table} WHERE {columns[0]} IN ({marks})", part)  # noqa: S608
            found.extend(cursor.fetchall())
    return found


def read(connection: BaseDatabaseWrapper, query: str, schema: pl.Schema) -> Iterator[pl.DataFrame]:
    """Read what a query gives as frames: by COPY from PostgreSQL, in parts from SQLite.

    Args:
        connection: The database.
        query: The statement, without values from outside.
        schema: Of its columns in order; days are read as text.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
                data = b"".join(copy)
            if data:
                yield pl.read_csv(data, has_header=False, schema=schema)
            return
        raw = connection.connection.cursor()
        raw.execute(query)
        while rows := raw.fetchmany(ROWS_A_PART):
            yield pl.DataFrame(rows, schema=schema, orient="row")
