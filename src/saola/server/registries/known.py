"""The registers that officers work on: each joins when its app is ready."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from saola.errors import InputError
from saola.server.registries.grants import Grant
from saola.server.registries.register import Register


@dataclass(frozen=True)
class Link:
    """One page of a register on the officers' first page.

    Attributes:
        label: An English sentence, translated when shown.
        to: The name of an address.
        fields: The fields without which the page refuses.
        writes: Whether it changes records.
        named: Whether the address takes the register's name.
        waits: Gives the rows within a grant that wait for an officer there.
    """

    label: str
    to: str
    fields: frozenset[str] = frozenset()
    writes: bool = False
    named: bool = False
    waits: Callable[[Grant], QuerySet[Any]] | None = None


@dataclass(frozen=True)
class Own:
    """What a register holds of a person, for the person's own page.

    Attributes:
        title: What it is, an English sentence.
        lines: A line each, in the language of the page.
        readings: Who read or wrote it, as rows of the log.
    """

    title: str
    lines: list[str]
    readings: list[dict[str, Any]]


@dataclass(frozen=True)
class Known:
    """A register that joined.

    Attributes:
        name: Its name in addresses, which is also that of its database.
        title: What it is called, an English sentence.
        package: Its package, where `grants.toml` says what each task may read.
        make: Gives what an intake has to know of it.
        links: Its pages.
        labels: What its fields are called, English sentences.
        changes: What the codes of its changes are called, English sentences.
        own: Gives what it holds of the bearer of a number, under the person's own grant; beside
            the register that the person's page is of.
    """

    name: str
    title: str
    package: str
    make: Callable[[], Register]
    links: tuple[Link, ...] = ()
    labels: dict[str, str] | None = None
    changes: dict[str, str] = field(default_factory=dict)
    own: Callable[[str, str, Grant], Own] | None = None


_known: dict[str, Known] = {}


def add(found: Known) -> None:
    """Let a register join; one of the same name is replaced."""
    _known[found.name] = found


def get(name: str) -> Known:
    """Give a register by its name.

    Raises:
        InputError: If there is none.
    """
    if name not in _known:
        raise InputError("choice-unknown", found=name, choices=", ".join(sorted(_known)))
    return _known[name]


def every() -> list[Known]:
    """List the registers by name."""
    return [_known[name] for name in sorted(_known)]
