"""What scans and marks have to know of the records of a register."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.http import Http404

from saola.errors import StateError
from saola.server.identity.models import Account
from saola.server.registries import known
from saola.server.registries.desk import Desk


@dataclass(frozen=True)
class Records:
    """The records of a register, as scans and marks reach them.

    Attributes:
        name: The register's name, which is also that of its database.
        scan: Its table of `shared.Scan`.
        mark: Its table of `shared.Mark`.
        log: Its table of `shared.Access`.
        read: Its `record.read`.
        page: The name of a record's address.
        ground: The law under which records are kept.
        homes: Gives the commune of each record that stands; the others are left out.
        subjects: Gives the keys under which the log has those whom records are about.
        find: Gives the records that each of some texts, such as numbers, names.
        changed: Gives when a record was last changed.
        counts: Counts the records of each commune, `digitised.COUNTS`.
        own: Gives the records that an officer's own person has to do with.
        standing: Gives the record that stands for one: itself, or the one kept when it was merged.
        example: How a file with a scan of one may be named.
    """

    name: str
    scan: Any
    mark: Any
    log: Any
    read: Callable[..., dict[str, Any]]
    page: str
    ground: str
    homes: Callable[[list[int]], dict[int, str | None]]
    subjects: Callable[[list[int]], list[int]]
    find: Callable[[Iterable[str]], dict[str, list[int]]]
    changed: Callable[[int], dt.datetime | None]
    counts: Callable[[], pl.DataFrame]
    own: Callable[[Account], list[int]]
    standing: Callable[[int], int]
    example: str


_records: dict[str, Records] = {}


def add(records: Records) -> None:
    """Let the records of a register have scans and marks."""
    _records[records.name] = records


def get(register: known.Known | str) -> Records:
    """Give the records of a register.

    Raises:
        Http404: If they can have no scans.
    """
    name = register if isinstance(register, str) else register.name
    if name not in _records:
        raise Http404
    return _records[name]


def open_for_writing(desk: Desk, key: int) -> Records:
    """Give a register's records where an officer may change one of them.

    Args:
        desk: The officer's desk.
        key: The record.

    Raises:
        Http404: If there is none, or the grant does not reach it.
        StateError: If it is the officer's own.
    """
    records = get(desk.register)
    homes = records.homes([key])
    if key not in homes or not desk.grant.reaches(homes[key]):
        raise Http404
    if key in records.own(desk.account):
        raise StateError("own-record")
    return records
