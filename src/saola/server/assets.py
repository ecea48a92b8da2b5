"""Static files: collected once with hashed names and compressed copies."""

import hashlib
from pathlib import Path

from saola import __version__

_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
_SOURCES = Path(__file__).parent


def collect(home: Path) -> None:
    """Collect the static files of every app into the workspace's cache, if any has changed.

    The settings look for the result when they are read, so that a server sees it only after this.

    Args:
        home: The workspace folder; Django is set up already.
    """
    state = _state()
    mark = home / "cache" / "static.state"
    if mark.is_file() and mark.read_text(encoding="ascii") == state:
        return
    _gather(home)
    mark.write_text(state, encoding="ascii")


def _state() -> str:
    """Name the state of every static file by path, size and time."""
    seen = hashlib.sha256(__version__.encode())
    for file in sorted(_SOURCES.glob("**/static/**/*")):
        if file.is_file():
            status = file.stat()
            seen.update(f"{file} {status.st_size} {status.st_mtime_ns}".encode())
    return seen.hexdigest()


def _gather(home: Path) -> None:
    """Collect, hash and compress; Vega comes from the program that draws on the server."""
    from django.conf import settings  # noqa: PLC0415  (Django must be set up)
    from django.core.files.storage import storages  # noqa: PLC0415  (said above)
    from django.core.management import call_command  # noqa: PLC0415  (said above)

    from saola.charts.render import browser_bundle  # noqa: PLC0415  (heavy, and rarely needed)

    found = home / "cache" / "assets"
    (found / "vendor" / "vega").mkdir(parents=True, exist_ok=True)
    (found / "vendor" / "vega" / "vega.js").write_text(browser_bundle(), encoding="utf-8")
    settings.STATICFILES_DIRS = [found]
    settings.STATIC_ROOT = home / "cache" / "static"
    settings.STORAGES["staticfiles"] = {"BACKEND": _STORAGE}
    storages.__dict__.pop("backends", None)
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
