"""Tables in files, block by block, as they are written: CSV, XLSX and Parquet.

A block is a frame of strings with the file's columns and two of our own: `_line`, the row's place
in the file, and `_fault`, the code of what is wrong with the row as a row, null for nothing.
"""

import codecs
import csv
import itertools
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl
import polars.selectors as cs

from saola.errors import InputError
from saola.observations import plain_csv
from saola.observations.quoted_csv import Records, Row
from saola.observations.unpacked import unpacked

LINE, FAULT = "_line", "_fault"
SIZE = 100_000

# A sheet that unpacks to more than this, or by more than this factor, is an attack or a mistake.
MOST_UNPACKED = 600 * 2**20
MOST_RATIO = 250

MOST_TITLES = 30  # lines above the header in which it is looked for
Headed = Callable[[Sequence[str]], bool]

TYPED = (".xlsx", ".xlsm", ".parquet")  # files whose numbers are numbers
# Three decimals could be taken for thousands, four cannot: a number cell gets a zero more.
_EITHER = re.compile(r"^-?[1-9]\d{0,2}\.\d{3}$")

_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def blocks(
    path: Path, *, sheet: str | None = None, size: int = SIZE, headed: Headed | None = None
) -> Iterator[pl.DataFrame]:
    """Read a table.

    Args:
        path: A file ending in `.csv`, `.tsv`, `.txt`, `.xlsx`, `.xlsm` or `.parquet`.
        sheet: The sheet of a workbook; by default its first with a header.
        size: Rows a block.
        headed: Tells a header, so that titles above it are passed over; where none of the first
            lines is one, and by default, the header is the first line.

    Yields:
        Frames of strings with `_line` and `_fault`.

    Raises:
        InputError: `file-absent`, `file-kind-unknown`, `file-empty`, `encoding-unknown`,
            `column-twice`, or what is wrong with a workbook.
    """
    if not path.is_file():
        raise InputError("file-absent", where=str(path), found=path.name)
    kind = path.suffix.lower()
    if kind == ".parquet":
        yield from _parquet(path, size)
    elif kind in (".xlsx", ".xlsm"):
        yield from _blocks(path, _below_titles(_sheet_rows(path, sheet), headed), size)
    elif kind in (".csv", ".tsv", ".txt"):
        yield from _csv(path, size, headed)
    else:
        raise InputError("file-kind-unknown", where=str(path), found=kind or path.name)


def _blocks(path: Path, rows: Iterable[Row], size: int) -> Iterator[pl.DataFrame]:
    source = iter(rows)
    _, header, _ = next(source, (0, (), None))
    names = _names(path, header)
    held: list[Row] = []
    sent = False
    for row in source:
        if any(cell.strip() for cell in row[1]):
            held.append(row)
        if len(held) >= size:
            yield _frame(names, held)
            held, sent = [], True
    if held or not sent:
        yield _frame(names, held)


def _below_titles(rows: Iterator[Row], headed: Headed | None) -> Iterator[Row]:
    """Pass over the titles above a header."""
    if headed is None:
        return rows
    first = list(itertools.islice(rows, MOST_TITLES))
    start = next((n for n, (_, cells, _) in enumerate(first) if headed(_plainly(cells))), 0)
    return itertools.chain(first[start:], rows)


def _plainly(cells: Iterable[str]) -> list[str]:
    return [" ".join(cell.split()) for cell in cells]


def _names(path: Path, header: Sequence[str]) -> list[str]:
    """Give the columns their names; those at the end that have none are left off."""
    names = _plainly(header)
    while names and not names[-1]:
        names.pop()
    if not names:
        raise InputError("file-empty", where=path.name, found=path.name)
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise InputError("column-twice", where=f"{path.name}:1", found=", ".join(sorted(twice)))
    return names


def _frame(names: Sequence[str], rows: Sequence[Row]) -> pl.DataFrame:
    width = len(names)
    lines, faults, cells = [], [], []
    for line, row, fault in rows:
        extra = any(cell.strip() for cell in row[width:])
        lines.append(line)
        faults.append(fault or ("row-too-long" if extra else None))
        cells.append(row if len(row) == width else [*row[:width], *[""] * (width - len(row))])
    columns = list(zip(*cells, strict=True)) or [()] * width
    data = {
        name: pl.Series(column, dtype=pl.String)
        for name, column in zip(names, columns, strict=True)
    }
    return pl.DataFrame(
        {
            **data,
            LINE: pl.Series(lines, dtype=pl.UInt32),
            FAULT: pl.Series(faults, dtype=pl.String),
        }
    )


# -- CSV ----------------------------------------------------------------------------------------


def _csv(path: Path, size: int, headed: Headed | None) -> Iterator[pl.DataFrame]:
    """Read a file as fast as it is plain, and the rest of it row by row."""
    head = _beginning(path)
    part = None
    if titles := _titles(head, headed):
        yield from _blocks(path, _csv_rows(path, head, None, titles), size)
        return
    for part in plain_csv.parts(path, _delimiter(head, "utf-8")):
        rows = _plain(path, part)
        yield from rows.iter_slices(size) if rows.height else [rows]
    if part is None or part.offset < path.stat().st_size:
        yield from _blocks(path, _csv_rows(path, head, part), size)


def _plain(path: Path, part: plain_csv.Part) -> pl.DataFrame:
    filled = pl.any_horizontal(pl.exclude("line").str.strip_chars() != "")
    names = _names(path, part.header)
    return part.rows.filter(filled).select(
        *(pl.col(str(place)).alias(name) for place, name in enumerate(names)),
        pl.col("line").alias(LINE),
        pl.lit(None, pl.String).alias(FAULT),
    )


