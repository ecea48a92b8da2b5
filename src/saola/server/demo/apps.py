"""The demo's registers as a Django app."""

from django.apps import AppConfig


class Demo(AppConfig):
    """The accounts that `saola demo` makes; other workspaces have none of them."""

    name = "saola.server.demo"
    label = "demo"
