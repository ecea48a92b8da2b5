"""Registries themselves: list, show, define, delete."""

import json

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from saola.server.registries import served
from saola.server.registries.api.mediator import Refused, client_of, steward
from saola.server.registries.models import Permit, Registry


def _shown(registry: Registry) -> dict[str, object]:
    return {
        "id": registry.pk,
        "version": registry.version,
        "name": registry.code,
        "description": registry.title,
        "institution": registry.institution,
        "schema": registry.schema,
        "is_draft": False,
        "is_disabled": False,
        "is_archived": False,
        "modified_at": registry.modified.isoformat(),
    }


def listing(request: HttpRequest) -> HttpResponse:
    """List the registries that a client may use."""
    client = client_of(request)
    rows = Registry.objects.filter(
        pk__in=Permit.objects.filter(client=client).values("registry"), ended=None
    )
    listed = [_shown(row) for row in rows.order_by("code", "version", "pk")]
    return JsonResponse({"id": 1, "name": "Saola", "code": "saola", "databases": listed})


def show(request: HttpRequest, key: int) -> HttpResponse:
    """Show a registry and its schema."""
    client = client_of(request)
    found = Permit.objects.filter(client=client, registry=key, registry__ended=None)
    held = found.select_related("registry").first()
    if held is None:
        raise Refused(404, "no database found")
    return JsonResponse(_shown(held.registry))


def modify(request: HttpRequest) -> HttpResponse:
    """Define a registry, or a new version of it; earlier versions stay."""
    client = steward(request)
    try:
        body = json.loads(request.body)
        code, schema = str(body["code"]), body["schema"]
    except (ValueError, KeyError, TypeError):
        raise Refused(400, "code and schema expected") from None
    if not isinstance(schema, dict):
        raise Refused(400, "schema: an object expected")
    if served.get(code):
        raise Refused(409, "a register of this server has that code")
    with transaction.atomic():
        earlier = Registry.objects.filter(code=code).count()
        made = Registry.objects.create(
            code=code[:60],
            version=f"1.{earlier}",
            database=code[:60],
            title=str(body.get("catalog_name", code))[:200],
            schema=schema,
            modified=timezone.now(),
        )
        Permit.objects.create(
            client=client,
            registry=made,
            purpose="stewardship",
            ground="defined it",
            fields=["*"],
            writes=True,
        )
    return JsonResponse(_shown(made))


def delete(request: HttpRequest, key: int) -> HttpResponse:
    """End a registry that has no entries; asked again, the answer is the same."""
    steward(request)
    found = Registry.objects.filter(pk=key).first()
    if found is None:
        raise Refused(404, "no database found")
    if served.get(found.code):
        raise Refused(409, "a register of this server")
    if found.entry_set.exists():
        raise Refused(409, "the database has entries")
    Registry.objects.filter(pk=key, ended=None).update(ended=timezone.now())
    return JsonResponse("Success", safe=False)
