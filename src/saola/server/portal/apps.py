"""The portal as a Django app."""

from django.apps import AppConfig


class Portal(AppConfig):
    """Public pages, navigation and languages."""

    name = "saola.server.portal"
    label = "portal"
