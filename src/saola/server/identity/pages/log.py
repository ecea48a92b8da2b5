"""The audit log for auditors: search it, and take it away to check it."""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from saola.language import sort_key, text
from saola.server.identity import rights
from saola.server.identity.audit import export
from saola.server.identity.audit.record import record
from saola.server.identity.models import Account, Checkpoint, Event
from saola.server.identity.pages.words import WORDS, said_of

SHOWN = 200


@require_GET
@rights.requires("auditor")
def show(request: HttpRequest) -> HttpResponse:
    """Search events by kind, account, client and day; each search is itself recorded."""
    asked = {name: request.GET.get(name, "")[:64] for name in ("kind", "email", "client", "day")}
    found = _found(asked)
    record("log-searched", actor=request.user.pk, client=asked["client"], searched=asked["kind"])
    facts = {
        "asked": asked,
        "kinds": sorted(_kinds(), key=lambda kind: sort_key(kind[1])),
        "events": [{"event": event, "said": said_of(event)} for event in found[:SHOWN]],
        "checkpoint": Checkpoint.objects.order_by("-size").first(),
    }
    return render(request, "identity/log.html", facts)


def _kinds() -> list[tuple[str, str]]:
    return [(kind, text(said)) for kind, said in WORDS.items()]


def _found(asked: dict[str, str]) -> QuerySet[Event]:
    found = Event.objects.order_by("-id")
    if asked["kind"]:
        found = found.filter(kind=asked["kind"])
    if asked["client"]:
        found = found.filter(client=asked["client"])
    if asked["email"]:
        account = Account.objects.filter(email=asked["email"].lower()).first()
        found = found.filter(account=account.pk if account else -1)
    day = parse_date(asked["day"]) if asked["day"] else None
    return found.filter(at__date=day) if day else found


@require_GET
@login_required
def download(request: HttpRequest) -> StreamingHttpResponse:
    """Give the whole log, with only the person's own events opened."""

    def lines() -> Iterator[str]:
        for line in export.export(opened_for=request.user.pk):
            yield line + "\n"

    answer = StreamingHttpResponse(lines(), content_type="application/jsonl")
    answer["Content-Disposition"] = 'attachment; filename="saola-log.jsonl"'
    answer["Cache-Control"] = "no-store"
    return answer
