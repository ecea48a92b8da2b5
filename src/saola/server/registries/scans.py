"""Scans of the paper that records rest on: kept by digest, listed, withdrawn, never changed.

What a file is, its first bytes say; its name says nothing. Files lie in the workspace under
`files/scans/<register>/`, one for each content, readable by the server alone.

Source: OWASP ASVS 5.0, V5 (file handling).
"""

import datetime as dt
import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from saola import language
from saola.errors import InputError, StateError
from saola.server.registries import access
from saola.server.registries.act import Act
from saola.server.registries.records import Records
from saola.workspace import whole

FIELD = "scans"
LARGEST = 20 * 1024 * 1024  # bytes: some twenty pages at 300 dpi
PATIENCE_S = 3600  # no file takes that long to be written
KIB, MIB = 2**10, 2**20
BEGINNINGS = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\0", "tif"),
    (b"MM\0*", "tif"),
    (b"II+\0", "tif"),  # BigTIFF
    (b"MM\0+", "tif"),
)
TELLING = max(len(mark) for mark, _ in BEGINNINGS)  # bytes that tell the kind
TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png", "tif": "image/tiff"}
ATTACHED, WITHDRAWN = "Scan attached", "Scan withdrawn"


@dataclass(frozen=True)
class Kept:
    """A file in the store.

    Attributes:
        sha256: Its digest, which is its place.
        kind: One of `TYPES`.
        size: Bytes.
    """

    sha256: str
    kind: str
    size: int


@dataclass(frozen=True)
class Sheet:
    """What a scan shows.

    Attributes:
        name: What its sender called the file; shown, never used as a path.
        book: The book or file that the sheet is of.
        page: Its page there.
    """

    name: str = ""
    book: str = ""
    page: str = ""

    def columns(self) -> dict[str, str]:
        """Give the columns of the table, cut to their length and without control characters."""
        limits = {"name": 100, "book": 200, "page": 40}
        return {
            name: "".join(filter(str.isprintable, getattr(self, name))).strip()[:most]
            for name, most in limits.items()
        }


def kind_of(beginning: bytes) -> str:
    """Tell the kind of a file by its first bytes; empty where it is none of `TYPES`."""
    return next((kind for mark, kind in BEGINNINGS if beginning.startswith(mark)), "")


def place(home: Path, register: str, sha256: str) -> Path:
    """Give the place of a file."""
    return home / "files" / "scans" / register / sha256[:2] / sha256


def keep(home: Path, register: str, stream: BinaryIO, *, name: str) -> Kept:
    """Put a file into the store, once for each content.

    Args:
        home: The workspace.
        register: The register's name.
        stream: The file, from its beginning.
        name: What to call it in an error.

    Raises:
        InputError: If it is larger than `LARGEST`, or no PDF, JPEG, PNG or TIFF.
    """
    content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise InputError("scan-large", where=name, limit=language.number(LARGEST // MIB))
    kind = kind_of(content)
    if not kind:
        raise InputError("scan-kind", where=name)
    sha256 = hashlib.sha256(content).hexdigest()
    file = place(home, register, sha256)
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with whole(file, mode=0o600) as part:
            part.write_bytes(content)
    return Kept(sha256, kind, len(content))


def sweep(home: Path, register: str, now: dt.datetime) -> None:
    """Remove what killed writers left in the store half written; what is young may be at work."""
    for part in (home / "files" / "scans" / register).glob("*/.*"):
        with suppress(OSError):  # another sweep was faster
            if now.timestamp() - part.stat().st_mtime > PATIENCE_S:
                part.unlink()


def row(records: Records, key: int, kept: Kept, sheet: Sheet, act: Act) -> Any:
    """Make a row of the table of scans, not yet saved."""
    return records.scan(
        record=key,
        sha256=kept.sha256,
        kind=kept.kind,
        size=kept.size,
        who=act.who,
        added=act.now,
        **sheet.columns(),
    )


def attach(records: Records, key: int, kept: Kept, sheet: Sheet, act: Act) -> Any:
    """Attach a file of the store to a record, and log it as a writing of the record.

    Raises:
        StateError: If the record has it already.
    """
    made = row(records, key, kept, sheet, act)
    try:
        with transaction.atomic(using=records.name):
            made.save(using=records.name, force_insert=True)
            log(records, [key], act, ATTACHED)
    except IntegrityError:
        raise StateError("scan-present", found=key) from None
    return made


def log(records: Records, keys: list[int], act: Act, purpose: str) -> None:
    """Log that records were written; call it in the transaction."""
    rows = records.log.objects.using(records.name)
    access.wrote(rows, records.subjects(keys), act, purpose)


def withdraw(records: Records, scan: int, act: Act) -> None:
    """Withdraw a scan: it stays in the list with who and why, and opens no more.

    Args:
        records: The register's records.
        scan: The scan's key.
        act: Who, when and why.

    Raises:
        InputError: If nothing says why.
        StateError: If it was withdrawn before.
    """
    if not act.reason.strip():
        raise InputError("reason-missing")
    with transaction.atomic(using=records.name):
        found = table(records).select_for_update().get(pk=scan)
        if found.withdrawn is not None:
            raise StateError("scan-withdrawn", found=scan)
        found.withdrawn, found.withdrawn_by = act.now, act.who
        found.reason = act.reason.strip()[:200]
        found.save(using=records.name, update_fields=["withdrawn", "withdrawn_by", "reason"])
        log(records, [found.record], act, WITHDRAWN)


def table(records: Records) -> QuerySet[Any]:
    """Give the scans of a register."""
    rows: QuerySet[Any] = records.scan.objects.using(records.name)
    return rows


SHOWN = ("id", "kind", "size", "name", "book", "page", "who", "added", "withdrawn", "reason")


def held(model: Any, alias: str, keys: list[int], moment: Any) -> dict[int, list[dict[str, Any]]]:
    """List the scans of some records as they were known at a moment.

    Args:
        model: The register's table of scans.
        alias: Its database.
        keys: The records.
        moment: The state of knowledge meant; what was withdrawn later stands as it stood.
    """
    rows = model.objects.using(alias).filter(record__in=keys, added__lte=moment).order_by("id")
    found: dict[int, list[dict[str, Any]]] = {key: [] for key in keys}
    for each in rows.values("record", *SHOWN):
        each["kib"] = -(-each["size"] // KIB)
        if each["withdrawn"] is not None and each["withdrawn"] > moment:
            each |= {"withdrawn": None, "reason": ""}
        found[each.pop("record")].append(each)
    return found
