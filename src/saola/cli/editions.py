"""What verbs that read files hold against frameworks: periods covered, indicators known."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import rapidfuzz

from saola import frameworks, language
from saola.cli import screen
from saola.errors import InputError
from saola.frameworks import Framework
from saola.language import plural
from saola.observations import Reading
from saola.periods import Period


def covered(edition: Framework, rows: pl.DataFrame, folder: Path, *, where: str) -> None:
    """Refuse rows of periods that an edition is not for.

    Args:
        edition: The edition to score with.
        rows: Observations.
        folder: Where the workspace keeps its frameworks; other editions are looked for there too.
        where: The file's name.

    Raises:
        InputError: `period-outside`, naming the edition that is for those periods.
    """
    within_dates(edition, rows["period"].unique().sort().to_list(), folder, where=where)


def within_dates(edition: Framework, periods: Iterable[str], folder: Path, *, where: str) -> None:
    """Refuse periods that an edition is not for, as `covered` does.

    Raises:
        InputError: `period-outside`.
    """
    outside = [period for period in periods if not _within(edition, period)]
    if not outside:
        return
    others = [
        other.id
        for other in frameworks.catalogue(folder).values()
        if other.index == edition.index and all(_within(other, period) for period in outside)
    ]
    raise InputError(
        "period-outside",
        where=where,
        found=", ".join(outside),
        edition=edition.id,
        valid=edition.dates,
        others=", ".join(others) or "–",
    )


def counted(reading: Reading) -> None:
    """Say how many values a file gave."""
    screen.say(
        plural(
            "{n} value read, {kept} kept, {aside} set aside.",
            "{n} values read, {kept} kept, {aside} set aside.",
            reading.read,
            kept=language.number(reading.observations.height),
            aside=language.number(reading.aside.height),
        )
    )
    if reading.notes:
        screen.say(
            plural(
                "{n} line is a note, such as a source, and no row.",
                "{n} lines are notes, such as sources, and no rows.",
                reading.notes,
            )
        )


def _within(edition: Framework, period: str) -> bool:
    first, last = edition.valid
    found = Period.parse(period)
    early = bool(first) and found.end < Period.parse(first).start
    late = bool(last) and found.start > Period.parse(last).end
    return not (early or late)


def warn(rows: pl.DataFrame, known: Iterable[Framework]) -> None:
    """Say which indicators no framework reads, each with the nearest code that one does.

    Args:
        rows: Observations.
        known: The frameworks; nothing is said where there are none.
    """
    codes = {code for framework in known for code in _codes(framework)}
    unknown = set(rows["indicator"].unique()) - codes
    if not codes:
        return
    for code in sorted(unknown):
        near = rapidfuzz.process.extractOne(code, sorted(codes), score_cutoff=70)
        if near:
            screen.say("No framework reads “{code}”. Is “{near}” meant?", code=code, near=near[0])
        else:
            screen.say("No framework reads “{code}”.", code=code)


def _codes(framework: Framework) -> set[str]:
    published = {code for node in framework.nodes for code in (node.published, node.published_rank)}
    gates = {node.gate for node in framework.nodes}
    return set(framework.input_of) | published | gates
