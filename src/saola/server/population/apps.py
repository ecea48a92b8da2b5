"""The population register as a Django app."""

from django.apps import AppConfig


class Population(AppConfig):
    """Persons, numbers, names, residences, households and their history."""

    name = "saola.server.population"
    label = "population"

    def ready(self) -> None:
        """Serve sign-in as a source of persons, and join the registers that take files in."""
        from saola.server.identity import persons  # noqa: PLC0415  (models are loaded now)
        from saola.server.population import register, source  # noqa: PLC0415
        from saola.server.registries import known  # noqa: PLC0415

        persons.register(source.Register())
        known.add("population", "saola.server.population", register.register)
