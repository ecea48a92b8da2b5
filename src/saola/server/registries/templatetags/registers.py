"""What pages of the registers say of places: `{{ code|place }}`, `{% invented as made_up %}`."""

from django import template
from django.conf import settings

from saola import units
from saola.server.registries import brought, known, places

register = template.Library()


@register.filter
def place(code: str | None) -> str:
    """Write a commune, province or country by its name, its code small beside it."""
    return places.shown(code)


@register.simple_tag(takes_context=True)
def invented(context: template.Context) -> str:
    """Tell how much on a page is invented: the `country`, `all` or `some` that came from files.

    It is asked of the register that the page is of, and of all of them where it is of none.
    """
    if units.invented(places.country(settings.HOME)):
        return "country"
    desk = context.get("desk")
    one = desk.register if desk else context.get("register")
    return brought.invented([one] if isinstance(one, known.Known) else known.every())
