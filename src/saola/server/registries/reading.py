"""Read a file of any accepted kind into one Parquet file of text columns, losing no row.

What follows reads slices of that file, so an intake can stop and go on anywhere. Lines that a
strict reader refuses are read by a forgiving one; a line with too many cells keeps the others in
`CELLS`.
"""

import csv
import hashlib
import itertools
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl
import python_calamine

from saola import disk
from saola.errors import InputError
from saola.formulas import restored
from saola.observations.unpacked import unpacked
from saola.server.registries import legacy

CELLS = "__cells"
ENCODING = ".encoding"
GIVEN = ("batch", "row", "state", "reasons")  # the columns of a file of rows to correct
SEPARATORS = (",", ";", "\t", "|")
ROWS_A_GROUP = 20_000
ROWS_A_BLOCK = 100_000
LARGEST_XLSX = 512 * 1024 * 1024
Reader = Callable[[Path], pl.DataFrame]


def sha256(file: Path, part: str = "") -> str:
    """Give the hash of a file, or of a named part of it."""
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
    digest.update(part.encode())
    return digest.hexdigest()


def stage(file: Path, target: Path, more: Mapping[str, Reader] = MappingProxyType({})) -> int:
    """Write a file as Parquet with text columns and give its number of rows.

    Args:
        file: The file.
        target: Where the Parquet file goes.
        more: Readers beside those of tables, by suffix.

    Raises:
        InputError: If it is absent, of another kind, or no table at all.
        StateError: If the disk is full.
    """
    if not file.is_file():
        raise InputError("file-absent", where=str(file), found=file.name)
    kind = file.suffix.lower()
    readers = {**_READERS, **more}
    kinds = ", ".join((*_WRITERS, *readers))
    if kind not in readers and kind not in _WRITERS:
        raise InputError("intake-file", found=file.name, kinds=kinds)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    try:
        if kind in _WRITERS:
            _WRITERS[kind](file, part)
        else:
            readers[kind](file).write_parquet(part, row_group_size=ROWS_A_GROUP)
        _modernise(part, target)
        _restore(part)
        staged = pl.scan_parquet(part)
        columns, rows = staged.collect_schema().names(), staged.select(pl.len()).collect().item()
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001  (parsers raise many things at spoilt files)
        if disk.is_full(error):
            raise disk.full(error, target) from None
        said = str(error).replace(str(file), file.name).replace(str(part), file.name)
        raise InputError("intake-file", found=f"{file.name}: {said}"[:200], kinds=kinds) from None
    if not columns:
        raise InputError("intake-file", found=file.name, kinds=kinds)
    part.replace(target)
    return int(rows)


def _modernise(part: Path, target: Path) -> None:
    """Convert the columns of a staged file whose text is of before Unicode; note from what."""
    found = legacy.of_frame(pl.scan_parquet(part))
    if not found.names:
        return
    fresh = part.with_suffix(".fresh")
    legacy.converted(pl.scan_parquet(part), found).sink_parquet(fresh, row_group_size=ROWS_A_GROUP)
    fresh.replace(part)
    target.with_suffix(ENCODING).write_text(found.names, encoding="utf-8")


def _restore(part: Path) -> None:
    """Give the cells of a file of corrections back what they held when they were given out."""
    frame = pl.scan_parquet(part)
    if not set(GIVEN) <= set(frame.collect_schema().names()):
        return
    fresh = part.with_suffix(".fresh")
    restored(frame).sink_parquet(fresh, row_group_size=ROWS_A_GROUP)
    fresh.replace(part)


def encoding_of(staged: Path) -> str:
    """Name the old encoding that a file was converted from; empty for none."""
    note = staged.with_suffix(ENCODING)
    return note.read_text(encoding="utf-8") if note.is_file() else ""


def _csv(file: Path, part: Path) -> None:
    if legacy.in_bytes(file):
        with tempfile.TemporaryDirectory(dir=part.parent) as folder:
            copy = Path(folder) / "unicode.csv"
            with file.open("rb") as old, copy.open("w", encoding="utf-8", newline="") as new:
                new.writelines(map(legacy.of_bytes, old))
            _of_unicode(copy, part)
        return
    _of_unicode(file, part)


