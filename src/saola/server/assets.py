"""Static files: collected once with hashed names and compressed copies."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from saola import __version__

_SOURCES = Path(__file__).parent


def collect(home: Path) -> None:
    """Collect the static files of every app into the workspace's cache, if any has changed.

    It runs in a process of its own: the settings look for the result when they are read.

    Args:
        home: The workspace folder.
    """
    state = _state()
    mark = home / "cache" / "static.state"
    if mark.is_file() and mark.read_text(encoding="ascii") == state:
        return
    (home / "cache" / "static" / "staticfiles.json").unlink(missing_ok=True)
    (home / "cache" / "assets").mkdir(parents=True, exist_ok=True)
    code = "from saola.server.assets import gather; gather()"
    command = [sys.executable, "-c", code]
    subprocess.run(command, check=True, env={**os.environ, "SAOLA_HOME": str(home)})  # noqa: S603  (our own)
    mark.write_text(state, encoding="ascii")


def _state() -> str:
    """Name the state of every static file by path, size and time."""
    seen = hashlib.sha256(__version__.encode())
    for file in sorted(_SOURCES.glob("**/static/**/*")):
        if file.is_file():
            status = file.stat()
            seen.update(f"{file} {status.st_size} {status.st_mtime_ns}".encode())
    return seen.hexdigest()


def gather() -> None:
    """Collect, hash and compress, in this process; Vega comes from the program that draws here."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "saola.server.settings"
    import django  # noqa: PLC0415  (the settings are read here)
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    from saola.charts.render import browser_bundle  # noqa: PLC0415

    vega = settings.HOME / "cache" / "assets" / "vendor" / "vega"
    vega.mkdir(parents=True, exist_ok=True)
    (vega / "vega.js").write_text(browser_bundle(), encoding="utf-8")

    storage = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STATIC_ROOT = settings.HOME / "cache" / "static"
    settings.STORAGES["staticfiles"] = {"BACKEND": storage}
    django.setup()
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
