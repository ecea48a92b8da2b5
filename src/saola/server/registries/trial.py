"""Try an intake: what the columns seem to mean, and what would become of the first rows."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from django.db import connections

from saola.server.registries import another, aside, communes, intake, mapping, reading
from saola.server.registries.register import Outcome, Register


@dataclass(frozen=True)
class Trial:
    """What was tried.

    Attributes:
        heads: The file's columns.
        mapping: Field → head.
        samples: Head → some of its values.
        lacking: Required fields without a column.
        outcome: What became of the rows tried; nothing where fields are lacking.
        rows: How many rows the file has.
    """

    heads: list[str]
    mapping: dict[str, str]
    samples: dict[str, str]
    lacking: list[str]
    outcome: Outcome = field(default_factory=Outcome)
    rows: int = 0


def attempt(
    register: Register,
    file: Path,
    *,
    home: Path,
    today: dt.date,
    given: dict[str, str],
    rows: int,
) -> Trial:
    """Check the first rows of a file as an intake would, and write nothing.

    Args:
        register: Where the file would go.
        file: The file; it is staged and stays so, for the intake that may follow.
        home: The workspace folder.
        today: The day.
        given: Field → head, or empty for none, over what is guessed.
        rows: How many rows to try.

    Raises:
        InputError: If the file is no table.
    """
    _, staged = intake.stage(register, file, home)
    whole = pl.scan_parquet(staged)
    part = whole.head(rows).collect()
    heads = [head for head in part.columns if head != reading.CELLS]
    chosen = mapping.choose(part, register.fields, mapping.memory(home, register.name), given)
    lacking = [each.name for each in register.fields if each.required and each.name not in chosen]
    outcome = Outcome(encoding=reading.encoding_of(staged), unchecked=not communes.known())
    outcome.corrects, outcome.foreign = aside.corrected(register.name, register.batch, whole)
    if not lacking:
        checked = intake.check(register, part, chosen, today, first=0)
        checked = another.mark(register, part, checked, chosen)
        outcome.count(register.clash(connections[register.name], checked))
    samples = {head: " · ".join(part[head].drop_nulls().head(3).to_list())[:90] for head in heads}
    return Trial(
        heads, chosen, samples, lacking, outcome, int(whole.select(pl.len()).collect().item())
    )