def _of_unicode(file: Path, part: Path) -> None:
    mark = _separator(file)
    try:
        strict = pl.scan_csv(file, infer_schema=False, separator=mark)
        strict.sink_parquet(part, row_group_size=ROWS_A_GROUP)
    except pl.exceptions.PolarsError:
        in_blocks(_forgiving(file, mark), part)


def _separator(file: Path) -> str:
    """Give the mark between cells: of those in use, the one most frequent among the heads."""
    with file.open(encoding="utf-8-sig", errors="replace") as stream:
        heads = re.sub(r'"[^"]*"', "", stream.readline())
    return max(SEPARATORS, key=heads.count)


def in_blocks(blocks: Iterable[pl.DataFrame], part: Path) -> None:
    """Write blocks of rows as one file, memory holding one of them; columns may come late."""
    with tempfile.TemporaryDirectory(dir=part.parent) as folder:
        files = []
        for number, block in enumerate(blocks):
            files.append(Path(folder) / f"{number}.parquet")
            block.write_parquet(files[-1])
        if not files:
            pl.DataFrame().write_parquet(part)
            return
        together = pl.concat([pl.scan_parquet(block) for block in files], how="diagonal")
        together.sink_parquet(part, row_group_size=ROWS_A_GROUP)


def _forgiving(file: Path, mark: str) -> Iterator[pl.DataFrame]:
    csv.field_size_limit(1 << 27)
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        whole = (line.replace("\0", "\ufffd") for line in stream)
        lines = filter(None, csv.reader(whole, delimiter=mark))
        first = next(lines, None)
        if first is None:
            return
        heads = _heads(first)
        yield _of_lines(heads, [])
        while block := list(itertools.islice(lines, ROWS_A_BLOCK)):
            yield _of_lines(heads, block)


def _heads(cells: list[Any]) -> list[str]:
    """Name each column once, also where heads repeat or are empty."""
    heads: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = str(cell).strip() or f"column {place}"
        while name in heads:
            name += "'"
        heads.append(name)
    return heads


def _of_lines(heads: list[str], lines: list[list[Any]]) -> pl.DataFrame:
    wide = len(heads)
    extra = [json.dumps(line[wide:]) if len(line) > wide else None for line in lines]
    cells = [[_text(cell) for cell in line] for line in lines]
    columns = {
        head: [line[place] if place < len(line) else None for line in cells]
        for place, head in enumerate(heads)
    }
    if any(extra):
        columns[CELLS] = extra
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def _text(cell: Any) -> str | None:
    """Write a cell as people see it: a workbook keeps 12 as 12.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell) if cell not in ("", None) else None


def _xlsx(file: Path) -> pl.DataFrame:
    if unpacked(file, most=LARGEST_XLSX) > LARGEST_XLSX:
        raise InputError("intake-too-large", found=file.name)
    lines = python_calamine.CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    lines = [line for line in lines if any(cell != "" for cell in line)]
    return _of_lines(_heads(lines[0]), lines[1:]) if lines else pl.DataFrame()


def _jsonl(file: Path, part: Path) -> None:
    with file.open(encoding="utf-8", errors="replace") as stream:
        lines = (line for line in stream if line.strip())
        blocks = iter(lambda: list(itertools.islice(lines, ROWS_A_BLOCK)), [])
        in_blocks(map(_of_objects, blocks), part)


def _of_objects(lines: list[str]) -> pl.DataFrame:
    rows: list[dict[str, Any]] = []
    for line in lines:
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        rows.append(row if isinstance(row, dict) else {CELLS: line.strip()})
    heads = list(dict.fromkeys(key for row in rows for key in row))
    cells = {
        head: [None if row.get(head) is None else str(row[head]) for row in rows] for head in heads
    }
    return pl.DataFrame(cells, schema=dict.fromkeys(heads, pl.String))


def _parquet(file: Path, part: Path) -> None:
    frame = pl.scan_parquet(file).with_columns(pl.col(pl.Binary).bin.encode("hex"))
    frame.cast(pl.String).sink_parquet(part, row_group_size=ROWS_A_GROUP)


_READERS: dict[str, Reader] = {".xlsx": _xlsx}
_WRITERS = {".csv": _csv, ".jsonl": _jsonl, ".parquet": _parquet}
