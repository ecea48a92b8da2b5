"""A small demo with filled registers, made once and looked at by several files of tests."""

import datetime as dt
from contextlib import AbstractContextManager
from pathlib import Path

from saola import demo
from saola.server.demo.beside import filled
from saola.workspace import Workspace

NOW = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)


def build(home: Path) -> Path:
    """Make it."""

    def beside(made: Workspace) -> AbstractContextManager[None]:
        return filled(made.home, seed=7, now=NOW)

    demo.build(home, when=NOW, communes=60, provinces=6, quarters=demo.QUARTERS[-1:], beside=beside)
    return home
