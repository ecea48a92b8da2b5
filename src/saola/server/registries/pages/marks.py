"""Marks on pages: records and communes approved by two officers, or to be rebuilt from paper."""

from typing import Any

import polars as pl
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from saola.errors import InputError, SaolaError
from saola.language import text
from saola.server.languages import later as _
from saola.server.registries import communes, marks
from saola.server.registries import records as every
from saola.server.registries.act import Act
from saola.server.registries.desk import Desk, open_to
from saola.server.registries.officers import registry
from saola.server.registries.pages.communes import Commune
from saola.server.registries.pages.scans import NEEDED, act_of
from saola.server.registries.places import name_of
from saola.server.registries.progress import chart, reached, recent
from saola.server.registries.records import Records

SHOWN = 100
DONE = {
    "compare": "Another officer has to approve it.",
    "approve": "It is approved.",
    "rebuild": "It is marked to be rebuilt from paper.",
    "lift": "The mark is lifted.",
}


class Book(forms.Form):
    """A commune, or one of its books."""

    commune = forms.CharField(label=_("Commune"))
    book = forms.CharField(label=_("Book or file"), max_length=200, required=False)
    count = forms.IntegerField(
        label=_("Records in it, about"), min_value=1, max_value=10_000_000, required=False
    )
    reason = forms.CharField(label=_("Why, or on which paper"), max_length=200)

    def __init__(self, register: str, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["commune"] = Commune(register)

    def clean_commune(self) -> str:
        """Give the code of the commune that is meant, or what was typed."""
        typed = str(self.cleaned_data["commune"])
        found = communes.known().commune(typed)
        return found[0].code if len(found) == 1 else typed


@require_POST
@open_to(fields=NEEDED, writes=True)
def mark(request: HttpRequest, desk: Desk, key: int) -> HttpResponse:
    """Compare, approve, mark for rebuilding, or lift a mark of a record."""
    records = every.open_for_writing(desk, key)
    act = act_of(desk, records, request.POST.get("reason", ""))
    _try(request, records, act, key=key)
    return HttpResponseRedirect(f"{reverse(records.page, args=[key])}#marks")


def _try(
    request: HttpRequest,
    records: Records,
    act: Act,
    *,
    key: int | None = None,
    commune: str = "",
    **book: Any,
) -> None:
    """Do what a form asks for, and say what became of it."""
    wish = request.POST.get("do", "")
    try:
        if wish == "compare":
            marks.compared(records, act, key=key, commune=commune)
        elif wish == "rebuild":
            marks.rebuild(records, act, key=key, commune=commune, **book)
        elif wish in ("approve", "lift"):
            found = _standing(request, records, key, commune)
            (marks.approve if wish == "approve" else marks.lift)(records, found, act)
        else:
            return
        messages.success(request, text(DONE[wish]))
    except SaolaError as error:
        messages.error(request, error.message())


def _standing(request: HttpRequest, records: Records, key: int | None, commune: str) -> int:
    """Give the mark that a form names, if it is of that record or commune.

    Raises:
        Http404: If it is of another.
    """
    said = request.POST.get("mark", "")
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0
    rows = marks.table(records).filter(pk=number, record=key, commune=commune)
    if not rows.exists():
        raise Http404
    return number


@require_http_methods(["GET", "POST"])
@open_to(fields=NEEDED, writes=True)
def progress(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show how far the communes in reach are, and mark their books."""
    records = every.get(desk.register)
    form = Book(
        desk.register.name,
        request.POST if request.POST.get("do") in ("compare", "rebuild") else None,
    )
    if request.method == "POST":
        if not form.is_bound:
            _on_commune(request, desk, records)
        elif form.is_valid() and _known(request, desk, records, form.cleaned_data["commune"]):
            said = form.cleaned_data
            act = act_of(desk, records, said["reason"])
            book = {"book": said["book"], "count": said["count"]}
            if request.POST["do"] == "compare":
                book = {}
            _try(request, records, act, commune=said["commune"], **book)
        if not form.is_bound or form.is_valid():
            return HttpResponseRedirect(reverse("register_progress", args=[records.name]))
    return render(request, "registries/progress.html", _facts(request, desk, records, form))


def _on_commune(request: HttpRequest, desk: Desk, records: Records) -> None:
    commune = request.POST.get("commune", "")
    if not commune or not desk.grant.reaches(commune):
        raise Http404
    act = act_of(desk, records, request.POST.get("reason", ""))
    _try(request, records, act, commune=commune)


def _known(request: HttpRequest, desk: Desk, records: Records, commune: str) -> bool:
    """Tell whether there is such a commune in reach; say so where there is none.

    Communes are those of the workspace's units and those that records name.
    """
    try:
        if commune not in set(_counted(records)["commune"]):
            registry().unit(commune)
        if desk.grant.reaches(commune):
            return True
        messages.error(request, text("Your right does not reach {commune}.", commune=commune))
    except InputError as error:
        messages.error(request, error.message())
    return False


def _counted(records: Records) -> pl.DataFrame:
    return recent(records.name, records.counts)


def _facts(request: HttpRequest, desk: Desk, records: Records, form: Book) -> dict[str, Any]:
    counted = _counted(records)
    rows = reached(desk, counted).sort(pl.col("commune") == communes.NOWHERE, "commune")
    page = Paginator(range(rows.height), SHOWN).get_page(request.GET.get("page"))
    steps = [step for step in STEPS if step in rows.columns]
    held = marks.standing(records).filter(record=None).order_by("commune", "id")
    if not desk.grant.reaches(None):
        held = held.filter(commune__in=desk.grant.units)
    marked = Paginator(held, SHOWN).get_page(request.GET.get("marks"))
    return {
        "desk": desk,
        "register": desk.register,
        "form": form,
        "chart": chart(desk, counted),
        "heads": [text(STEPS[step]) for step in steps],
        "rows": [
            {"commune": row["commune"], "cells": [row[step] for step in steps]}
            for row in rows.slice(page.start_index() - 1 if rows.height else 0, SHOWN).iter_rows(
                named=True
            )
        ],
        "page": page,
        "marked": marked,
        "marks": [
            {"one": each, "name": name_of(each.commune), "mine": each.account == desk.account.pk}
            for each in marked
        ],
    }


STEPS = {
    "keyed": "Keyed",
    "scanned": "Scanned",
    "validated": "Validated",
    "matched": "Matched",
    "coded": "Coded",
    "approved": "Approved",
    "group-1": "Usable",
    "group-2": "To be corrected",
    "group-3": "To be rebuilt",
}
