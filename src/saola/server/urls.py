"""Addresses of the server, put together from its rooms."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from saola.server.rooms import ROOMS

urlpatterns: list[URLPattern | URLResolver] = [
    *(path("", include(room.root_urls)) for room in ROOMS if room.root_urls),
    *i18n_patterns(*(path("", include(room.urls)) for room in ROOMS if room.urls)),
]

handler400 = "saola.server.faults.malformed"
handler403 = "saola.server.faults.refused"
handler404 = "saola.server.faults.not_found"
handler500 = "saola.server.faults.broken"
