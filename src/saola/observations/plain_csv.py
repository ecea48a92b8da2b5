"""The plain part of a CSV file, read by Polars: no quotes, UTF-8, no row longer than the header.

Most of most files is plain. Where that ends, `saola.observations.tabular` goes on row by row.
"""

import codecs
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Part:
    """A plain part of a file.

    Attributes:
        header: The cells of the file's first line.
        rows: One row a line: texts, columns named by place, and `line`.
        offset: The byte where the file goes on.
        line: The line that begins there, counted from 1.
    """

    header: tuple[str, ...]
    rows: pl.DataFrame
    offset: int
    line: int


def parts(path: Path, delimiter: str) -> Iterator[Part]:
    """Read a file as far as it is plain; nothing where its header is not.

    Args:
        path: The file.
        delimiter: What stands between cells.
    """
    with path.open("rb") as stream:
        first = stream.readline().removeprefix(codecs.BOM_UTF8).rstrip(b"\r\n")
        if not first.strip() or not _sound(first):
            return
        header, line = tuple(first.decode().split(delimiter)), 2
        while raw := stream.read(_BYTES) + stream.readline():
            found = _frame(raw.replace(b"\r\n", b"\n"), delimiter, header)
            if found is None:
                return
            rows = found.with_row_index("line", offset=line)
            line += found.height
            yield Part(header, rows, stream.tell(), line)


def _sound(raw: bytes) -> bool:
    """Tell whether every byte stands for itself."""
    if any(sign in raw for sign in (b'"', b"\0", b"\r")):
        return False
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _frame(raw: bytes, delimiter: str, header: Sequence[str]) -> pl.DataFrame | None:
    lines = raw.count(b"\n") + (not raw.endswith(b"\n"))
    blank = raw.startswith(b"\n") or b"\n\n" in raw
    long = raw.count(delimiter.encode()) > (len(header) - 1) * lines
    if blank or long or not _sound(raw):
        return None
    try:
        found = pl.read_csv(
            io.BytesIO(raw),
            has_header=False,
            separator=delimiter,
            quote_char=None,
            schema={f"{place}": pl.String for place in range(len(header))},
        )
    except pl.exceptions.PolarsError:  # a row is longer than the header
        return None
    return found.with_columns(pl.all().fill_null("")) if found.height == lines else None
