"""Read a file of any accepted kind into one Parquet file of text columns, losing no row.

What follows reads slices of that file, so an intake can stop and go on anywhere. Lines that a
strict reader refuses are read by a forgiving one; a line with too many cells keeps the others in
`CELLS`.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl
import python_calamine

from saola.errors import InputError

CELLS = "__cells"
ROWS_A_GROUP = 10_000
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
    """
    if not file.is_file():
        raise InputError("intake-file", found=file)
    kind = file.suffix.lower()
    readers = {**_READERS, **more}
    if kind not in readers:
        raise InputError("intake-file", found=file)
    try:
        frame = readers[kind](file)
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001  (parsers raise many things at spoilt files)
        raise InputError("intake-file", found=f"{file}: {error}"[:200]) from None
    if not frame.columns:
        raise InputError("intake-file", found=file)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    frame.write_parquet(part, row_group_size=ROWS_A_GROUP)
    part.replace(target)
    return frame.height


def _csv(file: Path) -> pl.DataFrame:
    try:
        return pl.read_csv(file, infer_schema=False, raise_if_empty=False)
    except pl.exceptions.PolarsError:
        return _forgiving(file.read_bytes())


def _forgiving(data: bytes) -> pl.DataFrame:
    text = data.decode("utf-8-sig", errors="replace").replace("\0", "\ufffd")
    csv.field_size_limit(1 << 27)
    lines = list(csv.reader(io.StringIO(text, newline="")))
    lines = [line for line in lines if line]
    if not lines:
        return pl.DataFrame()
    heads = _heads(lines[0])
    return _of_lines(heads, lines[1:])


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
    cells = [[str(cell) if cell not in ("", None) else None for cell in line] for line in lines]
    columns = {
        head: [line[place] if place < len(line) else None for line in cells]
        for place, head in enumerate(heads)
    }
    if any(extra):
        columns[CELLS] = extra
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def _xlsx(file: Path) -> pl.DataFrame:
    import zipfile  # noqa: PLC0415

    with zipfile.ZipFile(file) as packed:
        if sum(item.file_size for item in packed.infolist()) > LARGEST_XLSX:
            raise InputError("intake-too-large", found=file)
    lines = python_calamine.CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    lines = [line for line in lines if any(cell != "" for cell in line)]
    return _of_lines(_heads(lines[0]), lines[1:]) if lines else pl.DataFrame()


def _jsonl(file: Path) -> pl.DataFrame:
    rows: list[dict[str, Any]] = []
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        rows.append(row if isinstance(row, dict) else {CELLS: line})
    heads = list(dict.fromkeys(key for row in rows for key in row))
    cells = {
        head: [None if row.get(head) is None else str(row[head]) for row in rows] for head in heads
    }
    return pl.DataFrame(cells, schema=dict.fromkeys(heads, pl.String))


def _parquet(file: Path) -> pl.DataFrame:
    frame = pl.read_parquet(file).with_columns(pl.col(pl.Binary).bin.encode("hex"))
    return frame.cast(pl.String)


_READERS: dict[str, Reader] = {".csv": _csv, ".xlsx": _xlsx, ".jsonl": _jsonl, ".parquet": _parquet}
