"""What pages of the registers say of places: `{{ code|place }}`, `{% invented as made_up %}`."""

from django import template
from django.conf import settings

from saola import units
from saola.server.registries import places

register = template.Library()


@register.filter
def place(code: str | None) -> str:
    """Write a commune, province or country by its name, its code small beside it."""
    return places.shown(code)


@register.simple_tag
def invented() -> bool:
    """Tell whether the workspace's country is invented, and so are its people and parcels."""
    return units.invented(places.country(settings.HOME))
