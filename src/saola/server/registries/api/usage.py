"""Who used a person's data: asked for the person by a client that may."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from saola.server.registries.api.mediator import Refused, client_of
from saola.server.registries.models import Entry, Permit, Usage

MOST = 1000


def show(request: HttpRequest) -> HttpResponse:
    """List who used the data of a subject in a database."""
    client = client_of(request)
    subject, database = request.GET.get("userID", ""), request.GET.get("DatabaseID", "")
    permits = Permit.objects.filter(client=client, registry__database=database)
    registries = permits.values("registry")
    if not Entry.objects.filter(registry__in=registries, subject=subject).exists():
        raise Refused(400, "userID or DatabaseID is unknown")
    rows = Usage.objects.filter(subject=subject, database=database).order_by("-at", "-pk")[:MOST]
    return JsonResponse([_shown(row) for row in rows], safe=False)


def _shown(row: Usage) -> dict[str, object]:
    return {
        "ID": str(row.pk),
        "ReaderID": row.client,
        "ReaderInitials": "",
        "ReaderInstitutionID": row.client,
        "ReaderInstitutionName": row.client,
        "ReaderApplicationName": row.purpose,
        "SearchDateTime": row.at.isoformat(),
        "Refrences": [{"ReferenceID": str(row.entry)}],  # the standard's own spelling
    }
