"""`saola login`: sign in to a server from a terminal, by the device flow."""

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import typer

from saola.errors import DependencyError, StateError
from saola.language import text

app = typer.Typer(add_completion=False)

CLIENT = "saola-cli"
GRANT = "urn:ietf:params:oauth:grant-type:device_code"
FILE = "login.json"


@app.command()
def login(
    ctx: typer.Context,
    issuer: str = typer.Option("http://localhost:8000", help="The server's address."),
) -> None:
    """Show a code to type on the server's pages, wait for the answer and keep the token.

    Example: saola login --issuer https://id.example
    """
    places = _call(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    form = {"client_id": CLIENT, "scope": "openid profile offline_access"}
    asked = _call(places["device_authorization_endpoint"], form)
    said = "Open {page} and type {code}"
    typer.echo(text(said, page=asked["verification_uri"], code=asked["user_code"]), err=True)
    tokens = _wait(places["token_endpoint"], asked)
    file = Path(ctx.find_root().obj["home"]) / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        json.dump({"issuer": issuer, **tokens}, stream)
    typer.echo(text("Signed in."), err=True)


def _wait(address: str, asked: dict[str, Any]) -> dict[str, Any]:
    pause = float(asked["interval"])
    while True:
        time.sleep(pause)
        form = {"grant_type": GRANT, "device_code": asked["device_code"], "client_id": CLIENT}
        answer = _call(address, form)
        error = answer.get("error", "")
        if not error:
            return answer
        if error == "slow_down":
            pause += 5
        elif error != "authorization_pending":
            raise StateError("sign-in-refused", found=error)


def _call(address: str, form: dict[str, str] | None = None) -> dict[str, Any]:
    body = urllib.parse.urlencode(form).encode() if form else None
    try:
        with urllib.request.urlopen(address, body, timeout=30) as answer:  # noqa: S310  (the user's)
            found = json.load(answer)
    except urllib.error.HTTPError as error:
        found = json.load(error)
    except (OSError, ValueError) as error:
        raise DependencyError("server-unreachable", found=address) from error
    if not isinstance(found, dict):
        raise DependencyError("server-unreachable", found=address)
    return found
