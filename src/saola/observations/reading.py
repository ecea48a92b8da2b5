"""Reading a file of observations, whatever its shape, with nothing lost."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from saola.errors import InputError, catalogue
from saola.observations.shapes import COLUMN, OWN, TEXTS, Columns, lengthen, mapping_of
from saola.observations.table import KEY, SCHEMA
from saola.observations.tabular import FAULT, LINE, blocks
from saola.observations.validate import validate
from saola.units import Registry

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Reading:
    """What a file gave.

    Attributes:
        observations: The rows kept, in the schema of `saola.observations`.
        aside: The rows set aside, as written, with line, column and error code.
        name: The file's name.
    """

    observations: pl.DataFrame
    aside: pl.DataFrame
    name: str = field(default="")

    @property
    def read(self) -> int:
        """Values read: those kept and those set aside."""
        return self.observations.height + self.aside.height

    def write_aside(self, path: Path, *, lang: str | None = None) -> None:
        """Write the rows set aside, each with its place and reason; nothing for none."""
        if self.aside.is_empty():
            return
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["line", "column", "code", "reason", *OWN])
            for row in self.aside.iter_rows(named=True):
                reason = _reason(row, self.name).message(lang)
                cells = [row[name] or "" for name in OWN]
                writer.writerow([row[LINE], row[COLUMN], row[FAULT], reason, *cells])


def read(
    path: Path,
    registry: Registry,
    *,
    mapping: Columns | None = None,
    constants: Mapping[str, str] | None = None,
    sheet: str | None = None,
    progress: Progress | None = None,
) -> Reading:
    """Read a file of observations.

    Args:
        path: CSV, XLSX, Parquet, SDMX-CSV or SDMX-ML.
        registry: Where units are looked up, by code or by name.
        mapping: Which column is what; by default the shape is told by the columns.
        constants: Values for all rows, such as `period` where the file has none.
        sheet: The sheet of a workbook.
        progress: Told how many lines are done, and 0 for an unknown total.

    Raises:
        InputError: If nothing of the file can be read; a row that cannot is set aside instead.
    """
    kept: list[pl.DataFrame] = []
    aside: list[pl.DataFrame] = []
    done = 0
    for rows, scheme in _texts(path, mapping, constants or {}, sheet):
        good, bad = validate(rows, registry, scheme=scheme)
        kept.append(good)
        aside.append(bad)
        done += rows.height
        if progress:
            progress(done, 0)
    found = pl.concat(kept) if kept else pl.DataFrame(schema={**SCHEMA, LINE: pl.UInt32})
    found, again = _across(found, len(kept))
    rest = [*aside, again] if again.height else aside
    return Reading(
        found.drop(LINE), pl.concat(rest) if rest else pl.DataFrame(schema=TEXTS), path.name
    )


def _texts(
    path: Path, mapping: Columns | None, constants: Mapping[str, str], sheet: str | None
) -> Iterator[tuple[pl.DataFrame, str]]:
    if path.suffix.lower() == ".xml":
        from saola.observations.sdmx import texts  # noqa: PLC0415  (pysdmx is slow to import)

        yield texts(path), ""
        return
    if mapping:
        mapping = replace(mapping, constants={**constants, **mapping.constants})
    for block in blocks(path, sheet=sheet):
        mapping = mapping or mapping_of(block.columns, constants=constants, name=path.name)
        yield lengthen(block, mapping, name=path.name), mapping.scheme


def _across(found: pl.DataFrame, parts: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Set aside the keys that come in two blocks of a large file: neither may win by chance."""
    twice = (
        found.select(KEY).is_duplicated()
        if parts > 1
        else pl.repeat(False, found.height, eager=True)
    )
    again = found.filter(twice).select(
        *(pl.col(name).cast(pl.String) for name in OWN),
        pl.lit("").alias(COLUMN),
        pl.lit("key-twice").alias(FAULT),
        LINE,
    )
    return found.filter(~twice), again.cast(TEXTS)


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
    "status-unknown": "status",
    "check-unknown": "check",
}
