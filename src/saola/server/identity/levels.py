"""Authentication levels: what a session proved, in the four levels of Decree 69/2024.

1: one factor. 2: two different factors, none known to be biometric. 3: two or more, one of them
biometric. 4: something one is, has and knows. A passkey with user verification is two factors;
its biometric counts only where an officer saw it (`BoundPasskey`), for the device may have
asked for its code instead.

Source: Decree 69/2024/ND-CP; NIST SP 800-63B-4; RFC 8176 for the method names.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

LOWEST, HIGHEST = 1, 4
PLAYED = "demo"  # the name of no method: of a part of the demo, where nothing was proved
ACR = "urn:saola:level:"


@dataclass(frozen=True)
class Method:
    """What one way of authentication proves.

    Attributes:
        factors: Of `knows`, `has`, `is`.
        amr: Names in RFC 8176.
    """

    factors: frozenset[str]
    amr: tuple[str, ...]


METHODS = {
    "password": Method(frozenset({"knows"}), ("pwd",)),
    "password_reset": Method(frozenset({"knows"}), ("pwd",)),
    "code": Method(frozenset({"has"}), ("otp",)),
    "totp": Method(frozenset({"has"}), ("otp",)),
    "recovery_codes": Method(frozenset({"has"}), ("otp",)),
    "webauthn": Method(frozenset({"has"}), ("pop",)),
    "passkey": Method(frozenset({"has", "knows"}), ("pop", "user")),
    "bound-passkey": Method(frozenset({"has", "is"}), ("pop", "user", "bio")),
}


@dataclass(frozen=True)
class Proof:
    """What a session proved.

    Attributes:
        level: 1 to 4; 0 for nothing.
        amr: Sorted method names.
        at: When the last proof was given.
    """

    level: int
    amr: tuple[str, ...]
    at: dt.datetime


def weigh(methods: Iterable[str]) -> tuple[int, tuple[str, ...]]:
    """Give level and method names of the ways used in one session."""
    used = [METHODS[name] for name in methods if name in METHODS]
    factors = frozenset[str]().union(*(method.factors for method in used))
    amr = {name for method in used for name in method.amr}
    if len(factors) > 1:
        amr.add("mfa")
    if not factors:
        return 0, ()
    if factors == {"knows", "has", "is"}:
        return 4, tuple(sorted(amr))
    if len(factors) == 1:
        return 1, tuple(sorted(amr))
    return (3 if "is" in factors else 2), tuple(sorted(amr))


def names(records: Iterable[Mapping[str, Any]], bound: frozenset[int]) -> list[str]:
    """Turn allauth's record of a session's authentications into names of `METHODS`.

    Args:
        records: Its `account_authentication_methods`.
        bound: Keys of the authenticators whose biometric an officer saw.
    """
    found = []
    for record in records:
        name = str(record.get("type") or record.get("method"))
        if name == "webauthn" and record.get("id") in bound:
            name = "bound-passkey"
        elif name == "webauthn":
            name = "passkey"  # our server asks every passkey for user verification
        found.append(name)
    return found


def proof(records: Iterable[Mapping[str, Any]], bound: frozenset[int] = frozenset()) -> Proof:
    """Weigh a session by its records."""
    kept = list(records)
    level, amr = weigh(names(kept, bound))
    last = max((float(record.get("at", 0)) for record in kept), default=0.0)
    return Proof(level, amr, dt.datetime.fromtimestamp(last, tz=dt.UTC))


def acr(level: int) -> str:
    """Write a level as an `acr` value."""
    return f"{ACR}{level}"


def level_of(value: str) -> int | None:
    """Read an `acr` value; None if it is none of ours."""
    tail = value.removeprefix(ACR)
    return int(tail) if value != tail and tail in {"1", "2", "3", "4"} else None
