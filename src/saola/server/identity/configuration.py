"""What an installation may set of sign-in: `[identity]` in `saola.toml`, then the environment.

[identity]
issuer = "https://id.example"        # the address under which people and clients reach it
breached = "/srv/breached.txt"       # sorted SHA-1 hashes of known passwords, one a line
persons = "/srv/persons.csv"         # number, name, birth: a person source until a register serves
numbers = "VNM"                      # whose personal numbers are checked
mail = "smtp://user:word@host:587"   # else letters are written into the workspace's files/mail
sender = "no-reply@id.example"
passkey_only = ["administrator"]     # tasks whose holders cannot sign in by password
proxies = 1                          # how many proxies of ours stand in front
dynamic_registration = false         # for test tools only
"""

import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from saola.errors import InputError
from saola.server.identity.tasks import TASKS


@dataclass(frozen=True)
class Configuration:
    """Settings of sign-in.

    Attributes:
        issuer: The address of the provider; by default the one `saola serve` prints.
        breached: A file of known passwords' hashes; empty for none.
        persons: A CSV file of persons; empty for none.
        numbers: Whose personal numbers are checked, a table of `data/numbers.toml`.
        mail: An SMTP address; empty to write letters into the workspace.
        sender: Who letters come from.
        passkey_only: Tasks whose holders cannot sign in by password.
        proxies: How many proxies of ours add to `X-Forwarded-For`.
        dynamic_registration: Whether test tools may register clients.
    """

    issuer: str = ""
    breached: str = ""
    persons: str = ""
    numbers: str = "VNM"
    mail: str = ""
    sender: str = "saola@localhost"
    passkey_only: tuple[str, ...] = ()
    proxies: int = 0
    dynamic_registration: bool = False


def read(home: Path) -> Configuration:
    """Read the settings of an installation.

    Raises:
        InputError: If a key of `[identity]` or a task is unknown.
    """
    file = home / "saola.toml"
    table: dict[str, Any] = {}
    if file.is_file():
        table = tomllib.loads(file.read_text(encoding="utf-8")).get("identity", {})
    unknown = sorted(set(table) - {field.name for field in fields(Configuration)})
    if unknown:
        raise InputError("identity-setting-unknown", where=str(file), found=", ".join(unknown))
    given = table | _environment()
    if "passkey_only" in given:
        given["passkey_only"] = _tasks(given["passkey_only"], file)
    issuer = given.get("issuer") or os.environ.get("SAOLA_SERVED_AT", "http://localhost:8000")
    return Configuration(**(given | {"issuer": issuer.rstrip("/")}))


def _tasks(given: object, file: Path) -> tuple[str, ...]:
    named = tuple(str(one) for one in given) if isinstance(given, list) else ()
    unknown = sorted(set(named) - set(TASKS))
    if unknown or not isinstance(given, list):
        found = ", ".join(unknown) or str(given)
        raise InputError("identity-task-unknown", where=str(file), found=found)
    return named


def _environment() -> dict[str, Any]:
    given: dict[str, Any] = {}
    if issuer := os.environ.get("SAOLA_ISSUER"):
        given["issuer"] = issuer
    if mail := os.environ.get("SAOLA_MAIL"):
        given["mail"] = mail
    if dynamic := os.environ.get("SAOLA_DYNAMIC_REGISTRATION"):
        given["dynamic_registration"] = dynamic.lower() in {"1", "true", "yes"}
    return given
