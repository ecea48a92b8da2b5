"""Addresses of GovStack's APIs: Digital Registries in both spellings, and Consent."""

from django.urls import path

from saola.server.registries.api import consents, entries, schemas, usage
from saola.server.registries.api.mediator import endpoint

_AT = "data/<str:code>/<str:version>"

urlpatterns = [
    path("consent/config/data-agreement/<str:key>/", endpoint(get=consents.agreement)),
    path("consent/config/data-agreements/", endpoint(get=consents.agreements)),
    path("consent/config/policy/<str:key>/", endpoint(get=consents.policy)),
    path("consent/config/policies/", endpoint(get=consents.policies)),
    path("consent/service/data-agreement/<str:key>/", endpoint(get=consents.agreement)),
    path("consent/service/policy/<str:key>/", endpoint(get=consents.policy)),
    path("data/MyPersonalDataUsage/1.0", endpoint(get=usage.show)),
    path("databases", endpoint(get=schemas.listing)),
    path("database/modify", endpoint(post=schemas.modify)),
    path("database/<int:key>", endpoint(get=schemas.show, delete=schemas.delete)),
    path(_AT, endpoint(get=entries.listing)),
    path(f"{_AT}/create", endpoint(post=entries.create)),
    path(f"{_AT}/exists", endpoint(post=entries.exists)),
    path(f"{_AT}/read", endpoint(post=entries.read)),
    path(f"{_AT}/update", endpoint(put=entries.update)),
    path(f"{_AT}/update-entries", endpoint(put=entries.update_entries)),
    path(f"{_AT}/updateEntries", endpoint(put=entries.update_entries)),
    path(f"{_AT}/update-or-create", endpoint(post=entries.update_or_create)),
    path(f"{_AT}/updateOrCreate", endpoint(post=entries.update_or_create)),
    path(f"{_AT}/<str:key>/read-value/<str:field>.<str:ext>", endpoint(get=entries.read_value)),
    path(f"{_AT}/<str:key>/readValue/<str:field>.<str:ext>", endpoint(get=entries.read_value)),
    path(f"{_AT}/<str:key>/delete", endpoint(delete=entries.delete)),
]
