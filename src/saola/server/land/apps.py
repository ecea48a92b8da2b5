"""The land register as a Django app."""

from django.apps import AppConfig


class Land(AppConfig):
    """Parcels, who holds what right in them, and what became of them."""

    name = "saola.server.land"
    label = "land"

    def ready(self) -> None:
        """Join the registers that take files in."""
        from django.conf import settings  # noqa: PLC0415  (settings are read now)

        from saola.server.land import register  # noqa: PLC0415  (models are loaded now)
        from saola.server.registries import known  # noqa: PLC0415

        known.add("land", "saola.server.land", lambda: register.register(settings.HOME))
