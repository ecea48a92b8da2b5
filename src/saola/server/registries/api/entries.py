"""Entries: create, find, read, change, delete; each use is logged in its own transaction."""

import json
import uuid
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from saola.server.registries import consent, served
from saola.server.registries.api import readings
from saola.server.registries.api.mediator import Refused, permit
from saola.server.registries.models import Entry, Permit, Usage

MOST = 1000
EVERY = "*"


def _body(request: HttpRequest, part: str) -> dict[str, Any]:
    """Read the content of `query` or `write` in a body; a query may stand there bare.

    Raises:
        Refused: If the body is not JSON of that form.
    """
    try:
        said = json.loads(request.body)
        bare = part == "query" and isinstance(said, dict) and part not in said
        found = said if bare else said[part]["content"]
    except (ValueError, KeyError, TypeError):
        raise Refused(400, f"{part}.content expected") from None
    if not isinstance(found, dict):
        raise Refused(400, f"{part}.content expected")
    return found


def _allowed(held: Permit, names: list[str]) -> None:
    if EVERY not in held.fields and not set(names) <= set(held.fields):
        raise Refused(403, "not granted")


def _shown(held: Permit, entry: Entry) -> dict[str, Any]:
    content = {"id": str(entry.uuid), **entry.content}
    if EVERY in held.fields:
        return content
    return {name: value for name, value in content.items() if name in held.fields}


def _matching(held: Permit, wanted: dict[str, Any]) -> QuerySet[Entry]:
    """Select the entries whose fields have the wanted values; only granted fields may be asked."""
    _allowed(held, list(wanted))
    rows = consent.agreed(held, Entry.objects.filter(registry=held.registry)).order_by("pk")
    for place, (name, value) in enumerate(sorted(wanted.items())):
        if name == "id":
            rows = rows.filter(uuid=_uuid(value))
            continue
        if isinstance(value, dict | list) or value is None:
            raise Refused(400, f"{name}: a plain value expected")
        value_of = Cast(KeyTextTransform(name, "content"), TextField())
        rows = rows.annotate(**{f"value_{place}": value_of})
        rows = rows.filter(**{f"value_{place}": str(value)})
    return rows


def _uuid(text: object) -> uuid.UUID:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        raise Refused(404, "no record found") from None


def _log(held: Permit, entries: list[Entry], kind: str, fields: list[str]) -> None:
    now = timezone.now()
    Usage.objects.bulk_create(
        Usage(
            database=held.registry.database,
            subject=entry.subject,
            entry=entry.uuid,
            client=held.client,
            kind=kind,
            purpose=held.purpose,
            ground=held.ground,
            fields=fields,
            at=now,
        )
        for entry in entries
    )


def _checked(held: Permit, content: dict[str, Any]) -> dict[str, Any]:
    """Check what is to be written: granted, known to the schema, and complete."""
    _allowed(held, list(content))
    known = held.registry.schema.get("properties", {})
    strange = [name for name in content if name not in known and name != "id"]
    if known and strange:
        raise Refused(400, f"unknown fields: {', '.join(sorted(strange))}")
    return {name: value for name, value in content.items() if name != "id"}


def _complete(held: Permit, content: dict[str, Any]) -> None:
    lacking = [name for name in held.registry.schema.get("required", []) if not content.get(name)]
    if lacking:
        raise Refused(400, f"missing fields: {', '.join(lacking)}")


