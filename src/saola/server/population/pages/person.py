"""One person's record on a page: as it is, as it was on a day, as it was known at a moment."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from saola.errors import StateError
from saola.language import text as said_in
from saola.linkage.personal_numbers import LENGTH
from saola.server.population import models, record, search, source, words
from saola.server.population.events import KINDS
from saola.server.population.withdrawal import candidates
from saola.server.registries import marks, records, scans
from saola.server.registries import words as registers
from saola.server.registries.desk import Desk, open_to
from saola.server.registries.pages.scans import Upload
from saola.server.registries.when import asked

LONGEST_KEY = 19


@require_GET
@open_to("population", fields={"names"})
def show(request: HttpRequest, desk: Desk, key: int) -> HttpResponse:
    """Show the fields of a person that the grant allows, and log it."""
    when = asked(request)
    found = desk.read(record.read, key, desk.grant.fields & record.FIELDS, when)
    facts = {
        "desk": desk,
        "key": key,
        "when": when,
        "merged": models.Person.objects.using(record.DATABASE).get(pk=key).merged,
        "kinds": [(kind, words.event(kind)) for kind in KINDS] if desk.grant.writes else [],
        "back": desk.grant.writes and desk.grant.fields >= record.FIELDS and candidates(key),
        "upload": Upload(),
        "marks": marks.of(records.get("population"), key) if scans.FIELD in found else None,
        **told(found),
    }
    return render(request, "population/person.html", facts)


def within(desk: Desk, keys: list[int]) -> None:
    """Hide records that the grant does not reach, and keep officers from their own.

    Raises:
        Http404: If a record is out of reach.
        StateError: If one is the officer's own.
    """
    try:
        record.within(desk.grant, keys)
    except StateError as error:
        raise Http404 from error
    if source.person_of(desk.account) in keys:
        raise StateError("own-record")


def told(found: dict[str, Any]) -> dict[str, Any]:
    """Put what was read of a record into words for a page."""
    names = [row["text"] for row in found.get("names", []) if row["kind"] == "birth"]
    items = [
        {
            "label": words.label(name),
            "value": words.value(name, found[name]),
            "code": words.code(name, found[name]),
        }
        for name in words.LABELS
        if name in found and not isinstance(found[name], list)
    ]
    dated = [
        (words.label(name), [_row(name, row) for row in found[name]])
        for name in ("numbers", "names", "residences", "relatives")
        if found.get(name)
    ]
    events = [
        {**row, "said": words.event(row["kind"]), "written": _written(row.get("written", {}))}
        for row in reversed(found.get("events", []))
    ]
    return {
        "name": names[0] if names else "",
        "items": [item for item in items if item["value"] not in (None, "")],
        "dated": dated,
        "household": [
            {**row, "relation": words.value("relation", row["relation"])}
            for row in found.get("household", [])
        ],
        "events": events,
        "scans": found.get(scans.FIELD),
    }


def _written(told: dict[str, str]) -> str:
    """Say what a file had written where another code stands in the record."""
    said = ", ".join(f"{words.label(name)}: {cell}" for name, cell in told.items())
    return said_in("written: {said}", said=said) if said else ""


def _row(name: str, row: dict[str, Any]) -> dict[str, Any]:
    parts = {
        "numbers": ("value",),
        "names": ("text",),
        "residences": ("address",),
        "relatives": ("name", "number"),
    }[name]
    said = ", ".join(str(row[part]) for part in parts if row.get(part))
    return {**row, "kind": words.value("kind", row["kind"]), "said": said}


@require_GET
@open_to("population", fields={record.READERS})
def readers(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show an auditor who read a record, and nothing of the record."""
    text = request.GET.get("person", "").strip()[:100]
    rows: list[dict[str, Any]] = []
    digits = text.replace(" ", "")
    if digits.isascii() and digits.isdigit() and len(digits) < LONGEST_KEY:
        when = record.When(timezone.now())
        read = desk.read(record.read, _key(digits), frozenset({record.READERS}), when)
        rows = [registers.use(desk.register, row) for row in read[record.READERS]]
    return render(request, "population/readers.html", {"desk": desk, "person": text, "rows": rows})


def _key(digits: str) -> int:
    """Give the record of who bears or bore a personal number; other digits are a record's own."""
    if len(digits) == LENGTH and (hits := search.by_number(digits)):
        return hits[0].person
    return int(digits)
