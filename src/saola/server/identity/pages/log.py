"""The audit log for auditors: search it, and take it away to check it."""

from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from saola.language import sort_key, text
from saola.server.identity import limits, rights, visits
from saola.server.identity.audit import export
from saola.server.identity.audit.record import record
from saola.server.identity.models import Account, Checkpoint, Event
from saola.server.identity.pages.words import WORDS, said_of

SHOWN = 200
OF_PERSON = 3  # downloads of the whole log in a window of limits
OF_EVERYBODY = 30


@require_GET
@rights.requires("auditor", played=True)
def show(request: HttpRequest) -> HttpResponse:
    """Search events by kind, account, client and day; each search is itself recorded."""
    asked = {name: request.GET.get(name, "")[:64] for name in ("kind", "email", "client", "day")}
    email = asked["email"].lower()
    about = Account.objects.filter(email=email).values_list("pk", flat=True).first()
    found = _found(asked, about)
    record(
        "log-searched",
        account=about,
        actor=visits.account(request).pk,
        client=asked["client"],
        searched=asked["kind"],
        day=asked["day"],
    )
    facts = {
        "asked": asked,
        "kinds": sorted(_kinds(), key=lambda kind: sort_key(kind[1])),
        "events": [{"event": event, "said": said_of(event)} for event in found[:SHOWN]],
        "checkpoint": Checkpoint.objects.order_by("-size").first(),
    }
    return render(request, "identity/log.html", facts)


def _kinds() -> list[tuple[str, str]]:
    return [(kind, text(said)) for kind, said in WORDS.items()]


def _found(asked: dict[str, str], about: int | None) -> QuerySet[Event]:
    found = Event.objects.order_by("-id")
    if asked["kind"]:
        found = found.filter(kind=asked["kind"])
    if asked["client"]:
        found = found.filter(client=asked["client"])
    if asked["email"]:
        found = found.filter(account=about or -1)
    day = parse_date(asked["day"]) if asked["day"] else None
    return found.filter(at__date=day) if day else found


@require_GET
@login_required
def download(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Give the whole log, with only the person's own events opened; it is long, so not often."""
    if not (
        limits.within(f"log {request.user.pk}", OF_PERSON) and limits.within("log", OF_EVERYBODY)
    ):
        messages.error(request, text("Too many attempts. Wait five minutes."))
        return HttpResponseRedirect(reverse("account_home"))

    def lines() -> Iterator[str]:
        for line in export.export(opened_for=request.user.pk):
            yield line + "\n"

    answer = StreamingHttpResponse(lines(), content_type="application/jsonl")
    answer["Content-Disposition"] = 'attachment; filename="saola-log.jsonl"'
    answer["Cache-Control"] = "no-store"
    return answer
