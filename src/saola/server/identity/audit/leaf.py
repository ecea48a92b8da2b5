"""What a leaf of the log holds: never personal data, only a salted commitment to it."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping

from saola.server.identity.audit.tree import leaf_hash


def canonical(value: Mapping[str, object]) -> bytes:
    """Write JSON in one way only: sorted names, no spaces, UTF-8.

    Source: after RFC 8785; the values here are strings, integers, booleans, lists and objects.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def commitment(salt: str, facts: Mapping[str, object]) -> str:
    """Commit to facts without showing them; the salt, 32 random bytes in hex, hides them."""
    return hashlib.sha256(bytes.fromhex(salt) + canonical(facts)).hexdigest()


def entry(kind: str, at: dt.datetime, outcome: str, committed: str) -> dict[str, str]:
    """Give the public content of a leaf."""
    moment = at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return {"at": moment, "commitment": committed, "kind": kind, "outcome": outcome}


def hash_of(content: Mapping[str, object]) -> bytes:
    """Give the leaf hash of a leaf's content."""
    return leaf_hash(canonical(content))
