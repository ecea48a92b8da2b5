"""Which communes have parcels; finding a parcel by its code or older key."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from saola import language
from saola.server.land import checked, digitised
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
    known = checked.last(Path(settings.HOME))
    shown = [
        {
            **row,
            "findings": wrong.get(row["commune"], 0),
            "checked": known.get(row["commune"]),
        }
        for row in page
    ]
    facts = {
        "desk": desk,
        "typed": typed,
        "found": found,
        "named": named,
        "page": page,
        "rows": shown,
        "unchecked": sum(row["commune"] not in known for row in every),
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
