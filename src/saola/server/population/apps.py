"""The population register as a Django app."""

from django.apps import AppConfig


class Population(AppConfig):
    """Persons, numbers, names, residences, households and their history."""

    name = "saola.server.population"
    label = "population"

    def ready(self) -> None:
        """Serve sign-in as a source of persons, and join the registers that officers work on."""
        from saola.server.identity import persons  # noqa: PLC0415  (models are loaded now)
        from saola.server.population import (  # noqa: PLC0415  (models are loaded now)
            answers,
            queues,
            records,
            register,
            search,
            source,
            words,
        )
        from saola.server.population.record import FIELDS, READERS  # noqa: PLC0415  (models are loaded now)
        from saola.server.registries import records as shared  # noqa: PLC0415  (models are loaded now)
        from saola.server.registries import served  # noqa: PLC0415  (models are loaded now)
        from saola.server.registries.known import Known, Link, add  # noqa: PLC0415  (models are loaded now)

        persons.register(source.Register())
        every = frozenset(FIELDS)
        add(
            Known(
                name="population",
                title="Population register",
                package="saola.server.population",
                make=register.register,
                labels=words.LABELS,
                changes=words.EVENTS,
                links=(
                    Link("Find a person", "population", search.SHOWN),
                    Link("Record a birth", "birth", every, writes=True),
                    Link("Take files in", "intake", every, writes=True, named=True),
                    Link(
                        "How far the records are",
                        "register_progress",
                        frozenset({"scans"}),
                        writes=True,
                        named=True,
                    ),
                    Link(
                        "Records that may be one person",
                        "pairs",
                        every,
                        writes=True,
                        waits=queues.undecided,
                    ),
                    Link(
                        "Corrections asked for", "wishes", every, writes=True, waits=queues.wishes
                    ),
                    Link("Copies of many records", "exports", every, writes=True),
                    Link("Data protection", "protection", frozenset({READERS})),
                    Link("Who read a record", "readers", frozenset({READERS})),
                ),
            )
        )
        served.add(answers.served())
        shared.add(records.records())
