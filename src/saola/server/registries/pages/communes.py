"""A commune in a form: typed by name, number or code, and chosen among those that are like it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from saola.server.languages import later as _
from saola.server.registries import communes, places
from saola.server.registries.desk import Desk, open_to
from saola.units.unit import Unit

NAME, CHOSEN = "commune", "-chosen"
LONGEST = 200
MOST = 8
_FEWEST = 2  # letters for which it is worth looking


class Choosing(forms.TextInput):
    """A line to type into, and below it communes to choose from.

    By script they follow what is typed; without one they come once the form was sent.
    """

    def __init__(self, register: str) -> None:
        super().__init__({"autocomplete": "off"})
        self.register = register
        self.offered: list[tuple[str, str]] = []

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Give the code chosen, or what was typed."""
        return data.get(name + CHOSEN) or super().value_from_datadict(data, files, name)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Write the line and what is offered."""
        found = f"{(attrs or {}).get('id', name)}-found"
        more = {
            "hx-get": reverse("communes", args=[self.register]),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": f"#{found}",
            "maxlength": LONGEST,
        }
        line = super().render(name, value, {**(attrs or {}), **more}, renderer)
        facts = {"name": name, "offered": self.offered}
        below = render_to_string("registries/parts_communes.html", facts)
        return SafeString(f'{line}<span id="{found}" class="offered" role="status">{below}</span>')


class Commune(forms.CharField):
    """Where somebody lives: what was typed or chosen; the event says which commune that is."""

    def __init__(self, register: str) -> None:
        super().__init__(
            label=_("Commune"),
            max_length=LONGEST,
            widget=Choosing(register),
            help_text=_("Its name, perhaps with the unit it lies in after a comma, or its code."),
        )

    def offer(self, typed: str) -> None:
        """Show the communes that are like what was typed, to choose from."""
        if isinstance(self.widget, Choosing):
            self.widget.offered = said(communes.known().like(typed, timezone.localdate(), MOST))


def said(found: Iterable[Unit]) -> list[tuple[str, str]]:
    """Give codes of units with their names and parents."""
    return [(unit.code, places.with_parent(unit.code)) for unit in found]


@require_GET
@open_to(writes=True)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Offer the communes that are like what is typed; of no person is anything told."""
    del desk
    typed = request.GET.get(NAME, "").strip()[:LONGEST]
    like = communes.known().like(typed, timezone.localdate(), MOST) if len(typed) >= _FEWEST else []
    facts = {"name": NAME, "offered": said(like), "none": len(typed) >= _FEWEST and not like}
    return render(request, "registries/parts_communes.html", facts)
