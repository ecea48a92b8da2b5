"""Reading a file of observations, whatever its shape, with nothing lost."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import polars as pl

from saola.errors import InputError, catalogue
from saola.formulas import defused
from saola.observations.numbers import Decimal, Told, told
from saola.observations.shapes import (
    COLUMN,
    OWN,
    TEXTS,
    Columns,
    headed,
    lengthen,
    mapping_of,
    without_notes,
)
from saola.observations.table import KEY
from saola.observations.tabular import FAULT, LINE, TYPED, Headed, blocks, comma_separated
from saola.observations.validate import NUMBERS, Checked, validate
from saola.progress import Progress
from saola.units import Registry
from saola.workspace import whole

_AT_ONCE = 10_000


@dataclass(frozen=True)
class Reading:
    """What a file gave.

    Attributes:
        observations: The rows kept, in the schema of `saola.observations`.
        aside: The rows set aside, as written, with line, column and error code.
        name: The file's name.
        notes: Lines of a wide file that are no rows, such as the source under a table.
    """

    observations: pl.DataFrame
    aside: pl.DataFrame
    name: str = field(default="")
    notes: int = 0

    @property
    def read(self) -> int:
        """Values read: those kept and those set aside."""
        return self.observations.height + self.aside.height

    def write_aside(self, path: Path, *, lang: str | None = None) -> None:
        """Write the rows set aside, each with its place and reason; nothing for none.

        The file is written whole or not at all, and no cell of it is run by a spreadsheet.
        """
        if self.aside.is_empty():
            return
        with whole(path) as part, part.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["line", "column", "code", "reason", *OWN])
            for rows in self.aside.iter_slices(_AT_ONCE):
                safe = defused(rows.select(COLUMN, *OWN).fill_null(""))
                for row, cells in zip(rows.iter_rows(named=True), safe.iter_rows(), strict=True):
                    reason = _reason(row, self.name).message(lang)
                    writer.writerow([row[LINE], cells[0], row[FAULT], reason, *cells[1:]])


def read(
    path: Path,
    registry: Registry,
    *,
    mapping: Columns | None = None,
    constants: Mapping[str, str] | None = None,
    sheet: str | None = None,
    decimal: Decimal | None = None,
    progress: Progress | None = None,
) -> Reading:
    """Read a file of observations.

    Args:
        path: CSV, XLSX, Parquet, SDMX-CSV or SDMX-ML.
        registry: Where units are looked up, by code or by name.
        mapping: Which column is what; by default the shape is told by the columns.
        constants: Values for all rows, such as `period` where the file has none.
        sheet: The sheet of a workbook.
        decimal: How `12,345` and `12.345` are read; by default the file's other numbers tell.
        progress: Told how many lines are done, and 0 for an unknown total.

    Raises:
        InputError: If nothing of the file can be read; a row that cannot is set aside instead.
    """
    kept: list[Checked] = []
    head = partial(headed, mapping=mapping, constants=constants or {})
    marks = Told(point=path.is_file() and comma_separated(path, head))
    done = notes = 0
    for rows, shape, left in _texts(path, mapping, constants or {}, sheet, head):
        known = decimal or shape.decimal
        found = validate(rows, registry, scheme=shape.scheme, decimal=known)
        kept.append(_said(found) if shape.values else found)
        if not known:
            marks |= _shown(rows, path)
        done, notes = done + rows.height, notes + left
        if progress:
            progress(done, 0)
    reading = _joined(_decided(kept, marks.decimal, registry, shape.scheme), path.name)
    return replace(reading, notes=notes)


def _said(found: Checked) -> Checked:
    """Leave off the lines of a wide file that are sound and say nothing: no value, no fault."""
    # A value without an indicator stands under a head that is empty: that is a fault.
    said = (pl.col(FAULT) != "indicator-missing") | pl.col("value").is_not_null()
    return replace(found, aside=found.aside.filter(said))


def _shown(rows: pl.DataFrame, path: Path) -> Told:
    """Say which decimal marks a block shows; where numbers are numbers, only texts can show one."""
    found = told(rows, NUMBERS)
    return Told(comma=found.comma) if path.suffix.lower() in TYPED else found


def _decided(
    blocks: list[Checked], decimal: Decimal | None, registry: Registry, scheme: str
) -> list[Checked]:
    """Read what could be two numbers, now that the whole file has told its decimal mark."""
    waiting = [each.aside.filter(_AMBIGUOUS) for each in blocks]
    if decimal is None or not any(each.height for each in waiting):
        return blocks
    rows = pl.concat(waiting).with_columns(pl.lit(None, pl.String).alias(FAULT))
    settled = [replace(each, aside=each.aside.filter(~_AMBIGUOUS)) for each in blocks]
    return [*settled, validate(rows, registry, scheme=scheme, decimal=decimal)]


_AMBIGUOUS = pl.col(FAULT).str.ends_with("-ambiguous")


def _joined(blocks: list[Checked], name: str) -> Reading:
    """Put blocks together, and set aside the keys that come in two: neither may win by chance."""
    found = pl.concat([each.kept for each in blocks])
    twice = pl.concat([each.twice for each in blocks])
    # Keys are long and many: only those whose digests meet are held against each other.
    meet = found.select(KEY).hash_rows().is_duplicated()
    doubt = found.select(*KEY, again=meet).with_row_index("_row")
    again = doubt.filter("again").filter(pl.struct(KEY).is_duplicated())["_row"]
    if twice.height:
        again = pl.concat([again, doubt.join(twice, on=KEY, how="semi")["_row"]]).unique()
    aside = pl.concat([*(each.aside for each in blocks), _as_given(found[again])])
    if again.len():
        found = found.with_row_index("_row").filter(~pl.col("_row").is_in(again.implode()))
        found = found.drop("_row")
    kept = found if found[LINE].is_sorted() else found.sort(LINE)
    return Reading(kept.drop(LINE), aside.sort(LINE), name)


def _as_given(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        *(pl.col(name).cast(pl.String) for name in OWN),
        pl.lit("").alias(COLUMN),
        pl.lit("key-twice").alias(FAULT),
        LINE,
    ).cast(TEXTS)


def _texts(
    path: Path,
    mapping: Columns | None,
    constants: Mapping[str, str],
    sheet: str | None,
    head: Headed,
) -> Iterator[tuple[pl.DataFrame, Columns, int]]:
    """Give each block in the long shape, with its mapping and the number of notes left off."""
    if path.suffix.lower() == ".xml":
        from saola.observations.sdmx import texts  # noqa: PLC0415  (pysdmx is slow to import)

        yield texts(path), Columns(decimal="."), 0
        return
    if mapping:
        mapping = replace(mapping, constants={**constants, **mapping.constants})
    for block in blocks(path, sheet=sheet, headed=head):
        mapping = mapping or mapping_of(block.columns, constants=constants, name=path.name)
        rows = without_notes(block, mapping)
        yield lengthen(rows, mapping, name=path.name), mapping, block.height - rows.height


def _reason(row: Mapping[str, object], name: str) -> InputError:
    code = str(row[FAULT])
    column = _FOUND.get(code, "")
    where = f"{name}:{row[LINE]}" + (f" {row[COLUMN]}" if row[COLUMN] else "")
    found = row.get(column) if column else " ".join(str(row[key] or "") for key in KEY).strip()
    assert code in catalogue()  # noqa: S101  (a fault without a text is a fault of ours)
    return InputError(code, where=where, found=found or "", near="–", codes="–")


_FOUND = {
    "unit-unknown": "unit",
    "period-malformed": "period",
    "value-malformed": "value",
    "stderr-malformed": "stderr",
    "value-ambiguous": "value",
    "stderr-ambiguous": "stderr",
    "status-unknown": "status",
    "check-unknown": "check",
}
