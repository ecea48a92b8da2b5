"""The `saola` command: one file per verb group, each imported only when it is called."""

from saola.cli.main import main

__all__ = ["main"]
