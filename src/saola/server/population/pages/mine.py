"""My data: what the register holds about the person signed in, who read it, and corrections."""

import datetime as dt
from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saola.errors import InputError
from saola.language import text
from saola.server.identity import rights, visits
from saola.server.identity.models import Account, PersonNumber
from saola.server.languages import later as _
from saola.server.population import events, models, queues, record, source, words
from saola.server.population.pages import items
from saola.server.population.pages.event import CORRECTED
from saola.server.population.pages.person import told
from saola.server.registries import consent, known
from saola.server.registries import words as registers
from saola.server.registries.grants import Grant, Reader

PROVED = 2  # number, name and date of birth of another are soon known
GROUND = "Law 91/2025/QH15"
SHOWN = 50


class Wanted(forms.Form):
    """A correction to ask for."""

    field = forms.ChoiceField(label=_("Item"))
    wanted = forms.CharField(label=_("What is right"), max_length=200)
    reason = forms.CharField(label=_("Why, and which document shows it"), max_length=400)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        items.ask(self, "wanted", CORRECTED)


def number_of(account: Account) -> str:
    """Give the personal number of a person whom an officer saw with their document.

    Source: levels of identity assurance, Decree 69/2024/ND-CP.
    """
    if account.assurance < PROVED:
        return ""
    found = PersonNumber.objects.filter(account=account, end=None).first()
    return found.number if found else ""


@require_GET
@rights.proved(PROVED, played=True)
def show(request: HttpRequest) -> HttpResponse:
    """Show the person their record, who read it, and what became of their wishes."""
    account = visits.account(request)
    number = number_of(account)
    key = source.person_of(account) if number else None
    if key is None:
        return render(request, "population/nobody.html", {"assurance": account.assurance})
    fields = record.FIELDS | {record.READERS}
    grant = Grant(registers.OWN, GROUND, frozenset(fields))
    reader = Reader(account.email, "", (grant,))
    when = record.When(timezone.now())
    found = record.read(key, reader=reader, purpose=registers.OWN, fields=fields, when=when)
    wishes = models.Wish.objects.using(record.DATABASE).filter(person=key).order_by("-asked")
    own, register = found[record.READERS], known.get(record.DATABASE)
    facts = {
        "readings": _page(request, "readings", readings(own, account.email, register)),
        "beside": _beside(request, number, account.email, grant),
        "agreements": consent.offered(number),
        "wishes": [
            {"wish": wish, "label": words.label(wish.field), "value": queues.asked(wish)}
            for wish in wishes
        ],
        **told(found),
    }
    answer = render(request, "population/mine.html", facts)
    answer["Cache-Control"] = "no-store"
    return answer


def _page(request: HttpRequest, name: str, rows: list[dict[str, Any]]) -> Page[dict[str, Any]]:
    return Paginator(rows, SHOWN).get_page(request.GET.get(name))


def _beside(request: HttpRequest, number: str, who: str, grant: Grant) -> list[dict[str, Any]]:
    """Give what other registers hold of the person, and who read that."""
    parts = []
    for each in known.every():
        if each.own is not None:
            own = each.own(number, who, grant)
            rows = readings(own.readings, who, each)
            if own.lines or rows:
                said = {"name": each.name, "title": text(own.title), "lines": own.lines}
                parts.append(said | {"readings": _page(request, each.name, rows)})
    return parts


def readings(rows: list[dict[str, Any]], own: str, register: known.Known) -> list[dict[str, Any]]:
    """Group uses of a record by day, agency, purpose and file; one's own looking is left out.

    The officer's name is not shown; the agency answers for them, and an auditor sees it.

    Args:
        rows: Rows of a register's log.
        own: The person's account.
        register: The register.
    """
    counted: Counter[tuple[Any, ...]] = Counter()
    fields: dict[tuple[Any, ...], set[str]] = {}
    for row in rows:
        if row["who"] == own and row["purpose"] == registers.OWN:
            continue
        told = registers.use(register, row)
        said = (told["agency"], told["purpose"], told["ground"], row["reference"])
        same = (timezone.localdate(row["at"]), row["kind"], *said)
        counted[same] += 1
        fields.setdefault(same, set()).update(told["fields"])
    names = ("day", "kind", "agency", "purpose", "ground", "reference")
    found = []
    for same, times in counted.items():
        seen = sorted(fields[same])
        found.append(dict(zip(names, same, strict=True)) | {"times": times, "fields": seen})
    return sorted(found, key=_latest, reverse=True)


def _latest(row: dict[str, Any]) -> dt.date:
    day: dt.date = row["day"]
    return day


@require_http_methods(["GET", "POST"])
@rights.proved(PROVED, played=True)
def correct(request: HttpRequest) -> HttpResponse:
    """Ask for a correction; a clerk answers it."""
    account = visits.account(request)
    key = source.person_of(account) if number_of(account) else None
    if key is None:
        return HttpResponseRedirect(reverse("my_data"))
    form = Wanted(request.POST or None, initial={"field": request.GET.get("field", "")})
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            events.checked({facts["field"]: facts["wanted"]})
            models.Wish.objects.using(record.DATABASE).create(
                person_id=key, asked=timezone.now(), **facts
            )
            messages.success(request, text("Your wish is with the clerks; the answer stands here."))
            return HttpResponseRedirect(reverse("my_data"))
        except InputError:
            form.add_error("wanted", text("This cannot be so. Compare it with your document."))
    return render(request, "population/correct.html", {"form": form})


@require_POST
@rights.proved(PROVED, played=True)
def agree(request: HttpRequest, agreement: int) -> HttpResponse:
    """Give or withdraw a consent; it holds from that moment."""
    number = number_of(visits.account(request))
    if number:
        given = request.POST.get("do") == "give"
        consent.say(number, agreement, given=given, now=timezone.now())
    return HttpResponseRedirect(reverse("my_data"))
