"""Find persons as it is typed."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from saola.server.population import search
from saola.server.registries.desk import Desk, open_to
from saola.server.registries.grants import Grant

LEAST = 2
PAGE = 20
BESIDE = search.BESIDE - {"sex"}


@require_GET
@open_to("population", fields=search.SHOWN)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Search by number or by the beginning of a name, blind to tones and order."""
    typed = request.GET.get("q", "").strip()[:100]
    hits, more = _found(typed, desk.grant)
    page = Paginator(hits, PAGE).get_page(request.GET.get("page"))
    shown = search.SHOWN | (BESIDE & desk.grant.fields)
    seen = search.log(
        list(page),
        reader=desk.reader,
        purpose=desk.grant.purpose,
        now=timezone.now(),
        fields=shown,
    )
    facts = {
        "desk": desk,
        "typed": typed,
        "page": page,
        "more": more,
        "rows": search.told(seen, shown),
        "shown": shown,
    }
    return render(request, "population/find.html", facts)


def _found(typed: str, grant: Grant) -> tuple[list[search.Hit], int]:
    """Give one hit for each person in reach, and after how many the search stopped, if it did."""
    digits = typed.replace(" ", "")
    more = 0
    hits: list[search.Hit] = []
    if digits.isascii() and digits.isdigit() and len(digits) >= 9:
        hits = search.within(grant, search.by_number(digits))
    elif len(typed) >= LEAST and not digits.isdigit():
        hits = search.by_name(typed, most=search.MOST + 1, grant=grant)  # one more than is shown
        more = search.MOST if len(hits) > search.MOST else 0
    firsts = {hit.person: hit for hit in reversed(hits[: search.MOST])}
    return [hit for hit in hits[: search.MOST] if firsts[hit.person] is hit], more
