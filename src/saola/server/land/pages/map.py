"""The map of a commune, sheet by sheet."""

from collections import Counter
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from saola.server.land import words
from saola.server.land.drawing import Drawn, picture
from saola.server.land.models import Finding, Version
from saola.server.land.pages.communes import DATABASE, living
from saola.server.registries.desk import Desk, open_to
from saola.server.registries.progress import name_of

MOST = 3_000
LISTED = 200


@require_GET
@open_to("land", fields={"holders"})
def show(request: HttpRequest, desk: Desk, commune: str) -> HttpResponse:
    """Draw one sheet of a commune: parcels to click, findings coloured, and the list beside it."""
    rows = living(desk).filter(commune=commune)
    counted = rows.values("sheet").annotate(parcels=Count("id"))
    sheets = sorted(counted, key=lambda row: _order(row["sheet"]))
    if not sheets:
        raise Http404
    sheet = request.GET.get("sheet", "") or sheets[0]["sheet"]
    rule = request.GET.get("rule", "")
    chosen = list(rows.filter(sheet=sheet).order_by("id")[:MOST])
    if not chosen:
        raise Http404
    zone = Counter(row.epsg for row in chosen).most_common(1)[0][0]
    shown = [row for row in chosen if row.epsg == zone]
    found = _findings(shown)
    facts = {
        "desk": desk,
        "commune": commune,
        "name": name_of(commune),
        "sheets": sheets,
        "sheet": sheet,
        "rule": rule,
        "rules": _legend(found),
        "zone": zone,
        "left_out": len(chosen) - len(shown),
        "map": _drawn(shown, found, rule),
        "rows": _listed(shown, found, rule),
    }
    return render(request, "land/map.html", facts)


def _order(sheet: str) -> tuple[int, int, str]:
    return (0, int(sheet), "") if sheet.isascii() and sheet.isdigit() else (1, 0, sheet)


def _findings(shown: list[Version]) -> dict[int, list[Finding]]:
    """Give the open findings by parcel; an overlap is that of both."""
    keys = {row.parcel_id for row in shown}
    opened = Finding.objects.using(DATABASE).filter(
        commune=shown[0].commune, epsg=shown[0].epsg, cleared=None
    )
    found: dict[int, list[Finding]] = {}
    for each in opened:
        for key in {each.parcel_id, each.other} & keys:
            found.setdefault(int(key or 0), []).append(each)
    return found


def _legend(found: dict[int, list[Finding]]) -> list[dict[str, Any]]:
    counts = Counter(rule for each in found.values() for rule in {one.rule for one in each})
    return [
        {"code": code, "said": words.rule(code), "count": counts[code]}
        for code in words.RULES
        if counts[code]
    ]


def _drawn(shown: list[Version], found: dict[int, list[Finding]], rule: str) -> str:
    parcels = [
        Drawn(
            row,
            reverse("parcel", args=[row.parcel_id]),
            next((f.rule for f in found.get(row.parcel_id, []) if rule in ("", f.rule)), ""),
        )
        for row in shown
    ]
    spots = {each.pk: each for listed in found.values() for each in listed}
    return picture(parcels, [each for each in spots.values() if rule in ("", each.rule)])


def _listed(
    shown: list[Version], found: dict[int, list[Finding]], rule: str
) -> list[dict[str, Any]]:
    """List the parcels, those with findings first."""
    rows = [
        {"version": row, "said": sorted({words.rule(f.rule) for f in found.get(row.parcel_id, [])})}
        for row in shown
        if not rule or any(f.rule == rule for f in found.get(row.parcel_id, []))
    ]
    rows.sort(key=lambda row: not row["said"])
    return rows[:LISTED]
