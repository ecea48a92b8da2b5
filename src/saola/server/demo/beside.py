"""Filling the registers in a process of its own, while the rest of the demo is made."""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Where the demo's data go is never anybody else's to say: a PostgreSQL server named there may
# hold the registers of a country.
_NOT_OURS = ("SAOLA_DATABASE_URL",)


@contextmanager
def filled(home: Path, *, seed: int, now: dt.datetime) -> Iterator[None]:
    """Fill the registers of a workspace during a `with` block, and wait at its end.

    Args:
        home: The workspace folder, which has its units.
        seed: The same seed gives the same people and parcels.
        now: The moment at which all of it is recorded.
    """
    named = {"SAOLA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "saola.server.settings"}
    environment = {name: said for name, said in os.environ.items() if name not in _NOT_OURS}
    code = f"from saola.server.demo.beside import here; here({seed}, {now.isoformat()!r})"
    line = [sys.executable, "-c", code]
    with subprocess.Popen(line, env=environment | named, stdin=subprocess.DEVNULL) as process:  # noqa: S603  (our own)
        try:
            yield
        except BaseException:
            process.kill()
            raise
        if process.wait():
            raise subprocess.CalledProcessError(process.returncode, line)


def here(seed: int, now: str) -> None:
    """Fill the registers of the workspace that the environment names, in this process."""
    import django  # noqa: PLC0415  (the settings are read here)
    from django.conf import settings  # noqa: PLC0415  (said above)

    from saola.server import databases  # noqa: PLC0415  (said above)

    django.setup()
    databases.prepare(settings.HOME)
    from saola.server.demo import filling  # noqa: PLC0415  (models are loaded now)

    filling.fill(settings.HOME, seed=seed, now=dt.datetime.fromisoformat(now))
