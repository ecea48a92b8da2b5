"""How long work says how far it is."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with how much is done and how much there is, in the work's own unit."""


def silent(_done: int, _total: int) -> None:
    """Tell nobody."""
