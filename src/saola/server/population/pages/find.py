"""Find persons as it is typed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from saola.server.population import models, record, search
from saola.server.registries.desk import Desk, open_to

LEAST = 2
BESIDE = frozenset({"born", "residences"})


@require_GET
@open_to("population", fields=search.SHOWN)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Search by number or by the beginning of a name, blind to tones and order."""
    typed = request.GET.get("q", "").strip()[:100]
    digits = typed.replace(" ", "")
    hits: list[search.Hit] = []
    if digits.isascii() and digits.isdigit() and len(digits) >= 9:
        hits = search.by_number(digits)
    elif len(typed) >= LEAST and not digits.isdigit():
        hits = search.by_name(typed, most=20)
    shown = search.SHOWN | (BESIDE & desk.grant.fields)
    seen = search.log(
        hits, reader=desk.reader, purpose=desk.grant.purpose, now=timezone.now(), fields=shown
    )
    facts = {"desk": desk, "typed": typed, "rows": _rows(seen, shown), "shown": shown}
    return render(request, "population/find.html", facts)


def _rows(hits: list[search.Hit], shown: frozenset[str]) -> list[dict[str, Any]]:
    keys = list(dict.fromkeys(hit.person for hit in hits))
    people = models.Person.objects.using(record.DATABASE).in_bulk(keys)
    homes = record.homes(keys) if "residences" in shown else {}
    firsts = {hit.person: hit for hit in reversed(hits)}
    return [
        {
            "hit": firsts[key],
            "born": people[key].born if "born" in shown else None,
            "home": homes.get(key),
            "merged": people[key].merged,
        }
        for key in keys
        if key in people
    ]
