"""One parcel's record: as it was on a day, as it was known at a moment, read under a grant."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from django.db.models import Q, QuerySet

from saola.errors import InputError, StateError
from saola.language import DASH
from saola.server.land.models import (
    Access,
    Certificate,
    Finding,
    Lineage,
    Party,
    Right,
    Scan,
    Transaction,
    Version,
)
from saola.server.registries import access, history, scans
from saola.server.registries.grants import Grant, Reader
from saola.server.registries.when import When

DATABASE = "land"
FIELDS = frozenset({"holders", "numbers", "burdens", "certificates", "transactions", scans.FIELD})
READERS = "readers"


def read(
    key: int, *, reader: Reader, purpose: str, fields: frozenset[str], when: When
) -> dict[str, Any]:
    """Read some fields of a parcel, under a grant; each party that is shown is logged.

    Args:
        key: The parcel.
        reader: Who reads.
        purpose: Why; one of the reader's grants has to allow it for every field.
        fields: Which fields, of `FIELDS`; the version, findings and lineage are no person's.
        when: Which state of the record.

    Raises:
        InputError: If there was no such parcel then.
        StateError: If no grant covers the purpose and fields, or reaches the commune.
    """
    grant = reader.grant(purpose, fields)
    holds = history.holds(when.day, when.moment)
    versions = Version.objects.using(DATABASE).filter(parcel=key, recorded__lte=when.moment)
    version = versions.filter(holds).select_related("parcel").first()
    shown = version or versions.select_related("parcel").order_by("-recorded", "-id").first()
    if shown is None:
        raise InputError("parcel-absent", found=key)
    if not grant.reaches(shown.commune):
        raise StateError("not-granted", where=grant.purpose, found=key)
    found: dict[str, Any] = {"version": shown, "living": version is not None}
    found |= _public(key)
    rights = Right.objects.using(DATABASE).filter(holds, unit=shown.unit_id)
    listed = list(rights.select_related("party").order_by("id"))
    if "holders" in fields:
        found["holders"] = [_held(each) for each in listed if each.kind == "right"]
    if "numbers" in fields:
        borne = [each.party.number for each in listed if each.kind == "right" and each.party]
        found["numbers"] = [number for number in borne if number]
    if "burdens" in fields:
        found["burdens"] = [each for each in listed if each.kind != "right"]
    if "certificates" in fields:
        papers = Certificate.objects.using(DATABASE).filter(holds, unit=shown.unit_id)
        found["certificates"] = list(papers.order_by("id"))
    if "transactions" in fields:
        # Asked for first: PostgreSQL reads the whole table where one side of an OR is a query.
        made = list(
            Lineage.objects.using(DATABASE).filter(child=key).values_list("transaction", flat=True)
        )
        entries = Transaction.objects.using(DATABASE).filter(
            Q(unit=shown.unit_id) | Q(pk__in=made), recorded__lte=when.moment
        )
        found["transactions"] = list(entries.order_by("-id"))
    if scans.FIELD in fields:
        found[scans.FIELD] = scans.held(Scan, DATABASE, [key], when.moment)[key]
    kinds = {"right"} if "burdens" not in fields else {each.kind for each in listed}
    parties = {each.party_id for each in listed if each.party_id and each.kind in kinds}
    rows = Access.objects.using(DATABASE)
    access.read(rows, sorted(parties), reader=reader, grant=grant, fields=fields, now=when.now)
    return found


def _held(right: Right) -> dict[str, Any]:
    return {"right": right, "party": right.party, "share": Fraction(right.share_n, right.share_d)}


def _public(key: int) -> dict[str, Any]:
    lines = Lineage.objects.using(DATABASE)
    findings = Finding.objects.using(DATABASE).filter(parcel=key, cleared=None)
    parents = set(lines.filter(child=key).values_list("parent_id", flat=True))
    parts = lines.filter(parent__in=parents).exclude(child=key)
    return {
        "findings": list(findings.order_by("rule")),
        "parents": sorted(parents),
        "siblings": sorted(set(parts.values_list("child_id", flat=True))),
        "children": sorted(set(lines.filter(parent=key).values_list("child_id", flat=True))),
    }


def numbered(keys: Iterable[int], grant: Grant) -> dict[int, str]:
    """Give the sheet and number of parcels, the last they had where they are no more.

    Args:
        keys: Of parcels.
        grant: What may be read; parcels that it does not reach are left out.
    """
    rows = Version.objects.using(DATABASE).filter(parcel__in=set(keys), superseded=None)
    if not grant.reaches(None):
        rows = rows.filter(commune__in=grant.units)
    listed = rows.order_by("id").values_list("parcel_id", "sheet", "number")
    return {parcel: f"{sheet or DASH}/{number}" for parcel, sheet, number in listed}


def findings(grant: Grant) -> QuerySet[Finding]:
    """Give the findings in reach that are still open."""
    rows = Finding.objects.using(DATABASE).filter(cleared=None)
    return rows if grant.reaches(None) else rows.filter(commune__in=grant.units)


def readers(number: str) -> list[dict[str, Any]]:
    """List who read or wrote what the bearer of a number holds, the latest first."""
    parties = Party.objects.using(DATABASE).filter(number=number).values_list("pk", flat=True)
    return access.readings(Access.objects.using(DATABASE), parties)