def _beginning(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(65536)


def _titles(head: bytes, headed: Headed | None) -> int:
    """Count the lines above the header of a file in UTF-8."""
    if headed is None:
        return 0
    lines = head.removeprefix(codecs.BOM_UTF8).split(b"\n")[:MOST_TITLES]
    for place, line in enumerate(lines):
        text = line.decode("utf-8", errors="replace").rstrip("\r")
        try:
            cells = next(csv.reader([text], delimiter=_delimiter(line, "utf-8")), [])
        except csv.Error:
            continue
        if headed(_plainly(cells)):
            return place
    return 0


def _csv_rows(
    path: Path, head: bytes, after: plain_csv.Part | None, titles: int = 0
) -> Iterator[Row]:
    """Read a file row by row, after its plain part; the header comes first in either case."""
    if head.startswith(_BOMS):
        with path.open(encoding="utf-16", newline="") as texts:
            marked = ((line, True) for line in texts)
            yield from Records(path.name, marked, _delimiter(head, "utf-16"))
        return
    if head.count(0) > len(head) // 10:
        raise InputError("encoding-unknown", where=path.name, found=path.name)
    above = len(head) - len(_below(head, titles))
    offset, before = (after.offset, after.line - 1) if after else (above, titles)
    if after:
        yield 1, after.header, None
    with path.open("rb") as stream:
        stream.seek(offset)
        width = len(after.header) if after else 0
        lines = _utf8_lines(stream, path)
        rows = Records(path.name, lines, _delimiter(head[above:], "utf-8"), width)
        yield from ((line + before, row, fault) for line, row, fault in rows)


def _utf8_lines(stream: Iterable[bytes], path: Path) -> Iterator[tuple[str, bool]]:
    """Decode line by line, so that one foreign line does not lose the file."""
    foreign = plain = 0
    for place, raw in enumerate(stream):
        line = raw.removeprefix(codecs.BOM_UTF8) if place == 0 else raw
        try:
            text, sound = line.decode("utf-8"), True
            plain += not line.isascii()
        except UnicodeDecodeError:
            text, sound = line.decode("windows-1252", errors="replace"), False
            foreign += 1
            if foreign > 20 and foreign > plain:
                raise InputError("encoding-unknown", where=path.name, found=path.name) from None
        yield text, sound


def _below(head: bytes, titles: int) -> bytes:
    """Leave off the lines above the header."""
    return head.split(b"\n", titles)[-1]


def comma_separated(path: Path, headed: Headed | None = None) -> bool:
    """Tell whether a file parts its cells by commas: a decimal comma would stand in its way.

    Args:
        path: The file.
        headed: Tells a header, as for `blocks`.
    """
    if path.suffix.lower() in TYPED or path.suffix.lower() == ".xml":
        return False
    head = _beginning(path)
    head = _below(head, _titles(head, headed))
    encoding = "utf-16" if head.startswith(_BOMS) else "utf-8"
    return _delimiter(head, encoding) == ","


def _delimiter(head: bytes, encoding: str) -> str:
    text = head.decode(encoding, errors="replace")
    first = text.lstrip("\ufeff").partition("\n")[0]
    return max(",;\t|", key=first.count)


# -- workbooks ----------------------------------------------------------------------------------


def _sheet_rows(path: Path, sheet: str | None) -> Iterator[Row]:
    import python_calamine  # noqa: PLC0415  (only workbooks need it)

    check_workbook(path)
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        names = [sheet] if sheet else book.sheet_names
        if sheet and sheet not in book.sheet_names:
            known = ", ".join(book.sheet_names)
            raise InputError("sheet-unknown", where=path.name, found=sheet, known=known)
        for name in names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            first = next((n for n, row in enumerate(rows) if any(_cell(c) for c in row)), None)
            if first is not None:
                break
        else:
            return
    except python_calamine.CalamineError as error:
        raise InputError("workbook-malformed", where=path.name, found=error) from error
    for place, row in enumerate(rows[first:], start=first + 1):
        yield place, [_cell(cell) for cell in row], None


def check_workbook(path: Path) -> None:
    """Refuse a workbook that is no archive or unpacks beyond measure, whatever it says itself.

    Raises:
        InputError: `workbook-malformed` or `workbook-too-large`.
    """
    most = min(MOST_UNPACKED, MOST_RATIO * max(path.stat().st_size, 2**16))
    try:
        size = unpacked(path, most=most)
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError("workbook-malformed", where=path.name, found=error) from error
    if size > most:
        raise InputError("workbook-too-large", where=path.name, found=f"{most / 2**20:.0f} MiB")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _EITHER.sub(r"\g<0>0", str(value)) if isinstance(value, float) else str(value)


# -- Parquet ------------------------------------------------------------------------------------


def _parquet(path: Path, size: int) -> Iterator[pl.DataFrame]:
    try:
        rows = pl.scan_parquet(path)
        total = rows.select(pl.len()).collect().item()
        floats = cs.float().cast(pl.String)
        texts = rows.with_columns(
            floats.str.replace(_EITHER.pattern, "${0}0"), (~cs.float()).cast(pl.String)
        )
        for start in range(0, max(total, 1), size):
            block = texts.slice(start, size).collect()
            yield block.with_row_index(LINE, offset=start + 1).with_columns(
                pl.lit(None, pl.String).alias(FAULT)
            )
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError("parquet-malformed", where=path.name, found=error) from error
