"""What an intake has to know of a register, and what it says of a file it took in."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
from django.db.backends.base.base import BaseDatabaseWrapper

from saola.server.registries import communes, late, reading
from saola.server.registries.rules import REASONS, REVIEW, Field


@dataclass(frozen=True)
class Register:
    """What an intake has to know of a register.

    Attributes:
        name: Its name, which is also that of its database.
        batch: Its table of batches.
        aside: Its table of rows set aside.
        access: Its log of reads and writes.
        ground: The law by which it is kept.
        fields: Its fields.
        check: Adds the faults that need several fields to `REASONS`.
        clash: Lists in `REVIEW` what speaks against a row, given what the register holds.
        write: Writes accepted rows and gives the first and last key made.
        undo: Takes back the rows of a batch.
        readers: Readers of kinds of file that only this register takes, by suffix.
        part: Which part of such a file is read, as a layer; another part is another intake.
        first: Which indexes wait while a large file fills the empty register; none do where unsaid.
    """

    name: str
    batch: Any
    aside: Any
    access: Any
    ground: str
    fields: list[Field]
    check: Callable[[pl.DataFrame, dt.date], pl.DataFrame]
    clash: Callable[[BaseDatabaseWrapper, pl.DataFrame], pl.DataFrame]
    write: Callable[[BaseDatabaseWrapper, pl.DataFrame, Any, dt.datetime], tuple[int, int]]
    undo: Callable[[BaseDatabaseWrapper, Any], None]
    readers: Mapping[str, reading.Reader] = field(default_factory=dict)
    part: str = ""
    first: late.First | None = None


@dataclass(frozen=True)
class Origin:
    """Where rows come from.

    Attributes:
        pk: The batch's key, or none where an officer recorded them one by one.
        who: Who took them in.
        kind: The event that it is to a record.
        reason: Why.
    """

    pk: int | None
    who: str
    kind: str = "entry"
    reason: str = "intake"


@dataclass
class Outcome:
    """What became of the rows of a file: accepted + aside + review = read.

    Rows that correct others name their batches; those that name one of elsewhere are new rows.
    `unchecked` says that the workspace knows no commune to hold them to; `carried` counts those
    accepted whose commune another took as a whole.
    """

    read: int = 0
    accepted: int = 0
    aside: int = 0
    review: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    batch: int | None = None
    file: Path | None = None
    encoding: str = ""
    corrects: list[int] = field(default_factory=list)
    foreign: int = 0
    unchecked: bool = False
    carried: int = 0

    def count(self, found: pl.DataFrame) -> None:
        """Add judged rows."""
        faulty, doubtful = pl.col(REASONS).list.len() > 0, pl.col(REVIEW).list.len() > 0
        wrong = found.filter(faulty).height
        review = found.filter(~faulty & doubtful).height
        self.read += found.height
        self.aside += wrong
        self.review += review
        self.accepted += found.height - wrong - review
        self.carried += communes.carried(found, ~faulty & ~doubtful)
        for column in (REASONS, REVIEW):
            self.reasons.update(found[column].explode().drop_nulls().to_list())
