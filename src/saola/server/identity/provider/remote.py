"""A client's keys: those it registered, or for clients of the test tool those it publishes."""

import json
import urllib.request
from collections.abc import Iterator
from typing import Any, TypeVar
from urllib.parse import urlsplit

from saola.server.identity import settings as chosen
from saola.server.identity.models import Client

T = TypeVar("T")
LIMIT = 65536  # bytes of a key set


def keys_of(client: Client) -> Iterator[dict[str, Any]]:
    """Yield the client's key sets: the stored one, then the published one where that may be read.

    The server reads addresses that a client names only where dynamic registration is on, which
    is in tests: elsewhere it would let a client make the server call its own network.
    """
    if client.keys:
        yield client.keys
    if client.keys_uri and chosen.SAOLA_DYNAMIC_REGISTRATION:
        found = fetch(client.keys_uri, dict)
        if found is not None:
            yield found


def fetch(address: str, kind: type[T]) -> T | None:
    """Read JSON of a kind over HTTP from loopback; None if there is none."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or parts.hostname not in {"localhost", "127.0.0.1"}:
        return None
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310  (loopback, http)
            found = json.loads(answer.read(LIMIT))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, kind) else None
