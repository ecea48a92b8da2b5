"""What the fields, transactions and findings of the land register are called, to be translated."""

from collections.abc import Mapping
from typing import Any

from saola import language
from saola.language import text
from saola.server.registries import words as registers

FIELDS = frozenset({"holders", "numbers", "burdens", "certificates", "transactions"})
READERS = "readers"
LABELS = {
    "commune": "Commune",
    "sheet": "Map sheet",
    "number": "Parcel number",
    "geometry": "Shape",
    "epsg": "Coordinate system (EPSG)",
    "land_type": "Land type",
    "area": "Documented area",
    "holder": "Holder",
    "holder_number": "Number of the holder",
    "holder_kind": "Kind of holder",
    "share": "Share",
    "origin": "Origin of the right",
    "until": "Term",
    "serial": "Certificate",
    "issued": "Day of issue",
    "key": "Older key",
    "parcel": "Parcel",
    "holders": "Holders",
    "numbers": "Numbers of the holders",
    "burdens": "Burdens",
    "certificates": "Certificates",
    "transactions": "Transactions",
    "scans": "Scans",
    "scan": "A scan opened",
}
TRANSACTIONS = {
    "entry": "Taken in from a file",
    "transfer": "Transfer",
    "split": "Split",
    "merge": "Merge of parcels",
    "mortgage": "Mortgage",
    "discharge": "Mortgage discharged",
    "restrict": "Restriction",
    "lift": "Restriction lifted",
    "correction": "Correction",
}
RULES = {  # the gravest first
    "ring-invalid": "The ring crosses or touches itself",
    "overlap": "Lies on a neighbour",
    "code-duplicate": "Another parcel bears its code",
    "gap": "A gap beside it",
    "sliver": "Far too thin",
    "area-document": "Drawn and documented area differ",
    "holder-absent": "A holder is not in the population register",
}


def transaction(kind: str) -> str:
    """Say what a transaction is called."""
    return text(TRANSACTIONS.get(kind, kind))


def rule(code: str) -> str:
    """Say what a rule of the check finds, or why a row of a file could not be checked."""
    return text(RULES[code]) if code in RULES else registers.reasoned(LABELS, code)


def _much(rule: str, value: float | None) -> str:
    """Say how much was found, with its unit: an area, a share, a shape, or a count."""
    if value is None:
        return ""
    if rule == "area-document":
        return language.percent(value)
    if rule == "sliver":
        return text("{value} (a circle: 1)", value=language.number(value, decimals=3))
    if rule == "holder-absent":
        return language.plural("{n} holder", "{n} holders", int(value))
    return f"{language.number(value, decimals=2)} m²"


def finding(row: Any, numbered: Mapping[int, str]) -> dict[str, Any]:
    """Say what a check found, and how much of what.

    Args:
        row: The finding.
        numbered: Sheet and number of the parcels.
    """
    return {
        "finding": row,
        "said": rule(row.rule),
        "much": _much(row.rule, row.value),
        "parcel": numbered.get(row.parcel_id, str(row.parcel_id)),
        "other": numbered.get(row.other, str(row.other or "")),
    }


def generation(code: str) -> str:
    """Say of which form a certificate is."""
    return text("form of {year}", year=code) if code.isdigit() else text("an earlier form")


RESTRICTIONS = {
    "blocked": "Blocked: no transaction",
    "planning": "Planning",
    "road": "Road corridor",
    "water": "Water corridor",
    "heritage": "Heritage",
    "other": "Other restriction",
}


def burden(right: Any) -> str:
    """Say what a mortgage or restriction is."""
    if right.kind != "mortgage":
        return text(RESTRICTIONS.get(right.type, right.type))
    if right.amount is None:
        return text("Mortgage of {party}", party=right.party.name)
    amount = f"{language.number(float(right.amount), decimals=0)} {right.currency}"
    return text("Mortgage of {party}: {amount}", party=right.party.name, amount=amount)
