"""Take a file into a register: in chunks, each with its progress in one transaction.

A chunk and the count of rows read are committed together, so an intake that is killed goes on where
it stopped, with nothing lost and nothing twice.
"""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Self

import polars as pl
from django.db import connections, transaction
from django.utils import timezone

from saola.errors import InputError, StateError
from saola.progress import Progress, silent
from saola.server.registries import (
    another,
    aside,
    communes,
    invented,
    known,
    late,
    mapping,
    reading,
    rules,
    words,
)
from saola.server.registries.door import only
from saola.server.registries.register import Origin, Outcome, Register
from saola.server.registries.rules import REASONS, REVIEW, ROW
from saola.server.registries.shared import Batch

Checked = tuple[pl.DataFrame, pl.DataFrame]  # rows as read, the same rows checked
ROWS_A_CHUNK = {"sqlite": 5_000, "postgresql": 20_000}


def run(  # noqa: PLR0913  (each is the caller's to say)
    register: Register,
    file: Path,
    *,
    home: Path,
    who: str,
    now: Callable[[], dt.datetime],
    resume: bool = False,
    given: dict[str, str] | None = None,
    progress: Progress = silent,
) -> Outcome:
    """Take a file in, or go on with it.

    Args:
        register: Where it goes.
        file: CSV, XLSX, JSON Lines, Parquet, or of a kind that the register reads.
        home: The workspace folder; staged files and remembered mappings live there.
        who: Who takes it in.
        now: Gives the time.
        resume: Go on with an intake of this file that stopped.
        given: Field → head, or `=value` for every row, over what is guessed.
        progress: Told rows done, and of how many.

    Raises:
        InputError: If the file is no table, or lacks a required column.
        StateError: If the file was taken in already, or stopped and `resume` is not said.
    """
    batch = begin(register, file, home=home, who=who, now=now, resume=resume, given=given)
    staged = _place(home, batch.sha256)
    named = aside.corrected(register.name, register.batch, pl.scan_parquet(staged))
    batch = work(register, batch.pk, home=home, now=now, progress=progress)
    outcome = _outcome(register, batch, file, timezone.localdate(now()))
    outcome.encoding = reading.encoding_of(staged)
    outcome.corrects, outcome.foreign = named
    return outcome


def begin(
    register: Register,
    file: Path,
    *,
    home: Path,
    who: str,
    now: Callable[[], dt.datetime],
    resume: bool = False,
    given: dict[str, str] | None = None,
) -> Batch:
    """Open the batch of a file, or the one that stopped; no row is taken in yet.

    Args and raises: as `run`.
    """
    sha, staged = stage(register, file, home)
    batch = _batch(register, sha, resume=resume)
    if batch is not None:
        return batch
    memory = mapping.memory(home, register.name)
    frame = pl.scan_parquet(staged)
    part = frame.head(mapping.LOOKED_AT).collect()
    chosen = mapping.choose(part, register.fields, memory, given)
    mapping.check(chosen, register.fields)
    mapping.remember(memory, chosen)
    made: Batch = register.batch.objects.using(register.name).create(
        sha256=sha,
        source=file.name[:400],
        who=who,
        mapping=chosen,
        rows=int(frame.select(pl.len()).collect().item()),
        invented=invented.said(frame),
        started=now(),
    )
    return made


def work(
    register: Register,
    key: int,
    *,
    home: Path,
    now: Callable[[], dt.datetime],
    progress: Progress = silent,
) -> Batch:
    """Take a batch's rows in, from where it stands to the end, or until it is paused or undone.

    Raises:
        StateError: If another intake fills the empty register; the batch is paused then, unless
            another process is at work on it.
    """
    batches = register.batch.objects.using(register.name)
    batch: Batch = batches.get(pk=key)
    staged = _place(home, batch.sha256)
    with only(staged) as alone:
        try:
            _to_end(register, batch, pl.scan_parquet(staged), now, progress)
        except StateError as error:
            if alone and error.code == "register-filling":
                unmoved = batches.filter(pk=key, state=Batch.State.RUNNING, read=batch.read)
                unmoved.update(state=Batch.State.PAUSED)
            raise
    ended = batches.filter(pk=key, state=Batch.State.RUNNING, read__gte=batch.rows)
    if ended.update(state=Batch.State.DONE, ended=now()):
        staged.unlink(missing_ok=True)
    return batches.get(pk=key)  # type: ignore[no-any-return]  # the register's table is untyped


