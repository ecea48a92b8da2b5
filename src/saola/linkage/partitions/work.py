"""The folder of a linkage under way: what is done is kept there until the pairs are written."""

import hashlib
import json
import shutil
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import polars as pl

from saola import disk
from saola.errors import InputError
from saola.linkage.model import LinkModel
from saola.linkage.partitions.passes import Pass, passes
from saola.linkage.records import check
from saola.workspace import whole

ROWS_A_CHUNK = 1_000_000
MARK = "mark.json"
VOID = "void.json"


@dataclass(frozen=True)
class Work:
    """What every task of a linkage is told.

    Attributes:
        folder: Where what is done is kept; at the same path on every machine.
        model: What is compared how.
        sources: The files, as Parquet.
        sizes: How many records each has.
        parts: How many partitions each pass has.
        memory_gib: What DuckDB may keep in memory, a task.
        threads: How many threads a task has; all where none is said.
    """

    folder: Path
    model: LinkModel
    sources: tuple[Path, ...]
    sizes: tuple[int, ...]
    parts: int
    memory_gib: float
    threads: int | None

    @property
    def passes(self) -> list[Pass]:
        """How the records are parted."""
        return passes(self.model)

    def scan(self, place: int) -> pl.LazyFrame:
        """Scan the model's columns of a file, and what it calls its records."""
        table = pl.scan_parquet(self.sources[place])
        return table.select(_wanted(table, self.model))

    def part(self, place: int, part: int) -> Path:
        """Name the folder of a partition's records."""
        return self.folder / "parts" / str(place) / str(part)

    def result(self, kind: str, place: int, part: int) -> Path:
        """Name the file of what a partition gave."""
        return self.folder / kind / f"{place}-{part}.parquet"


def table_of(file: Path) -> tuple[list[str], int]:
    """Give the columns of a CSV or Parquet file, and how many rows it has.

    Raises:
        InputError: If it is absent or no table.
    """
    try:
        table = _scan(file)
        rows = int(table.select(pl.len()).collect().item())
        if not rows:
            table.collect()  # fails where a quote that never closes hid the rows
        return table.collect_schema().names(), rows
    except (OSError, pl.exceptions.PolarsError):
        raise InputError("link-file-unreadable", found=file) from None


def _scan(file: Path) -> pl.LazyFrame:
    if file.suffix.lower() == ".parquet":
        return pl.scan_parquet(file)
    return pl.scan_csv(file, infer_schema=False)


def begin(
    folder: Path,
    files: list[Path],
    model: LinkModel,
    *,
    seed: int,
    parts: int,
    memory_gib: float,
    threads: int | None,
) -> Work:
    """Open the folder of a linkage; what is there of other files or choices is thrown away.

    Raises:
        InputError: If a file is no table, lacks a column of the model, or holds no record; or if
            the folder holds what no linkage left there.
    """
    sizes = []
    for file in files:
        columns, rows = table_of(file)
        check(columns, rows, model, str(file))
        sizes.append(rows)
    _keep_if(folder, _mark(files, model, seed, parts))
    sources = tuple(_as_parquet(file, folder / f"source-{n}.parquet", model)
                    for n, file in enumerate(files))  # fmt: skip
    return Work(folder, model, sources, tuple(sizes), parts, memory_gib, threads)


def _mark(files: list[Path], model: LinkModel, seed: int, parts: int) -> str:
    """Mark all that a result depends on."""
    engines = [version(each) for each in ("saola", "polars", "duckdb", "splink")]
    said = hashlib.sha256(repr((model, seed, parts, engines)).encode())
    for file in files:
        with file.open("rb") as stream:
            said.update(hashlib.file_digest(stream, "sha256").digest())
    return said.hexdigest()


def _keep_if(folder: Path, mark: str) -> None:
    note, said = folder / MARK, json.dumps(mark)
    if note.is_file() and note.read_text(encoding="utf-8") == said:
        return
    forget(folder)
    if _taken(folder):
        raise InputError("link-folder-taken", found=folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with private(note) as part:
        part.write_text(said, encoding="utf-8")


def _taken(folder: Path) -> bool:
    """Tell whether a folder holds more than a mark whose writing was cut short."""
    if not folder.is_dir():
        return folder.exists()
    return any(not each.name.startswith(f".{MARK}.") for each in folder.iterdir())


def forget(folder: Path) -> None:
    """Remove what a linkage kept; a folder without its mark is somebody else's, and stays.

    Cut short, it leaves a folder that no run trusts, and that the next one may remove: the mark is
    made void before anything goes, and goes last.

    Args:
        folder: As `link_files` was given it.
    """
    void = folder / VOID
    with suppress(OSError):
        (folder / MARK).replace(void)
    if (folder / MARK).exists() or not void.is_file():
        return
    for each in [one for one in folder.iterdir() if one != void]:
        with suppress(OSError):
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    if [void] == list(folder.iterdir()):
        shutil.rmtree(folder, ignore_errors=True)


def _as_parquet(file: Path, place: Path, model: LinkModel) -> Path:
    if file.suffix.lower() == ".parquet":
        return file.resolve()
    if place.is_file():
        return place
    table = _scan(file)
    # Where Polars reads but some columns, it passes over cells too many.
    every = pl.QueryOptFlags(projection_pushdown=False)
    with private(place) as part:
        try:
            table.select(_wanted(table, model)).sink_parquet(
                part, row_group_size=ROWS_A_CHUNK // 4, optimizations=every
            )
        except (OSError, pl.exceptions.PolarsError) as error:
            if disk.is_full(error):
                raise disk.full(error, place) from None
            raise InputError("link-file-unreadable", found=file) from None
    return place


def _wanted(table: pl.LazyFrame, model: LinkModel) -> list[str]:
    return [name for name in table.collect_schema() if name in {*model.columns, model.record}]


def private(file: Path) -> AbstractContextManager[Path]:
    """Write a file whole or not at all, for its owner alone: records of persons are in it."""
    return whole(file, mode=0o600)
