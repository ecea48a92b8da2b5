"""The registers that officers work on: each joins when its app is ready."""

from collections.abc import Callable
from dataclasses import dataclass

from saola.errors import InputError
from saola.server.registries.intake import Register


@dataclass(frozen=True)
class Link:
    """One page of a register on the officers' first page.

    Attributes:
        label: An English sentence, translated when shown.
        to: The name of an address.
        fields: The fields without which the page refuses.
        writes: Whether it changes records.
        named: Whether the address takes the register's name.
    """

    label: str
    to: str
    fields: frozenset[str] = frozenset()
    writes: bool = False
    named: bool = False


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
    """

    name: str
    title: str
    package: str
    make: Callable[[], Register]
    links: tuple[Link, ...] = ()
    labels: dict[str, str] | None = None


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
