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
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from saola.errors import InputError

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
        InputError: If a key of `[server]` is unknown.
    """
    file = home / "saola.toml"
    table: dict[str, Any] = {}
    if file.is_file():
        table = tomllib.loads(file.read_text(encoding="utf-8")).get("server", {})
    unknown = sorted(set(table) - {field.name for field in fields(Configuration)})
    if unknown:
        raise InputError("server-setting-unknown", where=str(file), found=", ".join(unknown))
    if "hosts" in table:
        table["hosts"] = tuple(table["hosts"])
    return Configuration(**(table | _environment()))


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
