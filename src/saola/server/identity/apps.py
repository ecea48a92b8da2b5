"""Sign-in as a Django app."""

from django.apps import AppConfig


class Identity(AppConfig):
    """Accounts, the OpenID provider and the audit log."""

    name = "saola.server.identity"
    label = "identity"

    def ready(self) -> None:
        """Listen to what happens in allauth, and teach Django the languages we speak."""
        from saola.server.identity import (  # noqa: PLC0415  (models are loaded now)
            persons,
            signals,
            translations,
        )

        signals.listen()
        translations.teach()
        persons.register_configured()
