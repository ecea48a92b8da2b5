"""What the codes of reasons are called on pages."""

from saola.language import text
from saola.server.registries.known import Known

KINDS = {
    "missing": "{field}: missing",
    "unreadable": "{field}: cannot be read",
    "form": "{field}: has not the form it should",
    "long": "{field}: too long",
    "issuer": "{field}: no province issues such numbers",
    "sex": "{field}: does not fit the sex",
    "year": "{field}: does not fit the year of birth",
    "range": "{field}: outside what is possible",
    "taken": "{field}: another record has it",
    "twice": "{field}: stands twice in the file",
    "empty": "{field}: empty",
    "kind": "{field}: of another kind",
    "parts": "{field}: in several parts",
    "unknown": "{field}: not in the lists",
    "count": "{field}: not one for each holder",
    "sum": "{field}: do not add up to one",
    "generation": "{field}: no certificate of that time has such a serial",
}


def label(known: Known, name: str) -> str:
    """Say what a field is called."""
    return text((known.labels or {}).get(name, name))


def reason(known: Known, code: str) -> str:
    """Say a code of the rules in words; a code without words stays as it is."""
    if code == "cells":
        return text("more cells than columns")
    name, _, kind = code.rpartition("-")
    if kind not in KINDS or name not in (known.labels or {}):
        return code
    return text(KINDS[kind], field=label(known, name))
