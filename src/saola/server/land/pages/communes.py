"""Which communes have parcels; finding a parcel by its code or older key."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from saola import language
from saola.server.land import digitised, record, words
from saola.server.land.models import Finding, Version
from saola.server.registries.desk import Desk, open_to
from saola.server.registries.places import with_parent
from saola.server.registries.progress import chart, recent

DATABASE = "land"
LIVING = {"superseded": None, "end": None}
SHOWN = 100
CODED = 50  # a key is borne once, and a code by few


def living(desk: Desk) -> QuerySet[Version]:
    """Select the living parcels that a grant reaches."""
    rows = Version.objects.using(DATABASE).filter(**LIVING)
    return rows if desk.grant.reaches(None) else rows.filter(commune__in=desk.grant.units)


@require_GET
@open_to("land", fields={"holders"})
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the communes with parcels and open findings, and find a parcel by code or key."""
    typed = request.GET.get("q", "").strip()[:64]
    found: list[Version] = []
    if typed:
        rows = living(desk).select_related("parcel")
        found = list(rows.filter(parcel__code=typed.lower())[:CODED]) or list(
            rows.filter(key=typed)[:CODED]
        )
        if len(found) == 1:
            return HttpResponseRedirect(reverse("parcel", args=[found[0].parcel_id]))
    counted = living(desk).values("commune").annotate(parcels=Count("id")).order_by("commune")
    opened = Finding.objects.using(DATABASE).filter(cleared=None).values("commune")
    wrong = dict(opened.annotate(count=Count("id")).values_list("commune", "count"))
    every: list[dict[str, Any]] = [{**row} for row in counted]
    named = _named(every, typed) if typed and not found else []
    page = Paginator(named or every, SHOWN).get_page(request.GET.get("page"))
    shown = [{**row, "findings": wrong.get(row["commune"], 0)} for row in page]
    facts = {
        "desk": desk,
        "typed": typed,
        "found": found,
        "named": named,
        "page": page,
        "rows": shown,
        "chart": chart(desk, recent("land", digitised.counts)),
    }
    return render(request, "land/communes.html", facts)


def _named(rows: list[dict[str, Any]], typed: str) -> list[dict[str, Any]]:
    """Keep the communes in whose name or code something typed stands, blind to tones."""
    wanted = language.fold(typed)
    return [
        row
        for row in rows
        if wanted in language.fold(f"{row['commune']} {with_parent(row['commune'])}")
    ]


@require_GET
@open_to("land", fields={"holders"})
def findings(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List what the checks found and is still open."""
    asked = {name: request.GET.get(name, "")[:40] for name in ("commune", "rule", "after")}
    rows = Finding.objects.using(DATABASE).filter(cleared=None)
    if not desk.grant.reaches(None):
        rows = rows.filter(commune__in=desk.grant.units)
    if asked["commune"]:
        rows = rows.filter(commune=asked["commune"])
    counts = dict(rows.values("rule").annotate(count=Count("id")).values_list("rule", "count"))
    if asked["rule"] in words.RULES:
        rows = rows.filter(rule=asked["rule"])
    if asked["after"].isdecimal() and asked["after"].isascii():
        rows = rows.filter(pk__gt=int(asked["after"][:18]))
    page = list(rows.order_by("pk")[:101])
    keys = (key for row in page for key in (row.parcel_id, row.other) if key)
    numbered = record.numbered(keys, desk.grant)
    facts = {
        "desk": desk,
        "asked": asked,
        "rules": [(code, words.rule(code), counts[code]) for code in words.RULES if code in counts],
        "rows": [words.finding(row, numbered) for row in page[:100]],
        "next": page[99].pk if len(page) > 100 else "",
    }
    return render(request, "land/findings.html", facts)
