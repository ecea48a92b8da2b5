"""What the codes of reasons and of the log are called on pages."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from saola.language import text
from saola.server.registries import communes, grounds
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
    "several": "{field}: several places are or were called so",
    "abolished": "{field}: no longer exists",
    "generation": "{field}: no certificate of that time has such a serial",
}

WHOLE = {  # of the row
    "cells": "more cells than columns",
    "row-another": "the items of another record, not of the row named",
}


def label(known: Known, name: str) -> str:
    """Say what a field is called."""
    return text((known.labels or {}).get(name, name))


def reason(known: Known, code: str, cell: str = "", *, today: dt.date | None = None) -> str:
    """Say a code of the rules in words; a code without words stays as it is.

    Args:
        known: The register.
        code: The code.
        cell: What was written, of which more may be said.
        today: The day whose units are named then.
    """
    said, kind = reasoned(known.labels or {}, code), code.rpartition("-")[2]
    more = communes.told(kind, cell, today) if cell and today and kind in communes.TOLD else ""
    return f"{said}: {more}" if more else said


def reasoned(labels: Mapping[str, str], code: str) -> str:
    """Do as `reason` where what the fields are called is given."""
    if code in WHOLE:
        return text(WHOLE[code])
    name, _, kind = code.rpartition("-")
    if kind not in KINDS or name not in labels:
        return code
    return text(KINDS[kind], field=text(labels[name]))


def purpose(known: Known, code: str) -> str:
    """Give the English sentence of a purpose in a register's log; one that is a sentence stays."""
    return known.changes.get(code, _TAKEN_IN if code == "intake" else code)


def use(known: Known, row: Mapping[str, Any]) -> dict[str, Any]:
    """Say a row of a register's log in words: agency, kind, purpose, legal ground, fields.

    Args:
        known: The register.
        row: The row; a sum of rows may lack `who` and `fields`.
    """
    said = dict(row) | {
        "agency": row["agency"] or _unnamed(row),
        "kind": text(row["kind"]),
        "purpose": text(purpose(known, str(row["purpose"]))),
        "ground": grounds.said(row["ground"]),
    }
    if "fields" in row:
        said["fields"] = sorted(label(known, name) for name in str(row["fields"]).split())
    return said


OWN = "My own data"  # the purpose of a person who looks at their own record
_TAKEN_IN = "Taken in from a file"


def _unnamed(row: Mapping[str, Any]) -> str:
    """Say who used a record for no agency: sign-in, whoever keeps the register, its person."""
    if row.get("who") == "sign-in":
        return text("Sign-in")
    if row["kind"] == "write":
        return text("Keeper of the register")
    return text("The person") if row["purpose"] == OWN else ""