def _to_end(
    register: Register,
    batch: Batch,
    frame: pl.LazyFrame,
    now: Callable[[], dt.datetime],
    progress: Progress,
) -> None:
    indexes = late.waiting(connections[register.name], register.first, rows=batch.rows - batch.read)
    with indexes, _Ahead(register, frame, batch, now) as checked:
        while batch.read < batch.rows and batch.state == Batch.State.RUNNING:
            batch = _chunk(register, batch.pk, checked, now)
            progress(batch.read, batch.rows)


def rehearse(
    register: Register,
    file: Path,
    *,
    home: Path,
    today: dt.date,
    given: dict[str, str] | None = None,
) -> Outcome:
    """Check a file as an intake would, and write nothing."""
    _, staged = stage(register, file, home)
    frame = pl.scan_parquet(staged)
    part = frame.head(mapping.LOOKED_AT).collect()
    chosen = mapping.choose(part, register.fields, mapping.memory(home, register.name), given)
    mapping.check(chosen, register.fields)
    outcome = Outcome(encoding=reading.encoding_of(staged), unchecked=not communes.known())
    outcome.corrects, outcome.foreign = aside.corrected(register.name, register.batch, frame)
    connection = connections[register.name]
    rows = int(frame.select(pl.len()).collect().item())
    for start in range(0, rows, ROWS_A_CHUNK["postgresql"]):
        part = frame.slice(start, ROWS_A_CHUNK["postgresql"]).collect()
        checked = check(register, part, chosen, today, first=start)
        checked = another.mark(register, part, checked, chosen)
        outcome.count(register.clash(connection, checked))
    staged.unlink(missing_ok=True)
    return outcome


def undo(register: Register, batch: int, *, now: Callable[[], dt.datetime]) -> None:
    """Take a batch back, all of it or nothing.

    Raises:
        InputError: If there is no such batch.
        StateError: If it was undone before, or its records were changed since.
    """
    with transaction.atomic(using=register.name):
        rows = register.batch.objects.using(register.name).select_for_update()
        found = rows.filter(pk=batch).first()
        if found is None:
            raise InputError("intake-absent", found=batch)
        if found.state == Batch.State.UNDONE:
            raise StateError("batch-undone", found=batch)
        register.undo(connections[register.name], found)
        aside.restore(register.name, register.batch, register.aside, batch)
        found.state, found.ended = Batch.State.UNDONE, now()
        found.save(using=register.name)
    late.mend(connections[register.name], register.first)


def _place(home: Path, sha: str) -> Path:
    return home / "files" / "intake" / f"{sha}.parquet"


def stage(register: Register, file: Path, home: Path) -> tuple[str, Path]:
    """Read a file into its staged form where that is not there yet; give its hash and the form.

    Raises:
        InputError: If the file is no table.
    """
    if not file.is_file():
        raise InputError("file-absent", where=str(file), found=file.name)
    sha = reading.sha256(file, register.part)
    staged = _place(home, sha)
    if not staged.is_file():
        reading.stage(file, staged, register.readers)
    return sha, staged


def _batch(register: Register, sha: str, *, resume: bool) -> Batch | None:
    known = register.batch.objects.using(register.name).filter(sha256=sha)
    if done := known.filter(state=Batch.State.DONE).first():
        raise StateError("intake-done", found=done.pk)
    unfinished = (Batch.State.RUNNING, Batch.State.PAUSED)
    running: Batch | None = known.filter(state__in=unfinished).first()
    if running and not resume:
        raise StateError("intake-unfinished", found=running.pk)
    if running:
        known.filter(pk=running.pk).update(state=Batch.State.RUNNING)
    return running


