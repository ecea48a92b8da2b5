"""Corrections that persons ask for, in the clerks' queue."""

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
from saola.server.population import events, models, record, words
from saola.server.population.pages.event import act_of
from saola.server.population.pages.person import within
from saola.server.registries.desk import Desk, open_to

SHOWN = 25


@require_GET
@open_to("population", fields=record.FIELDS, writes=True)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the corrections that wait, the oldest first."""
    waiting = models.Wish.objects.using(record.DATABASE).filter(state="open")
    found = record.reached(waiting, desk.grant, "person")
    page = Paginator(found.order_by("asked", "id"), SHOWN).get_page(request.GET.get("page"))
    rows = [{"wish": wish, "label": words.label(wish.field)} for wish in page]
    return render(request, "population/wishes.html", {"desk": desk, "page": page, "rows": rows})


@require_POST
@open_to("population", fields=record.FIELDS, writes=True)
def answer(request: HttpRequest, desk: Desk, wish: int) -> HttpResponse:
    """Correct the record as asked, or refuse with a reason the person sees."""
    if not models.Wish.objects.using(record.DATABASE).filter(pk=wish, state="open").exists():
        raise Http404
    said, accept = request.POST.get("answer", "").strip()[:400], request.POST.get("do") == "accept"
    try:
        if not (said or accept):
            messages.error(request, text("A refusal needs a reason."))
        elif _settle(desk, wish, said, accept=accept):
            messages.success(request, text("The record is corrected."))
        else:
            messages.success(request, text("The refusal was sent."))
    except SaolaError as error:
        messages.error(request, error.message())
    return HttpResponseRedirect(reverse("wishes"))


def _settle(desk: Desk, wish: int, said: str, *, accept: bool) -> bool:
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
            events.correct(found.person_id, act, field=found.field, value=found.wanted)
        found.state, found.answer, found.answered = ("done" if accept else "refused"), said, now
        found.save(using=record.DATABASE)
    return accept
