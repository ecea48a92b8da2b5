"""Corrections that persons ask for, in the clerks' queue."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from saola.errors import SaolaError
from saola.language import text
from saola.server.population import events, fit, models, queues, record, words
from saola.server.population.pages.event import act_of
from saola.server.population.pages.person import within
from saola.server.registries.desk import Desk, open_to

SHOWN = 25
TOLD = frozenset({"names", "born"})  # of whoever asks
TOLD_BY_NUMBER = frozenset({"sex", "born"})  # Decree 137/2015, Art. 13


@dataclass(frozen=True)
class Row:
    """One wish, as a clerk sees it.

    Attributes:
        wish: What is asked for.
        label: What its item is called.
        value: What is asked for, in words.
        asker: Name of the person.
        born: When the person was born.
        present: What stands there now, in words; empty for nothing.
        telling: Whether a personal number tells of the item, so that a new one may be needed.
        unfit: Whether it is needed: the present number does not go with what is asked for.
        typed: What the clerk wrote before it was refused.
        fault: Why it was refused.
    """

    wish: models.Wish
    label: str
    value: str
    asker: str = ""
    born: dt.date | None = None
    present: str = ""
    telling: bool = False
    unfit: bool = False
    typed: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


def _rows(
    desk: Desk,
    wishes: Sequence[models.Wish],
    typed: Mapping[str, str] | None = None,
    fault: str = "",
) -> list[Row]:
    """Put wishes beside what stands in the records now; that these were shown is logged."""
    held = _present(desk, wishes)
    return [
        Row(
            wish,
            words.label(wish.field),
            queues.asked(wish),
            _item(held[wish.pk], "name") or "",
            held[wish.pk]["born"],
            words.shown(wish.field, _item(held[wish.pk], wish.field)),
            wish.field in TOLD_BY_NUMBER,
            wish.field in TOLD_BY_NUMBER and _unfit(wish),
            typed or {},
            fault,
        )
        for wish in wishes
    ]


def _present(desk: Desk, wishes: Sequence[models.Wish]) -> dict[int, dict[str, Any]]:
    """Read of each person name, birth and the one item that they want corrected."""
    found: dict[int, dict[str, Any]] = {}
    when = record.When(timezone.now())
    for item in sorted({wish.field for wish in wishes}):
        same = [wish for wish in wishes if wish.field == item]
        fields = TOLD | ({item} & record.FIELDS)
        keys = sorted({wish.person_id for wish in same})
        read = record.read_all(
            keys, reader=desk.reader, purpose=desk.grant.purpose, fields=fields, when=when
        )
        found |= {wish.pk: read[wish.person_id] for wish in same}
    return found


def _item(read: Mapping[str, Any], item: str) -> Any:
    if item != "name":
        return read[item]
    return next((row["text"] for row in read["names"] if row["kind"] == "birth"), None)


def _unfit(wish: models.Wish) -> bool:
    wanted = queues.wanted(wish)
    day = timezone.localdate()
    return wanted is not None and fit.asks_number(wish.person, day, {wish.field: wanted})


@require_GET
@open_to("population", fields=record.FIELDS, writes=True)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the corrections that wait, the oldest first."""
    found = queues.wishes(desk.grant).select_related("person")
    page = Paginator(found.order_by("asked", "id"), SHOWN).get_page(request.GET.get("page"))
    rows = _rows(desk, list(page))
    return render(request, "population/wishes.html", {"desk": desk, "page": page, "rows": rows})


def _again(request: HttpRequest, desk: Desk, key: int, fault: str) -> HttpResponse:
    """Show one wish again, with what the clerk wrote and why it was refused."""
    wish = queues.wishes(desk.grant).filter(pk=key).select_related("person").first()
    if wish is None:
        raise Http404
    typed = {name: request.POST.get(name, "") for name in ("answer", "number")}
    facts = {"desk": desk, "rows": _rows(desk, [wish], typed, fault), "one": True}
    return render(request, "population/wishes.html", facts)


@require_POST
@open_to("population", fields=record.FIELDS, writes=True)
def answer(request: HttpRequest, desk: Desk, wish: int) -> HttpResponse:
    """Correct the record as asked, or refuse with a reason the person sees."""
    if not models.Wish.objects.using(record.DATABASE).filter(pk=wish, state="open").exists():
        raise Http404
    said, accept = request.POST.get("answer", "").strip()[:400], request.POST.get("do") == "accept"
    number = request.POST.get("number", "") if accept else ""
    if not (said or accept):
        return _again(request, desk, wish, text("A refusal needs a reason."))
    try:
        _settle(desk, wish, said, accept=accept, number=number)
    except SaolaError as error:
        return _again(request, desk, wish, error.message())
    done = "The record is corrected." if accept else "The refusal was sent."
    messages.success(request, text(done))
    return HttpResponseRedirect(reverse("wishes"))


def _settle(desk: Desk, wish: int, said: str, *, accept: bool, number: str) -> None:
    """Answer a wish once, and correct the record in the same transaction."""
    now = timezone.now()
    with transaction.atomic(using=record.DATABASE):
        waiting = models.Wish.objects.using(record.DATABASE).select_for_update()
        found = waiting.filter(pk=wish, state="open").first()
        if found is None:
            raise Http404
        within(desk, [found.person_id])
        if accept:
            act = act_of(desk, timezone.localdate(now), said or desk.reader.reference)
            wanted = {"field": found.field, "value": found.wanted, "number": number}
            events.correct(found.person_id, act, **wanted)
        found.state, found.answer, found.answered = ("done" if accept else "refused"), said, now
        found.save(using=record.DATABASE)
