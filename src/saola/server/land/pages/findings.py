"""What the checks found and is still open, the gravest first."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from saola.server.land import checked, record, words
from saola.server.land.models import Finding
from saola.server.land.pages.map import order
from saola.server.registries.desk import Desk, open_to

DATABASE = "land"
SHOWN = 100
SORTED = 10_000  # of more findings only the gravity orders: their numbers stand in another table
GRAVITY = {code: place for place, code in enumerate(words.RULES)}


@require_GET
@open_to("land", fields={"holders"})
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List what the checks found and is still open, the gravest first, then by sheet and number."""
    asked = {name: request.GET.get(name, "")[:40] for name in ("commune", "rule")}
    rows = Finding.objects.using(DATABASE).filter(cleared=None)
    if not desk.grant.reaches(None):
        rows = rows.filter(commune__in=desk.grant.units)
    if asked["commune"]:
        rows = rows.filter(commune=asked["commune"])
    counts = dict(rows.values("rule").annotate(count=Count("id")).values_list("rule", "count"))
    if asked["rule"] in words.RULES:
        rows = rows.filter(rule=asked["rule"])
    if rows.count() > SORTED:
        keys: Any = _grave(rows).values_list("pk", flat=True)
    else:
        keys = _keys(rows, desk)
    page = Paginator(keys, SHOWN).get_page(request.GET.get("page"))
    shown = rows.in_bulk(list(page))
    listed = [shown[key] for key in page if key in shown]
    parcels = (key for row in listed for key in (row.parcel_id, row.other) if key)
    numbered = record.numbered(parcels, desk.grant)
    facts = {
        "desk": desk,
        "asked": asked,
        "rules": [(code, words.rule(code), counts[code]) for code in words.RULES if code in counts],
        "rows": [words.finding(row, numbered) for row in listed],
        "page": page,
        "last": _last(desk, asked["commune"]),
    }
    return render(request, "land/findings.html", facts)


def _grave(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """Order findings by gravity, then commune: what the database knows by itself."""
    places = [When(rule=code, then=Value(place)) for code, place in GRAVITY.items()]
    grave = Case(*places, default=Value(len(GRAVITY)), output_field=IntegerField())
    return rows.annotate(grave=grave).order_by("grave", "commune", "pk")


def _keys(rows: QuerySet[Finding], desk: Desk) -> list[int]:
    """Order few findings, in a commune by sheet and number."""
    found = list(rows.values_list("rule", "commune", "parcel_id", "pk"))
    numbered = record.numbered((row[2] for row in found), desk.grant)

    def place(row: tuple[str, str, int, int]) -> tuple[object, ...]:
        sheet, _slash, number = numbered.get(row[2], "").partition("/")
        return GRAVITY.get(row[0], len(GRAVITY)), row[1], order(sheet), order(number), row[3]

    return [row[-1] for row in sorted(found, key=place)]


def _last(desk: Desk, commune: str) -> dt.datetime | None:
    """Give the last check of the commune, or of any in reach."""
    every = checked.last(Path(settings.HOME))
    fit = [at for key, at in every.items() if desk.grant.reaches(key) and commune in ("", key)]
    return max(fit, default=None)
