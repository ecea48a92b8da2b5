"""The registers that take files in: each joins when its app is ready."""

from collections.abc import Callable
from dataclasses import dataclass

from saola.errors import InputError
from saola.server.registries.intake import Register


@dataclass(frozen=True)
class Known:
    """A register that joined.

    Attributes:
        name: Its name in addresses, which is also that of its database.
        package: Its package, where `grants.toml` says what each task may read.
        make: Gives what an intake has to know of it.
    """

    name: str
    package: str
    make: Callable[[], Register]


_known: dict[str, Known] = {}


def add(name: str, package: str, make: Callable[[], Register]) -> None:
    """Let a register take files in; one of the same name is replaced."""
    _known[name] = Known(name, package, make)


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
