"""Rows in the binary form of PostgreSQL's COPY: nothing to quote, and the server parses nothing.

A row is a count of fields, then of each its length in bytes (-1 for null) and its bytes; numbers
have the highest byte first, dates and moments count from 2000.

Source: PostgreSQL documentation, COPY, "Binary Format".
"""

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL = b"\xff\xff"
_DAYS = 10_957  # from 1970 to 2000
_MICROSECONDS = _DAYS * 86_400_000_000
_WHOLE = {"bigint": 8, "integer": 4, "smallint": 2}
_DATED = {"date": (pl.Date, 4), "timestamp with time zone": (pl.Datetime, 8)}
_BLOBS = {"varchar": pl.String, "text": pl.String, "bytea": pl.Binary}
# Not by `pa.scalar`: converting a Python object imports pandas, a second's work.
_NOTHING = pa.Array.from_buffers(
    pa.large_binary(), 1, [None, pa.py_buffer(bytes(16)), pa.py_buffer(b"")]
)[0]
Bytes = NDArray[np.uint8]


def _width(kind: str, held: pl.DataType) -> int | None:
    """Say how many bytes a cell takes, 0 where it has its own length; none where unknown."""
    base = kind.partition("(")[0]
    if base in _WHOLE and held.is_integer():
        return _WHOLE[base]
    if base in _DATED and held == _DATED[base][0]:
        return _DATED[base][1]
    if base == "double precision" and held == pl.Float64:
        return 8
    return 0 if base in _BLOBS and held == _BLOBS[base] else None


def fits(frame: pl.DataFrame, kinds: list[str]) -> bool:
    """Tell whether every column can be written for the type of its column in the database."""
    found = zip(kinds, frame.dtypes, strict=True)
    return all(_width(kind, held) is not None for kind, held in found)


def rows(frame: pl.DataFrame, kinds: list[str]) -> memoryview:
    """Write the rows of a frame, without head and tail.

    Args:
        frame: At least one row; columns in the order of COPY.
        kinds: The type of each column in the database; `fits` said yes.
    """
    count = np.broadcast_to(np.frombuffer(frame.width.to_bytes(2), np.uint8), (frame.height, 2))
    parts = [_binary(np.ascontiguousarray(count), np.full(frame.height, 2))]
    for column, kind in zip(frame.get_columns(), kinds, strict=True):
        width = _width(kind, column.dtype)
        parts += [_numbers(column, width)] if width else _strings(column)
    joined = pc.binary_join_element_wise(*parts, _NOTHING)
    _, ends, data = joined.buffers()
    size = np.frombuffer(ends, np.int64)[joined.offset + len(joined)]
    return memoryview(data)[:size]


def _binary(cells: Bytes, lengths: NDArray[np.int64]) -> pa.Array:
    """Make an array of binary cells from their bytes, one after another."""
    ends = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=ends[1:])
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(cells)]
    return pa.Array.from_buffers(pa.large_binary(), len(lengths), buffers)


def _numbers(column: pl.Series, width: int) -> pa.Array:
    """Write cells of one width, each with its length before it; a null is a length alone."""
    cells = np.empty(len(column), np.dtype([("length", ">i4"), ("value", f">i{width}")]))
    cells["length"], cells["value"] = width, _whole(column)
    whole = cells.view(np.uint8).reshape(len(column), 4 + width)
    lengths = np.full(len(column), 4 + width)
    if not column.null_count():
        return _binary(whole, lengths)
    null = column.is_null().to_numpy()
    whole[null, :4], lengths[null] = 255, 4
    kept = np.arange(4 + width) < lengths[:, None]
    return _binary(whole[kept], lengths)


def _strings(column: pl.Series) -> list[pa.Array]:
    """Write the lengths of cells, and the cells."""
    size = column.bin.size() if column.dtype == pl.Binary else column.str.len_bytes()
    lengths = size.cast(pl.Int64).fill_null(-1).to_numpy().astype(">i4")
    heads = _binary(lengths.view(np.uint8), np.full(len(column), 4))
    if column.null_count() == len(column):
        return [heads]
    cells = column.to_arrow(compat_level=pl.CompatLevel.oldest()).view(pa.large_binary())
    return [heads, pc.fill_null(cells, _NOTHING) if column.null_count() else cells]


def _whole(column: pl.Series) -> NDArray[np.int64]:
    """Give a column as PostgreSQL counts, nulls as zero."""
    if column.dtype == pl.Float64:
        bits: NDArray[np.int64] = column.fill_null(0.0).to_numpy().view(np.int64)
        return bits
    if column.dtype == pl.Date:
        column = column.to_physical() - _DAYS
    elif column.dtype == pl.Datetime:
        column = column.dt.epoch("us") - _MICROSECONDS
    return column.fill_null(0).to_numpy()
