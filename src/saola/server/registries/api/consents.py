"""GovStack's Consent API, as far as it is public: agreements and policies, with their revision.

Who agreed to what is the person's own affair: it is shown to the person alone, on their page.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse

from saola.server.registries import consent
from saola.server.registries.api.mediator import Refused
from saola.server.registries.models import Agreement, Policy, Revision


def _revision(kind: str, key: int) -> dict[str, object]:
    found: Revision = consent.revision(kind, key)
    return {
        "id": str(found.pk),
        "schemaName": found.kind,
        "objectId": str(found.object_id),
        "serializedSnapshot": found.snapshot,
        "serializedHash": found.sha256,
        "timestamp": found.at.isoformat(),
    }


def _key(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refused(400, "bad input parameter")
    return int(text)


def agreement(request: HttpRequest, key: str) -> HttpResponse:
    """Show an agreement and its latest revision."""
    del request
    found = Agreement.objects.filter(pk=_key(key)).select_related("policy").first()
    if found is None:
        raise Refused(400, "bad input parameter")
    said = {"dataAgreement": consent.agreement_of(found)}
    return JsonResponse(said | {"revision": _revision("DataAgreement", found.pk)})


def agreements(request: HttpRequest) -> HttpResponse:
    """List the agreements."""
    del request
    rows = Agreement.objects.select_related("policy").order_by("pk")
    return JsonResponse({"dataAgreements": [consent.agreement_of(row) for row in rows]})


def policy(request: HttpRequest, key: str) -> HttpResponse:
    """Show a policy and its latest revision."""
    del request
    found = Policy.objects.filter(pk=_key(key)).first()
    if found is None:
        raise Refused(400, "bad input parameter")
    said = {"policy": consent.policy_of(found)}
    return JsonResponse(said | {"revision": _revision("Policy", found.pk)})


def policies(request: HttpRequest) -> HttpResponse:
    """List the policies."""
    del request
    return JsonResponse(
        {"policies": [consent.policy_of(row) for row in Policy.objects.order_by("pk")]}
    )
