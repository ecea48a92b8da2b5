"""A linkage in partitions: part the records, learn once from all of them, score, and join."""

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from saola.executors import answers
from saola.linkage.database import opened
from saola.linkage.engine import PAIRS_FOUND
from saola.linkage.linkage import PAIRS, Linkage
from saola.linkage.model import LinkModel
from saola.linkage.partitions.learning import learnt
from saola.linkage.partitions.tasks import Chunk, Part, cut, meet, none_met, weigh
from saola.linkage.partitions.work import ROWS_A_CHUNK, Work, begin, table_of
from saola.progress import Progress, silent

ROWS_IN_ONE = 6_000_000
ROWS_A_PART = 2_000_000
MOST_PARTS = 1_000


def parts_of(files: Sequence[Path], *, one_piece: bool = True) -> int:
    """Say how many partitions files should have.

    Args:
        files: CSV or Parquet.
        one_piece: Whether files that fit into memory may stay whole.

    Raises:
        InputError: If a file is absent or no table.
    """
    rows = sum(table_of(file)[1] for file in files)
    return 1 if one_piece and rows <= ROWS_IN_ONE else math.ceil(rows / ROWS_A_PART) or 1


def link_files(  # noqa: PLR0913  (each is a choice of the caller's)
    files: Sequence[Path],
    folder: Path,
    *,
    model: LinkModel,
    seed: int,
    parts: int,
    memory_gib: float = 5.0,
    threads: int | None = None,
    pool: Executor | None = None,
    progress: Progress = silent,
) -> Linkage:
    """Find the pairs within one file or between two, a partition at a time.

    The pairs and their weights are those of `engine.link`: weights and frequencies are counted over
    all partitions, and each pair is scored in just one. What is done is kept in the folder, so a
    run cut short goes on; the caller has it removed by `forget` when the pairs are safe.

    Args:
        files: One or two, CSV or Parquet.
        folder: Where what is done is kept; at the same path on every machine of `pool`.
        model: What is compared how.
        seed: Seeds the random pairs of training.
        parts: How many partitions each pass has.
        memory_gib: What DuckDB may keep in memory a task; the rest spills into the folder.
        threads: How many threads a task has; all where none is said.
        pool: What does the tasks, such as `saola.executors.Spark`; None for one after another.
        progress: Told how many tasks are done, and of how many.

    Raises:
        InputError: If a file is no table, lacks a column of the model, or holds no record; or if
            the folder holds what no linkage left there.
    """
    work = begin(
        folder.resolve(), list(files), model,
        seed=seed, parts=parts, memory_gib=memory_gib, threads=threads,
    )  # fmt: skip
    chunks = list(_chunks(work))
    met, scored = _tasks(work)
    steps = iter(range(1, len(chunks) + len(met) + len(scored) + 3))
    total = len(chunks) + len(met) + len(scored) + 2

    def do(call: Callable[[Any], None], tasks: Sequence[Any]) -> None:
        for _ in answers(pool, call, tasks):
            progress(next(steps), total)

    do(cut, chunks)
    do(meet, met)
    if not met:
        none_met(work)
    weights, settings = learnt(work, met, np.random.default_rng(seed))
    progress(next(steps), total)
    do(weigh, [Part(work, one.place, one.part, settings) for one in scored])
    pairs = _pairs(work)
    progress(next(steps), total)
    return Linkage(
        pairs=pairs, model=model, weights=weights, rows=sum(work.sizes),
        files=len(work.sizes), seed=seed,
    )  # fmt: skip


def _chunks(work: Work) -> Iterator[Chunk]:
    number = 0
    for place, size in enumerate(work.sizes):
        for before in range(0, size, ROWS_A_CHUNK):
            yield Chunk(work, number, place, before, min(ROWS_A_CHUNK, size - before))
            number += 1


def _tasks(work: Work) -> tuple[list[Part], list[Part]]:
    """List the partitions that keys or witness look at, and those with blocks."""
    passes = list(enumerate(work.passes))
    return (
        [Part(work, n, k, {}) for n, one in passes if one.keys or one.witness
         for k in range(work.parts)],
        [Part(work, n, k, {}) for n, one in passes if one.blocks for k in range(work.parts)],
    )  # fmt: skip


def _pairs(work: Work) -> pl.DataFrame:
    """Join what the partitions found into one table of pairs, under the records' own names."""
    found = PAIRS_FOUND.format(scored=_of(work, "scored"), keyed=_of(work, "keyed"))
    with opened(work.memory_gib, files=1, spill=work.folder / "spill") as connection:
        table = connection.execute(
            f"""
            SELECT a.record AS "left", b.record AS "right", l AS left_row, r AS right_row,
                   probability, weight, by_key AS "key"
            FROM ({found}) JOIN {_of(work, "names")} a ON a.unique_id = l
            JOIN {_of(work, "names")} b ON b.unique_id = r
            ORDER BY probability DESC, weight DESC, l, r
            """  # noqa: S608  (our own files)
        ).pl()
    return table.select(PAIRS.names()).cast(PAIRS)


def _of(work: Work, kind: str) -> str:
    quoted = str(work.folder / kind / "*.parquet").replace("'", "''")
    return f"read_parquet('{quoted}')"
