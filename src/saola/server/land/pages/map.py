"""The map of a commune, sheet by sheet."""

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from saola.server.land import land_types, words
from saola.server.land.checks import ABSENT
from saola.server.land.drawing import Drawn, picture
from saola.server.land.models import Finding, Version
from saola.server.land.pages.communes import DATABASE, living
from saola.server.registries.desk import Desk, open_to
from saola.server.registries.places import name_of

MOST = 3_000
LISTED = 100


@require_GET
@open_to("land", fields={"holders"})
def show(request: HttpRequest, desk: Desk, commune: str) -> HttpResponse:
    """Draw one sheet of a commune: parcels to click, findings coloured, and the list beside it."""
    rows = living(desk).filter(commune=commune)
    counted = rows.values("sheet").annotate(parcels=Count("id"))
    sheets = sorted(counted, key=lambda row: order(row["sheet"]))
    if not sheets:
        raise Http404
    sheet = request.GET.get("sheet", "") or sheets[0]["sheet"]
    rule = request.GET.get("rule", "")
    part = Paginator(rows.filter(sheet=sheet).order_by("id"), MOST).get_page(
        request.GET.get("part")
    )
    chosen = list(part)
    if not chosen:
        raise Http404
    zone = Counter(row.epsg for row in chosen).most_common(1)[0][0]
    shown = [row for row in chosen if row.epsg == zone]
    found = _findings(commune, chosen)
    page = Paginator(_listed(chosen, found, rule), LISTED).get_page(request.GET.get("page"))
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
        "part": part,
        "page": page,
        "rows": _typed(page),
    }
    return render(request, "land/map.html", facts)


def order(number: str) -> tuple[int, int, str]:
    """Order numbers of sheets or parcels as numbers, others after them."""
    return (0, int(number), "") if number.isascii() and number.isdigit() else (1, 0, number)


def _typed(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Say the land type of each row."""

    @cache
    def said(land_type: str, land_list: str) -> str:
        return land_types.said(land_type, land_list, settings.HOME)

    return [
        row | {"land_type": said(row["version"].land_type, row["version"].land_list)}
        for row in rows
    ]


def _findings(commune: str, chosen: list[Version]) -> dict[int, list[Finding]]:
    """Give the open findings by parcel; an overlap is that of both."""
    keys = {row.parcel_id for row in chosen}
    opened = Finding.objects.using(DATABASE).filter(commune=commune, cleared=None)
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
            next((f.rule for f in found.get(row.parcel_id, []) if _marked(f, rule)), ""),
        )
        for row in shown
    ]
    spots = {each.pk: each for row in shown for each in found.get(row.parcel_id, [])}
    return picture(
        parcels,
        [each for each in spots.values() if _marked(each, rule) and each.epsg == shown[0].epsg],
    )


def _marked(found: Finding, rule: str) -> bool:
    """Tell whether the map marks a finding: by default only what can be seen in the shapes."""
    return found.rule == rule if rule else found.rule != ABSENT


def _listed(
    chosen: list[Version], found: dict[int, list[Finding]], rule: str
) -> list[dict[str, Any]]:
    """List the parcels by their numbers, those with findings first."""
    rows = [
        {"version": row, "said": sorted({words.rule(f.rule) for f in found.get(row.parcel_id, [])})}
        for row in chosen
        if not rule or any(f.rule == rule for f in found.get(row.parcel_id, []))
    ]
    return sorted(rows, key=lambda row: (not row["said"], order(row["version"].number)))
