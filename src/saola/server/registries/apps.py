"""Registries as a Django app."""

from django.apps import AppConfig


class Registries(AppConfig):
    """Registries that agencies define by a JSON Schema, and their API."""

    name = "saola.server.registries"
    label = "registries"
