"""Tables from CSV and XLSX files, before anything is known of their columns."""

import zipfile
from pathlib import Path

import polars as pl

from saola.errors import InputError
from saola.observations.unpacked import unpacked

EMPTY = ("", "NA", "N/A", "n/a", "NaN", "..")
# A workbook is a ZIP archive; one that unpacks to more than this is not a table of indicators.
UNPACKED_LIMIT = 512 * 1024 * 1024


def read_grid(path: Path, sheet: str | None = None) -> pl.DataFrame:
    """Read a table whose first row names the columns.

    Args:
        path: A `.csv` or `.xlsx` file.
        sheet: The sheet of a workbook; by default its first.

    Raises:
        InputError: If the file is absent, of another kind, empty or too large once unpacked.
    """
    if not path.is_file():
        raise InputError("file-absent", where=str(path), found=path.name)
    if path.suffix.lower() == ".csv":
        return pl.read_csv(
            path, infer_schema_length=None, null_values=list(EMPTY), encoding="utf8-lossy"
        )
    if path.suffix.lower() != ".xlsx":
        raise InputError("index-file-kind", where=str(path), found=path.suffix)
    rows = read_cells(path, sheet)
    if not rows:
        raise InputError("index-file-empty", where=str(path))
    return _typed([str(cell) for cell in rows[0]], rows[1:])


def read_cells(path: Path, sheet: str | None = None) -> list[list[object]]:
    """Read the cells of one sheet of a workbook, row by row.

    Raises:
        InputError: If the workbook is damaged or too large, or has no such sheet.
    """
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415  (CSV needs none)

    try:
        if unpacked(path, most=UNPACKED_LIMIT) > UNPACKED_LIMIT:
            raise InputError("index-file-large", where=str(path), found=UNPACKED_LIMIT)
        workbook = CalamineWorkbook.from_path(path)
    except (zipfile.BadZipFile, CalamineError) as error:
        raise InputError("index-file-damaged", where=str(path)) from error
    if sheet is not None and sheet not in workbook.sheet_names:
        known = ", ".join(workbook.sheet_names)
        raise InputError("index-sheet-absent", where=str(path), found=sheet, known=known)
    found = workbook.get_sheet_by_name(sheet or workbook.sheet_names[0])
    return [list(row) for row in found.to_python(skip_empty_area=False)]


def _typed(header: list[str], rows: list[list[object]]) -> pl.DataFrame:
    columns: dict[str, pl.Series] = {}
    for place, name in enumerate(header):
        cells = [None if str(row[place]).strip() in EMPTY else row[place] for row in rows]
        numeric = all(isinstance(cell, int | float) for cell in cells if cell is not None)
        if numeric and any(cell is not None for cell in cells):
            columns[name] = pl.Series(name, cells, dtype=pl.Float64, strict=False)
        else:
            texts = [None if cell is None else str(cell) for cell in cells]
            columns[name] = pl.Series(name, texts, dtype=pl.String)
    return pl.DataFrame(columns)
