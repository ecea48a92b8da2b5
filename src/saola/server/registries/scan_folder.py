"""A folder of scans into a register: each file is attached to the record that its name names.

`<key>` or `<key>_p<page>` before the ending; the folder it lies in is its book. Whatever stops the
work, running it again attaches what is missing and doubles nothing: a record has a file of one
digest once.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
from django.db import transaction

from saola import language
from saola.errors import InputError
from saola.formulas import defused
from saola.language import text
from saola.progress import Progress, silent
from saola.server.registries import scans
from saola.server.registries.act import Act
from saola.server.registries.records import Records
from saola.server.registries.scans import Kept, Sheet

FILES_A_CHUNK = 200
_NAMED = re.compile(r"(?P<key>.+?)(?:_p(?P<page>[0-9A-Za-z-]+))?")

EXPECTED = {
    "record-absent": "No present record bears the name of the file. "
    "Expected the key of one, and _p with the page: {example}.",
    "record-several": "Several records bear the name of the file. "
    "Attach it on the page of the one it is of.",
    "scan-withdrawn": "An officer withdrew this very file from the record. "
    "Attach it on the record's page if that was wrong.",
    "unreadable": "The system does not let the file be read. Check its owner and the disk.",
}


@dataclass(frozen=True)
class Named:
    """A file and what its name says.

    Attributes:
        file: The file.
        key: What names the record.
        sheet: Its book and page.
    """

    file: Path
    key: str
    sheet: Sheet


@dataclass
class Outcome:
    """What became of a folder: `read = attached + already + aside`.

    Attributes:
        read: Files read.
        attached: Files attached now.
        already: Files that their record had.
        aside: Files set aside, by path, with the reason.
        list: Where those are listed, or none.
    """

    read: int = 0
    attached: int = 0
    already: int = 0
    aside: dict[str, str] = field(default_factory=dict)
    list: Path | None = None

    @property
    def reasons(self) -> Counter[str]:
        """Count the reasons."""
        return Counter(self.aside.values())


def run(
    records: Records,
    folder: Path,
    *,
    home: Path,
    act: Callable[[], Act],
    book: str = "",
    progress: Progress = silent,
) -> Outcome:
    """Attach the files of a folder and of those in it.

    Args:
        records: The register's records.
        folder: The folder; hidden files and links are left out.
        home: The workspace.
        act: Gives who does it and the moment.
        book: The book of files that lie in no folder of their own.
        progress: Told the files read and their number.

    Raises:
        InputError: If there is no such folder.
    """
    if not folder.is_dir():
        raise InputError("scan-folder", where=str(folder), found=folder.name)
    scans.sweep(home, records.name, act().now)
    named = [name(folder, file, book) for file in files(folder)]
    found = Outcome()
    for start in range(0, len(named), FILES_A_CHUNK):
        part = named[start : start + FILES_A_CHUNK]
        _chunk(records, part, home, act(), found, folder)
        found.read += len(part)
        progress(found.read, len(named))
    found.list = _listed(records, folder, found.aside)
    return found


def files(folder: Path) -> list[Path]:
    """List the files of a folder and of those in it, in order."""
    return sorted(
        file
        for file in folder.rglob("*")
        if file.is_file()
        and not file.is_symlink()
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    )


def name(folder: Path, file: Path, book: str) -> Named:
    """Read a file's name."""
    said = _NAMED.fullmatch(file.stem)
    inside = file.relative_to(folder).parent.as_posix()
    sheet = Sheet(
        name=file.name,
        book=book if inside == "." else inside,
        page=(said["page"] or "") if said else "",
    )
    return Named(file, said["key"] if said else file.stem, sheet)


def _chunk(
    records: Records, part: list[Named], home: Path, act: Act, found: Outcome, folder: Path
) -> None:
    """Keep some files, then attach them in one transaction."""
    keys = records.find({each.key for each in part})
    kept: list[tuple[Named, int, Kept]] = []
    for each in part:
        borne = keys.get(each.key, [])
        reason = "" if len(borne) == 1 else _unfit(each.file, several=bool(borne))
        if not reason:
            try:
                with each.file.open("rb") as stream:
                    put = scans.keep(home, records.name, stream, name=each.file.name)
                kept.append((each, borne[0], put))
            except InputError as error:
                reason = error.code
            except OSError:
                reason = "unreadable"
        if reason:
            found.aside[each.file.relative_to(folder).as_posix()] = reason
    with transaction.atomic(using=records.name):
        _attach(records, kept, act, found, folder)


def _unfit(file: Path, *, several: bool) -> str:
    """Say why a file fits no record; what is no scan at all needs no other name."""
    try:
        with file.open("rb") as stream:
            kind = scans.kind_of(stream.read(scans.TELLING))
    except OSError:
        return "unreadable"
    if not kind:
        return "scan-kind"
    return "record-several" if several else "record-absent"


def expected(records: Records, reason: str) -> str:
    """Say what a file that was set aside should have been."""
    if reason in EXPECTED:
        return text(EXPECTED[reason], example=records.example)
    limit = language.number(scans.LARGEST // scans.MIB)
    return InputError(reason, limit=limit).message()


def _attach(
    records: Records, kept: list[tuple[Named, int, Kept]], act: Act, found: Outcome, folder: Path
) -> None:
    rows = scans.table(records).filter(record__in={key for _, key, _ in kept})
    had = dict(_standing(rows.values_list("record", "sha256", "withdrawn")))
    fresh: list[Any] = []
    for each, key, put in kept:
        standing = had.setdefault((key, put.sha256), "new")
        if standing == "withdrawn":
            found.aside[each.file.relative_to(folder).as_posix()] = "scan-withdrawn"
        elif standing == "new":
            had[key, put.sha256] = "attached"
            fresh.append(scans.row(records, key, put, each.sheet, act))
        else:
            found.already += 1
    scans.table(records).bulk_create(fresh)
    scans.log(records, sorted({made.record for made in fresh}), act, scans.ATTACHED)
    found.attached += len(fresh)


def _standing(rows: Any) -> Iterator[tuple[tuple[int, str], str]]:
    """Tell of each file of each record whether it stands; one that stands comes last."""
    listed = sorted(rows, key=lambda row: row[2] is None)
    for record, sha256, withdrawn in listed:
        yield (record, sha256), "attached" if withdrawn is None else "withdrawn"


def _listed(records: Records, folder: Path, aside: dict[str, str]) -> Path | None:
    """Write beside the folder which files were set aside, why, and what was expected."""
    file = folder.parent / f"{folder.resolve().name}.scans-aside.csv"
    if not aside:
        file.unlink(missing_ok=True)
        return None
    # A file's name may be anybody's: no spreadsheet may take it for a formula.
    said = {reason: expected(records, reason) for reason in set(aside.values())}
    reasons = list(aside.values())
    whys = [said[reason] for reason in reasons]
    rows = pl.DataFrame({"file": list(aside), "reason": reasons, "expected": whys})
    with file.open("wb") as stream:
        defused(rows).write_csv(stream, include_bom=True)
    return file
