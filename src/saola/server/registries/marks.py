"""Marks of officers: a record or a commune approved by two, or to be rebuilt from paper.

An approval holds for the record as it was when the first officer compared it: whatever happens to
the record afterwards ends it, without a word, until two officers look again.
"""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from saola.errors import InputError, StateError
from saola.server.registries.act import Act
from saola.server.registries.records import Records
from saola.server.registries.scans import log

APPROVED, REBUILD = "approved", "rebuild"
COMPARED, SECONDED = "Compared with its papers", "Approved"
TO_REBUILD, LIFTED = "To be rebuilt from paper", "Mark lifted"


def table(records: Records) -> QuerySet[Any]:
    """Give the marks of a register."""
    rows: QuerySet[Any] = records.mark.objects.using(records.name)
    return rows


def standing(records: Records) -> QuerySet[Any]:
    """Give the marks that are not lifted."""
    return table(records).filter(lifted=None)


def compared(records: Records, act: Act, *, key: int | None = None, commune: str = "") -> Any:
    """Say that a record, or a commune's, agree with their papers; another officer has to approve.

    Args:
        records: The register's records.
        act: Who, when, and on which paper.
        key: The record; none where a commune is meant.
        commune: The commune; empty where a record is meant.

    Raises:
        StateError: If the record is to be rebuilt.
    """
    with transaction.atomic(using=records.name):
        same = standing(records).select_for_update().filter(record=key, commune=commune)
        if key is not None and same.filter(kind=REBUILD).exists():
            raise StateError("record-rebuilt", found=key)
        earlier = same.filter(kind=APPROVED)
        earlier.update(lifted=act.now, lifted_by=act.who, lift_reason=COMPARED)
        return _put(records, APPROVED, act, COMPARED, key=key, commune=commune)


def approve(records: Records, mark: int, act: Act) -> Any:
    """Approve what another officer compared.

    Raises:
        StateError: If the same officer compared it, or nothing waits for approval.
    """
    with transaction.atomic(using=records.name):
        found = _standing(records, mark)
        if found.kind != APPROVED or found.seconded is not None:
            raise StateError("already-settled", found=mark)
        if act.account is None or act.account == found.account or act.who == found.who:
            raise StateError("four-eyes")
        found.seconded, found.seconded_by, found.second = act.now, act.who, act.account
        found.save(using=records.name, update_fields=["seconded", "seconded_by", "second"])
        _log(records, found.record, act, SECONDED)
        return found


def rebuild(
    records: Records,
    act: Act,
    *,
    key: int | None = None,
    commune: str = "",
    book: str = "",
    count: int | None = None,
) -> Any:
    """Say that a record, or a commune's book, has to be rebuilt from paper: group 3.

    Args:
        records: The register's records.
        act: Who, when and why.
        key: The record; none where a book is meant.
        commune: The commune of the book.
        book: The book.
        count: How many records it holds, about.

    Raises:
        InputError: If nothing says why.
    """
    if not act.reason.strip():
        raise InputError("reason-missing")
    with transaction.atomic(using=records.name):
        return _put(
            records, REBUILD, act, TO_REBUILD, key=key, commune=commune, book=book, count=count
        )


def lift(records: Records, mark: int, act: Act) -> Any:
    """Lift a mark; it stays in the table with who and why.

    Raises:
        InputError: If nothing says why.
        StateError: If it was lifted before.
    """
    if not act.reason.strip():
        raise InputError("reason-missing")
    with transaction.atomic(using=records.name):
        found = _standing(records, mark)
        found.lifted, found.lifted_by = act.now, act.who
        found.lift_reason = act.reason.strip()[:200]
        found.save(using=records.name, update_fields=["lifted", "lifted_by", "lift_reason"])
        _log(records, found.record, act, LIFTED)
        return found


def _standing(records: Records, mark: int) -> Any:
    found = standing(records).select_for_update().filter(pk=mark).first()
    if found is None:
        raise StateError("already-settled", found=mark)
    return found


def _put(  # noqa: PLR0913  (the columns of a mark)
    records: Records,
    kind: str,
    act: Act,
    purpose: str,
    *,
    key: int | None,
    commune: str,
    book: str = "",
    count: int | None = None,
) -> Any:
    if act.account is None:
        raise StateError("four-eyes")  # a mark is an officer's own word
    _log(records, key, act, purpose)
    return table(records).create(
        kind=kind,
        record=key,
        commune=commune,
        book=book.strip()[:200],
        count=count,
        reason=act.reason.strip()[:200],
        who=act.who,
        account=act.account,
        at=act.now,
    )


def _log(records: Records, key: int | None, act: Act, purpose: str) -> None:
    if key is not None:
        log(records, [key], act, purpose)


def of(records: Records, key: int) -> dict[str, Any]:
    """Give the marks that stand on a record.

    Returns:
        `rebuild`, `waiting` and `approved`, each a mark or none; `stale` says whether the record
        was changed since it was compared.
    """
    rows = list(standing(records).filter(record=key).order_by("id"))
    approved = [row for row in rows if row.kind == APPROVED]
    last = records.changed(key) if approved else None
    stale = bool(approved) and last is not None and last > approved[-1].at
    return {
        "rebuild": next((row for row in rows if row.kind == REBUILD), None),
        "waiting": next((row for row in approved if row.seconded is None), None),
        "approved": next((row for row in approved if row.seconded is not None), None),
        "stale": stale,
    }
