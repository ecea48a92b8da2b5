"""What has to be there before the web processes start: tables and static files."""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path


def begin(home: Path) -> int:
    """Make what is missing, in a process of its own; say how many late indexes were made.

    Web processes are forked from the one that starts them; a library that has started threads
    there, as Polars does, would hang in them. What that process raises is raised here.

    Args:
        home: The workspace folder.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        return apart.submit(_in, home).result()


def _in(home: Path) -> int:
    os.environ |= {"SAOLA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "saola.server.settings"}
    return here()


def here() -> int:
    """Make what is missing, in this process; say how many late indexes were made."""
    import django  # noqa: PLC0415  (the settings are read here)
    from django.conf import settings  # noqa: PLC0415  (said above)

    from saola.server import assets, databases  # noqa: PLC0415  (said above)

    django.setup()
    databases.prepare(settings.HOME)
    made = mend()
    assets.collect(settings.HOME)
    return made


def mend() -> int:
    """Make the indexes that a killed intake left out; one that cannot be made stops no start.

    Returns:
        How many were made.
    """
    from django.db import connections  # noqa: PLC0415  (Django must be set up)

    from saola.server.registries import known, late  # noqa: PLC0415  (said above)

    return sum(late.mend(connections[each.name], each.make().first) for each in known.every())
