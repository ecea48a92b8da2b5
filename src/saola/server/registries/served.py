"""The registers that other agencies may ask through the API of digital registries.

Each joins when its app is ready. A permit names the client, its purpose, the legal ground and the
fields; the register itself checks and logs every reading. Nothing is written through the API: a
register changes by intake, events and corrections.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from saola.errors import InputError
from saola.server.registries.grants import Grant, Reader
from saola.server.registries.models import Permit, Registry

VERSION = "1.0"


@dataclass(frozen=True)
class Served:
    """A register and how it is asked.

    Attributes:
        code: Its code in addresses.
        title: An English sentence part, translated where it is shown.
        fields: What may be granted.
        keys: What it may be asked by → the field whose grant that needs.
        find: Gives the keys of the records that match, at most so many.
        read: Reads the granted fields of records and logs each.
        subjects: Gives the personal numbers of all whom records are about, for permits that rest
            on consent; empty text for one without a number.
    """

    code: str
    title: str
    fields: frozenset[str]
    keys: Mapping[str, str]
    find: Callable[[Mapping[str, str], int], list[int]]
    read: Callable[[list[int], Reader, str, frozenset[str]], dict[int, dict[str, Any]]]
    subjects: Callable[[list[int]], dict[int, frozenset[str]]]


_served: dict[str, Served] = {}


def add(register: Served) -> None:
    """Serve a register; one of the same code is replaced."""
    _served[register.code] = register


def get(code: str) -> Served | None:
    """Give a served register by its code."""
    return _served.get(code)


def grant(
    client: str,
    code: str,
    *,
    purpose: str,
    ground: str,
    fields: frozenset[str],
    agency: str,
    agreement: int | None = None,
) -> Permit:
    """Let a client read some fields of a register, in place of what it might read before.

    Args:
        client: The identifier of the service.
        code: The register.
        purpose: Why, in the words shown to the person.
        ground: The law or decision that allows it.
        fields: What may be read.
        agency: Whose service it is.
        agreement: The agreement that a person must have consented to.

    Raises:
        InputError: If there is no such register or field, or nothing says why.
    """
    register = get(code)
    if register is None:
        raise InputError("choice-unknown", found=code, choices=", ".join(sorted(_served)))
    if unknown := sorted(fields - register.fields):
        raise InputError(
            "choice-unknown", found=", ".join(unknown), choices=", ".join(sorted(register.fields))
        )
    if not (fields and purpose.strip() and ground.strip()):
        raise InputError("grant-incomplete", where=code)
    registry, _ = Registry.objects.get_or_create(
        code=code,
        version=VERSION,
        ended=None,
        defaults={"database": code, "title": register.title, "modified": timezone.now()},
    )
    made, _ = Permit.objects.update_or_create(
        client=client,
        registry=registry,
        defaults={
            "purpose": purpose.strip()[:200],
            "ground": ground.strip()[:200],
            "fields": sorted(fields),
            "agency": agency[:100],
            "agreement_id": agreement,
            "writes": False,
        },
    )
    return made


def reader(held: Permit) -> Reader:
    """Give what a permit lets its client read."""
    allowed = Grant(held.purpose, held.ground, frozenset(held.fields), agency=held.agency)
    return Reader(held.client, held.agency, (allowed,))