def create(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """Create an entry."""
    held = permit(request, code, version, writes=True)
    return JsonResponse({"content": _create(held, _body(request, "write"))})


def _create(held: Permit, content: dict[str, Any]) -> dict[str, Any]:
    content = _checked(held, content)
    _complete(held, content)
    with transaction.atomic():
        entry = Entry.objects.create(
            registry=held.registry, subject=str(content.get("ID", ""))[:100], content=content
        )
        _log(held, [entry], "create", sorted(content))
    return _shown(held, entry)


def read(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """Give the first entry that matches."""
    held = permit(request, code, version)
    if register := served.get(code):
        return readings.read(register, held, _body(request, "query"))
    with transaction.atomic():
        entry = _matching(held, _body(request, "query")).first()
        if entry is None:
            raise Refused(404, "no record found")
        _log(held, [entry], "read", held.fields)
    return JsonResponse({"content": _shown(held, entry)})


def exists(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """Tell whether an entry matches; that too is a use of its subject's data."""
    held = permit(request, code, version)
    wanted = _body(request, "query")
    if register := served.get(code):
        return readings.exists(register, held, wanted)
    with transaction.atomic():
        entry = _matching(held, wanted).first()
        if entry:
            _log(held, [entry], "exists", sorted(wanted))
    said = "Object found from database" if entry else "No record found"
    return JsonResponse({"answer": {"status": entry is not None, "message": said}})


def listing(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """List entries, by a field and its value where asked."""
    held = permit(request, code, version)
    if register := served.get(code):
        return readings.listing(register, held, request)
    search, field = request.GET.get("search", ""), request.GET.get("filter", "")
    wanted = {field: search} if field and search else {}
    with transaction.atomic():
        rows = list(_matching(held, wanted)[:MOST])
        _log(held, rows, "read", held.fields)
    if request.GET.get("ordering") == "descending":
        rows.reverse()
    results = [_shown(held, row) for row in rows]
    return JsonResponse({"count": len(rows), "next": "", "previous": None, "results": results})


def _change(held: Permit, rows: list[Entry], content: dict[str, Any]) -> None:
    for row in rows:
        row.content = row.content | content
        _complete(held, row.content)
        row.subject = str(row.content.get("ID", ""))[:100]
        row.save(update_fields=["content", "subject"])
    _log(held, rows, "update", sorted(content))


def update(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """Change the one entry that matches."""
    return _update(request, code, version, many=False)


def update_entries(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """Change every entry that matches."""
    return _update(request, code, version, many=True)


def _update(request: HttpRequest, code: str, version: str, *, many: bool) -> HttpResponse:
    held = permit(request, code, version, writes=True)
    query, content = _body(request, "query"), _checked(held, _body(request, "write"))
    with transaction.atomic():
        rows = list(_matching(held, query).select_for_update()[: MOST if many else 2])
        if not rows and not _matching(held, content).exists():
            raise Refused(404, "no record found")  # else it was asked before, and is done
        if len(rows) > 1 and not many:
            raise Refused(400, "more than one record found")
        _change(held, rows, content)
    return JsonResponse({"query": {"content": query}, "write": {"content": content}})


def update_or_create(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """Change the first entry that matches, or create one."""
    held = permit(request, code, version, writes=True)
    query, content = _body(request, "query"), _checked(held, _body(request, "write"))
    with transaction.atomic():
        row = _matching(held, query).select_for_update().first()
        if row is None:
            return JsonResponse({"content": _create(held, content)})
        _change(held, [row], content)
    return JsonResponse({"content": _shown(held, row)})


def read_value(
    request: HttpRequest, code: str, version: str, key: str, field: str, ext: str
) -> HttpResponse:
    """Give the value of one field of an entry."""
    held = permit(request, code, version)
    if register := served.get(code):
        return readings.read_value(register, held, key, field, ext)
    _allowed(held, [field])
    with transaction.atomic():
        known = consent.agreed(held, Entry.objects.filter(registry=held.registry))
        entry = known.filter(uuid=_uuid(key)).first()
        if entry is None or field not in entry.content or ext not in ("json", "txt"):
            raise Refused(404, "no record found")
        _log(held, [entry], "read", [field])
    return JsonResponse(entry.content[field], safe=False)


def delete(request: HttpRequest, code: str, version: str, key: str) -> HttpResponse:
    """Delete the entries of an ID; the client that asks again gets the same answer."""
    held = permit(request, code, version, writes=True)
    with transaction.atomic():
        mine = consent.agreed(held, Entry.objects.filter(registry=held.registry))
        rows = list(mine.filter(subject=key))
        done = Usage.objects.filter(
            database=held.registry.database, subject=key, kind="delete", client=held.client
        )
        if not rows and not done.exists():
            raise Refused(404, "no record found")
        _log(held, rows, "delete", [])
        Entry.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return HttpResponse(status=204)
