"""Observations of a workspace: batches that are appended, never rewritten."""

import csv
import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import polars as pl

from saola.errors import InputError, IntegrityError
from saola.observations.table import KEY, SCHEMA, frame
from saola.workspace import Workspace

_BOOK = "batches.csv"


@dataclass(frozen=True)
class Batch:
    """One import.

    Attributes:
        id: Its code, in order of time.
        source: The file or system it came from.
        who: The person or process that brought it.
        when: ISO 8601 time in UTC.
        rows: Rows kept.
        aside: Rows set aside.
        sha256: Of its file.
        withdrawn: When it was withdrawn; empty if it counts.
        withdrawn_by: Who withdrew it.
    """

    id: str
    source: str
    who: str
    when: str
    rows: int
    aside: int
    sha256: str
    withdrawn: str = ""
    withdrawn_by: str = ""


def append(
    workspace: Workspace,
    observations: pl.DataFrame,
    *,
    source: str,
    who: str,
    when: dt.datetime,
    aside: int = 0,
) -> Batch:
    """Add observations as one batch.

    Args:
        workspace: Where.
        observations: Rows in the schema of `saola.observations`, or fit for `frame`.
        source: The file or system they come from.
        who: The person or process that brings them.
        when: Now, with its time zone.
        aside: Rows of the same file that were set aside.
    """
    folder = workspace.folder("observations")
    kept = frame(observations).with_columns(
        recorded=pl.lit(when.astimezone(dt.UTC)).cast(SCHEMA["recorded"]),
        source=pl.when(pl.col("source") == "").then(pl.lit(source)).otherwise(pl.col("source")),
    )
    stamp = when.astimezone(dt.UTC).isoformat(timespec="seconds")
    # The number of a batch and its line in the book belong to one process at a time.
    with workspace.alone("observations"):
        book = batches(workspace)
        code = _next(book, when)
        with workspace.writing(folder / f"{code}.parquet") as part:
            kept.with_columns(batch=pl.lit(code)).write_parquet(part, compression="zstd")
            digest = hashlib.sha256(part.read_bytes()).hexdigest()
        made = Batch(code, source, who, stamp, kept.height, aside, digest)
        _write(workspace, [*book, made])
    return made


def batches(workspace: Workspace) -> list[Batch]:
    """List the batches, the oldest first."""
    path = workspace.home / "observations" / _BOOK
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Batch(rows=int(row.pop("rows")), aside=int(row.pop("aside")), **row)
            for row in csv.DictReader(stream)
        ]


def withdraw(workspace: Workspace, code: str, *, who: str, when: dt.datetime) -> Batch:
    """Let a batch count no more; its file stays.

    Raises:
        InputError: `batch-unknown`, also for one withdrawn before.
    """
    with workspace.alone("observations"):
        book = batches(workspace)
        counted = {each.id: n for n, each in enumerate(book) if not each.withdrawn}
        if code not in counted:
            raise InputError("batch-unknown", found=code, known=", ".join(counted) or "–")
        stamp = when.astimezone(dt.UTC).isoformat(timespec="seconds")
        gone = replace(book[counted[code]], withdrawn=stamp, withdrawn_by=who)
        book[counted[code]] = gone
        _write(workspace, book)
    return gone


def current(
    workspace: Workspace,
    *,
    indicators: Sequence[str] | None = None,
    where: pl.Expr | None = None,
) -> pl.DataFrame:
    """Give the current value of every key: its latest row in a batch not withdrawn.

    Args:
        workspace: Where.
        indicators: Only these.
        where: Only rows of which this is true; it may ask for parts of the key alone.
    """
    # All rows of a batch are recorded at one time: batches in order of time are rows in order.
    book = sorted(batches(workspace), key=lambda each: (each.when, each.id))
    counted = [_file(workspace, each) for each in book if not each.withdrawn]
    if not counted:
        return pl.DataFrame(schema=SCHEMA)
    rows = pl.scan_parquet(counted)
    if indicators is not None:
        rows = rows.filter(pl.col("indicator").is_in(list(indicators)))
    if where is not None:
        rows = rows.filter(where)
    return rows.unique(KEY, keep="last", maintain_order=True).collect()


def history(workspace: Workspace, **key: str) -> pl.DataFrame:
    """Give every row ever recorded for a key or part of one, the oldest first."""
    files = [_file(workspace, each) for each in batches(workspace)]
    if not files:
        return pl.DataFrame(schema=SCHEMA)
    wanted = [pl.col(name) == value for name, value in key.items()]
    return pl.scan_parquet(files).filter(wanted).sort("recorded", "batch").collect()


def verify(workspace: Workspace) -> None:
    """Hold every batch against the digest in the book.

    Raises:
        IntegrityError: `batch-changed`, naming the first file that differs.
    """
    for each in batches(workspace):
        digest = hashlib.sha256(_file(workspace, each).read_bytes()).hexdigest()
        if digest != each.sha256:
            raise IntegrityError("batch-changed", where=each.id, found=digest)


def _file(workspace: Workspace, batch: Batch) -> Path:
    path = workspace.home / "observations" / f"{batch.id}.parquet"
    if not path.is_file():
        raise IntegrityError("batch-absent", where=str(path), found=batch.id)
    return path


def _next(book: Sequence[Batch], when: dt.datetime) -> str:
    day = f"{when.astimezone(dt.UTC):%Y%m%d}"
    same = sum(each.id.startswith(day) for each in book)
    return f"{day}-{same + 1:04}"


def _write(workspace: Workspace, book: Sequence[Batch]) -> None:
    path = workspace.folder("observations") / _BOOK
    with workspace.writing(path) as part, part.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [each.name for each in fields(Batch)])
        writer.writeheader()
        writer.writerows(asdict(each) for each in book)