class _Ahead:
    """Checks the next chunk of a batch while this one is written."""

    def __init__(
        self, register: Register, frame: pl.LazyFrame, batch: Batch, now: Callable[[], dt.datetime]
    ) -> None:
        self._register, self._frame, self._chosen, self._now = register, frame, batch.mapping, now
        self._size = ROWS_A_CHUNK[connections[register.name].vendor]
        self._threads = ThreadPoolExecutor(max_workers=1)
        self._coming: tuple[int, Future[Checked]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(cancel_futures=True)

    def _read(self, start: int) -> Checked:
        part = self._frame.slice(start, self._size).collect()
        today = timezone.localdate(self._now())
        return part, check(self._register, part, self._chosen, today, first=start)

    def take(self, start: int) -> Checked:
        """Give the rows from `start` as read and as checked, and begin with those after them."""
        if self._coming is None or self._coming[0] != start:
            self._coming = start, self._threads.submit(self._read, start)
        part, checked = self._coming[1].result()
        after = start + part.height
        self._coming = after, self._threads.submit(self._read, after)
        return part, checked


def _chunk(register: Register, key: int, ahead: _Ahead, now: Callable[[], dt.datetime]) -> Batch:
    """Take the next rows in, and say so, in one transaction."""
    connection = connections[register.name]
    seen = register.batch.objects.using(register.name).get(pk=key)
    part, checked = ahead.take(seen.read)
    judged = register.clash(connection, another.mark(register, part, checked, seen.mapping))
    with transaction.atomic(using=register.name):
        batch: Batch = register.batch.objects.using(register.name).select_for_update().get(pk=key)
        if batch.read != seen.read or batch.state != Batch.State.RUNNING:
            return batch  # another process took these rows, or somebody stopped it
        sound = pl.col(REASONS).list.len() + pl.col(REVIEW).list.len() == 0
        good = judged.filter(sound)
        moment = now()
        if good.height:
            first, last = register.write(connection, good, Origin(batch.pk, batch.who), moment)
            register.access.objects.using(register.name).create(
                first=first,
                last=last,
                at=moment,
                kind="write",
                who=batch.who,
                agency="",
                purpose="intake",
                ground=register.ground,
            )
        accepted = judged.select(sound).to_series()
        for state, back in ((aside.MENDED, accepted), (aside.SENT, ~accepted)):
            rows = part.filter(back)
            aside.claim(register.name, register.batch, register.aside, rows, batch.pk, state)
        aside.put(connection, register.aside, judged, part, batch.pk)
        outcome = Outcome()
        outcome.count(judged)
        batch.read += outcome.read
        batch.accepted += outcome.accepted
        batch.aside += outcome.aside
        batch.review += outcome.review
        batch.carried += outcome.carried
        batch.save(using=register.name)
    return batch


def check(
    register: Register, part: pl.DataFrame, chosen: dict[str, str], today: dt.date, *, first: int
) -> pl.DataFrame:
    """Give each row its values and its faults, units by their codes; no database is asked."""
    named = part.select(
        *(mapping.column(head).alias(name) for name, head in chosen.items()),
        pl.col(reading.CELLS).is_not_null().alias(reading.CELLS)
        if reading.CELLS in part.columns
        else pl.lit(value=False).alias(reading.CELLS),
    ).with_columns(pl.int_range(first + 1, first + 1 + part.height, dtype=pl.Int64).alias(ROW))
    ruled = communes.apply(rules.apply(named, register.fields), register.fields, today)
    checked = register.check(ruled, today)
    return rules.mark(checked, {"cells": pl.col(reading.CELLS)})


def _outcome(register: Register, batch: Batch, file: Path, today: dt.date) -> Outcome:
    """Write what was set aside beside the input, in the input's own columns, to be corrected."""
    outcome = Outcome(batch.read, batch.accepted, batch.aside, batch.review, batch=batch.pk)
    outcome.carried, outcome.unchecked = batch.carried, not communes.known()
    say = partial(words.reason, known.get(register.name), today=today)
    rows = another.give(register, batch.pk, say)
    for reasons in rows["reasons"] if rows.height else ():
        outcome.reasons.update(reasons.split())
    if rows.height:
        outcome.file = aside.beside(file, rows)
    return outcome
