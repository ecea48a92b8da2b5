"""One parcel on a page: shape, holders, burdens, certificates, history."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from saola.server.identity.audit.record import record as audit
from saola.server.land import land_types, record, words
from saola.server.land.drawing import Drawn, picture
from saola.server.land.models import Version
from saola.server.land.pages.communes import DATABASE, LIVING
from saola.server.registries import marks, records, scans
from saola.server.registries import words as registers
from saola.server.registries.desk import Desk, open_to
from saola.server.registries.pages.scans import Upload
from saola.server.registries.places import name_of
from saola.server.registries.when import asked

AROUND = 0.00025  # degrees: some 27 m
NEIGHBOURS = 200
KIN = ("parents", "siblings", "children")


@require_GET
@open_to("land", fields={"holders"})
def show(request: HttpRequest, desk: Desk, key: int) -> HttpResponse:
    """Show a parcel with its rights and history; each holder shown is logged."""
    when = asked(request)
    found = desk.read(record.read, key, desk.grant.fields & record.FIELDS, when)
    version = found["version"]
    others = [each.other for each in found["findings"] if each.other]
    known = record.numbered([*others, *(each for name in KIN for each in found[name])], desk.grant)
    facts = {
        **found,
        "desk": desk,
        "key": key,
        "upload": Upload(),
        "marks": marks.of(records.get("land"), key) if scans.FIELD in found else None,
        "when": when,
        "name": name_of(version.commune),
        "land_type": land_types.said(version.land_type, version.land_list, settings.HOME),
        "carried": _carried(version),
        "map": around(version),
        "kinds": _kinds(found) if desk.grant.writes and found["living"] else [],
        "findings": [words.finding(each, known) for each in found["findings"]],
        "numbered": {
            name: [(each, known.get(each, str(each))) for each in found[name]] for name in KIN
        },
        "certificates": [
            (words.generation(each.generation), each) for each in found.get("certificates", [])
        ],
        "burdens": [(words.burden(each), each) for each in found.get("burdens", [])],
        "transactions": [
            (words.transaction(each.kind), each) for each in found.get("transactions", [])
        ],
    }
    answer = render(request, "land/parcel.html", facts)
    answer["Cache-Control"] = "no-store"
    return answer


def _carried(version: Version) -> dict[str, str] | None:
    """Give the land type in the newest list, where that has another code for it."""
    code = land_types.crosswalk(version.land_type, settings.HOME)
    if code == version.land_type:
        return None
    newest = land_types.current(settings.HOME)
    return {"list": newest, "code": code, "said": land_types.said(code, newest, settings.HOME)}


def _kinds(found: dict[str, Any]) -> list[tuple[str, str]]:
    mortgaged = any(each.kind == "mortgage" for each in found.get("burdens", []))
    kinds = ["transfer", "split", "merge", "mortgage", "discharge", "correction"]
    if not mortgaged:
        kinds.remove("discharge")
    return [(kind, words.transaction(kind)) for kind in kinds]


def around(version: Version) -> str:
    """Draw a parcel among its neighbours."""
    rows = Version.objects.using(DATABASE).filter(
        epsg=version.epsg,
        west__lte=version.east + AROUND,
        east__gte=version.west - AROUND,
        south__lte=version.north + AROUND,
        north__gte=version.south - AROUND,
        **LIVING,
    )
    near = rows.exclude(parcel=version.parcel_id)[:NEIGHBOURS]
    drawn = [Drawn(row, reverse("parcel", args=[row.parcel_id])) for row in near]
    own = Drawn(version, reverse("parcel", args=[version.parcel_id]), chosen=True)
    return picture([*drawn, own])


@require_GET
@open_to("land", fields={record.READERS}, everywhere=True)
def readers(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show an auditor who read what the bearer of a number holds, and nothing of it."""
    number = request.GET.get("number", "").strip()[:14]
    read = record.readers(number) if number else []
    rows = [registers.use(desk.register, row) for row in read]
    if number:
        audit("readers-seen", account=desk.account.pk, register="land", rows=len(rows))
    return render(request, "land/readers.html", {"desk": desk, "number": number, "rows": rows})
