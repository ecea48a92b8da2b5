"""GovStack's Consent API, as far as it is public: agreements and policies, with their revision.

Who agreed to what is the person's own affair: it is shown to the person alone, on their page.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse

from saola.server.registries import consent
from saola.server.registries.api.mediator import Refused
from saola.server.registries.models import Agreement, Policy


def _key(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refused(400, "bad input parameter")
    return int(text)


def _shown(
    part: str, kind: str, key: str, rows: QuerySet[Any], written: Callable[[Any], dict[str, Any]]
) -> HttpResponse:
    """Show what has revisions, with the latest of them."""
    found = rows.filter(pk=_key(key)).first()
    if found is None:
        raise Refused(400, "bad input parameter")
    latest = consent.revision(kind, found.pk)
    revision = {
        "id": str(latest.pk),
        "schemaName": latest.kind,
        "objectId": str(latest.object_id),
        "serializedSnapshot": latest.snapshot,
        "serializedHash": latest.sha256,
        "timestamp": latest.at.isoformat(),
    }
    return JsonResponse({part: written(found), "revision": revision})


def agreement(request: HttpRequest, key: str) -> HttpResponse:
    """Show an agreement and its latest revision."""
    del request
    rows = Agreement.objects.select_related("policy")
    return _shown("dataAgreement", "DataAgreement", key, rows, consent.agreement_of)


def agreements(request: HttpRequest) -> HttpResponse:
    """List the agreements."""
    del request
    rows = Agreement.objects.select_related("policy").order_by("pk")
    return JsonResponse({"dataAgreements": [consent.agreement_of(row) for row in rows]})


def policy(request: HttpRequest, key: str) -> HttpResponse:
    """Show a policy and its latest revision."""
    del request
    return _shown("policy", "Policy", key, Policy.objects.all(), consent.policy_of)


def policies(request: HttpRequest) -> HttpResponse:
    """List the policies."""
    del request
    return JsonResponse(
        {"policies": [consent.policy_of(row) for row in Policy.objects.order_by("pk")]}
    )
