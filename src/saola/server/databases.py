"""The four databases: which file or server holds them, and which app's tables live where."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from saola.errors import InputError
from saola.server.rooms import ROOMS

# Django's name of a database → the file's name, which is also the PostgreSQL schema's.
FILES = {"default": "accounts", "population": "population", "land": "land", "jobs": "jobs"}

BUSY_TIMEOUT_S = 5
# FULL: a transaction that was answered survives a power cut.
_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
_JOBS_APP = "django_tasks_database"


def configured(home: Path, address: str = "") -> dict[str, dict[str, Any]]:
    """Give Django's `DATABASES`.

    Args:
        home: The workspace folder.
        address: Empty for SQLite files in `home`, else `postgresql://user:word@host:port/name`.

    Raises:
        InputError: If the address is of another kind.
    """
    if not address:
        return {alias: _sqlite(home / "db" / f"{name}.sqlite3") for alias, name in FILES.items()}
    parts = urlsplit(address)
    if parts.scheme not in ("postgres", "postgresql"):
        raise InputError("database-address", where="SAOLA_DATABASE_URL", found=parts.scheme)
    try:
        return {alias: _postgresql(parts, name) for alias, name in FILES.items()}
    except ValueError as error:  # a port that is no number
        raise InputError("database-address", where="SAOLA_DATABASE_URL", found=error) from error


def _sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "init_command": _PRAGMAS,
            "timeout": BUSY_TIMEOUT_S,
            "transaction_mode": "IMMEDIATE",
        },
    }


def _postgresql(parts: Any, schema: str) -> dict[str, Any]:
    return {
        "ENGINE": "saola.server.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # A schema each, so that every database keeps its own record of migrations.
        # What stands after `?`, such as `sslmode=verify-full`, is for the driver.
        "OPTIONS": {
            **dict(parse_qsl(parts.query)),
            "options": f"-c search_path={schema},public",
            "prepare_threshold": 5,  # lets `provider.prepared` keep plans; Django's own have none
        },
    }


def _homes() -> dict[str, str]:
    """Map an app's label to the database that its room names."""
    homes = {_JOBS_APP: "jobs"}
    for room in ROOMS:
        if room.database != "default":
            homes |= dict.fromkeys(
                (name.rpartition(".")[2] for name in (room.app, *room.apps)), room.database
            )
    return homes


class Router:
    """Send each app's tables to the database of its room."""

    def __init__(self) -> None:
        self.homes = _homes()

    def _home(self, label: str) -> str:
        return self.homes.get(label, "default")

    def db_for_read(self, model: Any, **_: Any) -> str:
        """Name the database that a model is read from."""
        return self._home(model._meta.app_label)  # noqa: SLF001  (Django's documented door)

    def db_for_write(self, model: Any, **_: Any) -> str:
        """Name the database that a model is written to."""
        return self._home(model._meta.app_label)  # noqa: SLF001  (Django's documented door)

    def allow_relation(self, one: Any, other: Any, **_: Any) -> bool:
        """Allow a foreign key only inside one database."""
        return self.db_for_read(one) == self.db_for_read(other)

    def allow_migrate(self, db: str, app_label: str, **_: Any) -> bool:
        """Make an app's tables only in its own database."""
        return db == self._home(app_label)


def prepare(home: Path) -> None:
    """Make the folder, the schemas and every table that is not there yet.

    Args:
        home: The workspace folder; Django is set up already.
    """
    from django.core.management import call_command  # noqa: PLC0415  (Django must be set up)
    from django.db import connections  # noqa: PLC0415  (said above)

    from saola.server.registries import known, late  # noqa: PLC0415  (said above)

    registers = {each.name: each for each in known.every()}
    (home / "db").mkdir(parents=True, exist_ok=True, mode=0o700)
    for alias, schema in FILES.items():
        connection = connections[alias]
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {connection.ops.quote_name(schema)}")
        if alias in registers:
            late.mend_before_migrating(connection, registers[alias].make().first)
        call_command("migrate", database=alias, verbosity=0, interactive=False)
        connection.close()
