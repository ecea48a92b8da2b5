"""The tasks of a parted linkage. Each keeps what it found in the folder, and is not done again."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from saola.linkage import weighing
from saola.linkage.database import opened
from saola.linkage.keys import find_keyed
from saola.linkage.levels import levels
from saola.linkage.model import LinkModel
from saola.linkage.partitions.work import Work, private
from saola.linkage.records import prepared
from saola.linkage.training import Catch, caught

KEYED = {"unique_id_l": pl.Int64, "unique_id_r": pl.Int64, "by_key": pl.String}
SCORED = {
    "unique_id_l": pl.Int64, "unique_id_r": pl.Int64,
    "match_weight": pl.Float64, "match_probability": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True)
class Chunk:
    """Rows of a file that are cleaned and parted.

    Attributes:
        work: What all tasks are told.
        number: Of the chunk, through both files.
        place: 0 for the left file, 1 for the right one.
        before: How many rows of the file come before.
        rows: How many there are.
    """

    work: Work
    number: int
    place: int
    before: int
    rows: int


@dataclass(frozen=True)
class Part:
    """A partition of a pass.

    Attributes:
        work: What all tasks are told.
        place: Of the pass.
        part: Of the partition.
        settings: Splink's, with the weights of the whole; empty until they are learnt.
    """

    work: Work
    place: int
    part: int
    settings: dict[str, Any]


def frequent(model: LinkModel) -> list[str]:
    """List the columns whose values weigh by how frequent they are."""
    every = [level for column, kind in model.columns.items() for level in levels(kind, column)]
    return list(dict.fromkeys(level.frequency for level in every if level.frequency))


def cut(chunk: Chunk) -> None:
    """Clean rows of a file, count the values that weigh, and write them to their partitions."""
    work, name = chunk.work, f"{chunk.number:06d}.parquet"
    names = work.folder / "names" / name
    if names.is_file():
        return
    rows = work.scan(chunk.place).slice(chunk.before, chunk.rows).collect()
    first = sum(work.sizes[: chunk.place]) + chunk.before
    table = prepared(rows, work.model, place=chunk.place, first=first, before=chunk.before)
    for column in frequent(work.model):
        counts = table.select(column).drop_nulls().group_by(column).len("records")
        _write(counts, work.folder / "values" / column / name)
    records = table.drop("record")
    for place, one in enumerate(work.passes):
        value = pl.concat_str([pl.col(c).cast(pl.String) for c in one.on], separator="\x1f")
        known = records.filter(pl.all_horizontal(pl.col(one.on).is_not_null()))
        parted = known.with_columns(part=value.hash(0) % work.parts)
        for (part,), inside in parted.partition_by("part", as_dict=True, include_key=False).items():
            _write(inside, work.part(place, int(part)) / name)
    _write(table.select("unique_id", "record"), names)


def meet(part: Part) -> None:
    """Find what keys and witness find in a partition."""
    work, one = part.work, part.work.passes[part.place]
    note = work.result("caught", part.place, part.part).with_suffix(".json")
    if note.is_file():
        return
    keyed, catch = pl.DataFrame(schema=KEYED), Catch(0, 0, 0, {})
    if held(part):
        with _opened(part) as connection:
            connection.execute(f"CREATE VIEW records AS {held(part)}")
            find_keyed(connection, work.model, one.keys)
            catch = caught(connection, work.model, witness=one.witness)
            keyed = connection.execute("SELECT * FROM keyed").pl()
    _write(keyed.cast(pl.Schema(KEYED)), work.result("keyed", part.place, part.part))
    with private(note) as file:
        file.write_text(json.dumps(asdict(catch)), encoding="utf-8")


def none_met(work: Work) -> None:
    """Keep that nothing was found by key, for a model without keys and witness."""
    _write(pl.DataFrame(schema=KEYED), work.result("keyed", 0, 0))


def weigh(part: Part) -> None:
    """Score the pairs of a partition."""
    work, one = part.work, part.work.passes[part.place]
    file = work.result("scored", part.place, part.part)
    if file.is_file():
        return
    found = pl.DataFrame(schema=SCORED)
    if held(part):
        with _opened(part) as connection:
            connection.execute(f"CREATE TABLE records AS {held(part)}")
            if _may_pair(connection, len(work.sizes)):
                rules = weighing.rules(work.model, one.blocks)
                chosen = part.settings | {"blocking_rules_to_generate_predictions": rules}
                tables = {column: _frequencies(connection, work, column)
                          for column in frequent(work.model)}  # fmt: skip
                name = weighing.scored(connection, chosen, len(work.sizes), tables)
                found = connection.execute(f"SELECT {', '.join(SCORED)} FROM {name}").pl()  # noqa: S608  (Splink's own table name)
    _write(found.cast(pl.Schema(SCORED)), file)


def _may_pair(connection: duckdb.DuckDBPyConnection, files: int) -> bool:
    rows, sides = connection.execute(
        "SELECT count(*), count(DISTINCT side) FROM records"
    ).fetchall()[0]
    return bool(rows > 1 and sides == files)


def _frequencies(connection: duckdb.DuckDBPyConnection, work: Work, column: str) -> str:
    """Load how frequent the values of a partition are in the whole, and name the table."""
    table = f"of_{column}"
    connection.execute(
        f"""
        CREATE TABLE {table} AS SELECT f.* FROM read_parquet($1) f
        WHERE f.{column} IN (SELECT {column} FROM records WHERE {column} IS NOT NULL)
        """,  # noqa: S608  (column names come from the model)
        [str(frequencies(work, column))],
    )
    return table


def frequencies(work: Work, column: str) -> Path:
    """Name the file of how frequent a column's values are: `<column>`, `tf_<column>`."""
    return work.folder / "frequencies" / f"{column}.parquet"


def held(part: Part) -> str:
    """Read a partition's records in SQL; empty where there is none."""
    folder = part.work.part(part.place, part.part)
    if not folder.is_dir():
        return ""
    quoted = str(folder / "*.parquet").replace("'", "''")
    return f"FROM read_parquet('{quoted}')"


def _opened(part: Part) -> Any:
    work = part.work
    spill = work.folder / "spill" / f"{part.place}-{part.part}"
    return opened(work.memory_gib, files=len(work.sizes), threads=work.threads, spill=spill)


def _write(frame: pl.DataFrame, file: Path) -> None:
    with private(file) as part:
        frame.write_parquet(part)
