"""Corrections that persons ask for, in the clerks' queue."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from saola.errors import InputError, SaolaError
from saola.language import text
from saola.server.population import events, fit, models, record, words
from saola.server.population.pages.event import act_of
from saola.server.population.pages.person import within
from saola.server.registries.desk import Desk, open_to

SHOWN = 25
TOLD_BY_NUMBER = frozenset({"sex", "born"})  # Decree 137/2015, Art. 13


@dataclass(frozen=True)
class Row:
    """One wish, as a clerk sees it.

    Attributes:
        wish: What is asked for.
        label: What its item is called.
        value: What is asked for, in words.
        telling: Whether a personal number tells of the item, so that a new one may be needed.
        unfit: Whether it is needed: the present number does not go with what is asked for.
        typed: What the clerk wrote before it was refused.
        fault: Why it was refused.
    """

    wish: models.Wish
    label: str
    value: object
    telling: bool = False
    unfit: bool = False
    typed: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


def _row(wish: models.Wish, typed: Mapping[str, str], fault: str) -> Row:
    telling = wish.field in TOLD_BY_NUMBER
    value = words.value(wish.field, wish.wanted)
    label = words.label(wish.field)
    return Row(wish, label, value, telling, telling and _unfit(wish), typed, fault)


def _unfit(wish: models.Wish) -> bool:
    try:
        wanted = events.checked({wish.field: wish.wanted})
    except InputError:
        return False
    return fit.asks_number(wish.person, timezone.localdate(), wanted)


@require_GET
@open_to("population", fields=record.FIELDS, writes=True)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the corrections that wait, the oldest first."""
    waiting = models.Wish.objects.using(record.DATABASE).filter(state="open")
    found = record.reached(waiting, desk.grant, "person").select_related("person")
    page = Paginator(found.order_by("asked", "id"), SHOWN).get_page(request.GET.get("page"))
    rows = [_row(wish, {}, "") for wish in page]
    return render(request, "population/wishes.html", {"desk": desk, "page": page, "rows": rows})


def _again(request: HttpRequest, desk: Desk, key: int, fault: str) -> HttpResponse:
    """Show one wish again, with what the clerk wrote and why it was refused."""
    wishes = models.Wish.objects.using(record.DATABASE).filter(pk=key, state="open")
    wish = record.reached(wishes, desk.grant, "person").select_related("person").first()
    if wish is None:
        raise Http404
    typed = {name: request.POST.get(name, "") for name in ("answer", "number")}
    facts = {"desk": desk, "rows": [_row(wish, typed, fault)], "one": True}
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
