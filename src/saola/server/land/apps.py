"""The land register as a Django app."""

from django.apps import AppConfig


class Land(AppConfig):
    """Parcels, who holds what right in them, and what became of them."""

    name = "saola.server.land"
    label = "land"
