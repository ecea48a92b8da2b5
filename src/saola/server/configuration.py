"""What an installation may set: `[server]` in the workspace's `saola.toml`, then the environment.

[server]
language = "vi"                  # where the browser asks for none of ours
hosts = ["dti.example"]          # names the server answers to
https = true                     # behind a proxy that ends TLS
database = "postgresql://…"      # instead of SQLite files
log = "WARNING"                  # DEBUG, INFO, WARNING, ERROR
corrections = "mailto:…"         # where readers report a wrong figure
"""

import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from saola.errors import InputError
from saola.language import LANGUAGES
from saola.workspace import zone_of

_ZONES = Path("/usr/share/zoneinfo")
_LOCAL = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class Configuration:
    """The server's settings.

    Attributes:
        language: The language where the browser asks for none of ours.
        hosts: Names the server answers to, beside this machine.
        https: Whether browsers reach it by HTTPS.
        database: Address of a PostgreSQL server; empty for SQLite files.
        log: The lowest level logged.
        corrections: Where readers report a wrong figure.
    """

    language: str = "en"
    hosts: tuple[str, ...] = ()
    https: bool = False
    database: str = ""
    log: str = "INFO"
    corrections: str = ""

    @property
    def allowed_hosts(self) -> list[str]:
        """Every name the server answers to."""
        return [*_LOCAL, *self.hosts]


def read(home: Path) -> Configuration:
    """Read the settings of an installation.

    Args:
        home: The workspace folder; its `saola.toml` need not exist.

    Raises:
        InputError: `toml-malformed`, `server-setting-unknown` or `server-setting-malformed`.
    """
    file = home / "saola.toml"
    table = _table(file)
    unknown = sorted(set(table) - {field.name for field in fields(Configuration)})
    if unknown:
        raise InputError("server-setting-unknown", where=str(file), found=", ".join(unknown))
    found = table | _environment()
    wrong = [name for name, value in found.items() if not _FIT[name](value)]
    if wrong:
        raise InputError("server-setting-malformed", where=str(file), found=", ".join(wrong))
    return Configuration(**found | {"hosts": tuple(found.get("hosts", ()))})


def zone(home: Path) -> str:
    """Name the time zone of an installation.

    Raises:
        InputError: `toml-malformed` or `timezone-unknown`. Django takes a name only where the
            system's database has it, which leaves out some old names.
    """
    name = zone_of(home).key
    if _ZONES.is_dir() and not (_ZONES / name).is_file():
        raise InputError("timezone-unknown", where=str(home / "saola.toml"), found=name)
    return name


def _table(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        text = file.read_text(encoding="utf-8-sig")
        return dict(tomllib.loads(text).get("server", {}))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError("toml-malformed", where=str(file), found=error) from error


def _is_text(value: object) -> bool:
    return isinstance(value, str)


_FIT: dict[str, Callable[[Any], bool]] = {
    "language": lambda value: value in LANGUAGES,
    "hosts": lambda value: isinstance(value, list | tuple) and all(map(_is_text, value)),
    "https": lambda value: isinstance(value, bool),
    "database": _is_text,
    "log": lambda value: value in ("DEBUG", "INFO", "WARNING", "ERROR"),
    "corrections": _is_text,
}


def _environment() -> dict[str, Any]:
    given: dict[str, Any] = {}
    if hosts := os.environ.get("SAOLA_HOSTS"):
        given["hosts"] = tuple(host.strip() for host in hosts.split(",") if host.strip())
    if https := os.environ.get("SAOLA_HTTPS"):
        given["https"] = https.lower() in ("1", "true", "yes")
    if database := os.environ.get("SAOLA_DATABASE_URL"):
        given["database"] = database
    if level := os.environ.get("SAOLA_LOG"):
        given["log"] = level.upper()
    return given
