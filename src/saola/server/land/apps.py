"""The land register as a Django app."""

from django.apps import AppConfig


class Land(AppConfig):
    """Parcels, who holds what right in them, and what became of them."""

    name = "saola.server.land"
    label = "land"

    def ready(self) -> None:
        """Join the registers that officers work on and that other agencies ask."""
        from django.conf import settings  # noqa: PLC0415  (settings are read now)

        from saola.server.land import answers, record, records, register, words  # noqa: PLC0415  (models are loaded now)
        from saola.server.registries import records as shared  # noqa: PLC0415
        from saola.server.registries import served  # noqa: PLC0415
        from saola.server.registries.known import Known, Link, add  # noqa: PLC0415  (models are loaded now)

        add(
            Known(
                name="land",
                title="Land register",
                package="saola.server.land",
                make=lambda: register.register(settings.HOME),
                labels=words.LABELS,
                changes=words.TRANSACTIONS,
                own=answers.own,
                links=(
                    Link("Map and parcels", "land", frozenset({"holders"})),
                    Link(
                        "Findings",
                        "land_findings",
                        frozenset({"holders"}),
                        waits=record.findings,
                    ),
                    Link("Take files in", "intake", words.FIELDS, writes=True, named=True),
                    Link(
                        "How far the records are",
                        "register_progress",
                        frozenset({"scans"}),
                        writes=True,
                        named=True,
                    ),
                    Link(
                        "Who read what a person holds", "land_readers", frozenset({words.READERS})
                    ),
                ),
            )
        )
        served.add(answers.served())
        shared.add(records.records())
