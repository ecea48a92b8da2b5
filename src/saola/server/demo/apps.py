"""The demo's registers as a Django app."""

from django.apps import AppConfig


class Demo(AppConfig):
    """The accounts that `saola demo` makes; other workspaces have none of them."""

    name = "saola.server.demo"
    label = "demo"

    def ready(self) -> None:
        """Say to sign-in when a part may be played."""
        from saola.server.demo import door  # noqa: PLC0415  (models are loaded now)
        from saola.server.identity import visits  # noqa: PLC0415  (models are loaded now)

        visits.let_play(door.holds)
