"""A birth as a form: the items that a certificate gives, by the lists of corrections."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from saola.errors import SaolaError
from saola.language import text
from saola.server.languages import later as _
from saola.server.population import events, parents, record, source, words
from saola.server.population.pages.event import act_of, say
from saola.server.population.pages.items import Item
from saola.server.registries.desk import Desk, open_to
from saola.server.registries.pages.communes import Commune

BORN_WITH = (
    "name", "number", "born", "sex", "birth_place", "birth_registration", "native_place",
    "ethnicity", "nationality", "father", "mother", "commune", "address", "household", "relation",
)  # fmt: skip
NEEDED = ("name", "born", "sex", "commune")
PARENT = frozenset({"names"})


class Birth(forms.Form):
    """A birth: the fields of the register that a birth certificate gives."""

    reason = forms.CharField(label=_("Document or decision"), max_length=200)

    def __init__(self, *args: Any, desk: Desk, **named: Any) -> None:
        super().__init__(*args, **named)
        self.desk = desk
        for name in BORN_WITH:
            self.fields[name] = _field(name)
            self.fields[name].required = name in NEEDED

    def clean_father(self) -> str:
        """Find the father, where he is written by number."""
        return self._parent("father")

    def clean_mother(self) -> str:
        """Find the mother, where she is written by number."""
        return self._parent("mother")

    def _parent(self, parent: str) -> str:
        """Refuse digits that are no number of a record within reach; finding one is a reading."""
        written = str(self.cleaned_data[parent])
        if parents.is_number(written):
            if not self._reads("".join(written.split())):
                said = text("No record within your reach bears this number: write the name.")
                raise forms.ValidationError(said)
        elif any(sign.isdigit() for sign in written):
            said = text("Write a name without digits, or a personal number of 12 digits.")
            raise forms.ValidationError(said)
        return written

    def _reads(self, number: str) -> bool:
        key = source.key_of(number)
        if key is None:
            return False
        try:
            self.desk.read(record.read, key, PARENT, record.When(timezone.now()))
        except Http404:
            return False
        return True


def _field(name: str) -> forms.Field:
    """Ask for an item as a correction does."""
    said = words.label(name)
    if name == "born":
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return forms.DateField(label=said, widget=widget)
    if name == "commune":
        commune = Commune(events.DATABASE)
        commune.label = said
        return commune
    item = Item(name, said)
    if name in parents.PARENTS:
        item.help_text = text("Full name, or the personal number of who is in the register.")
    return item


@require_http_methods(["GET", "POST"])
@open_to("population", fields=record.FIELDS, writes=True)
def birth(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask for the facts of a birth and make the record."""
    form = Birth(request.POST or None, desk=desk)
    if request.method == "POST" and form.is_valid():
        facts = {name: str(value) for name, value in form.cleaned_data.items() if value}
        act = act_of(desk, form.cleaned_data["born"], facts.pop("reason"))
        try:
            if desk.grant.reaches(events.home(act, facts["commune"])):
                key = events.bear(act, values=facts)
                messages.success(request, text("It is recorded."))
                return HttpResponseRedirect(reverse("person", args=[key]))
            form.add_error("commune", text("Your right does not reach this commune."))
        except SaolaError as error:
            say(form, error)
    facts_of_page = {"desk": desk, "form": form, "said": words.event("birth"), "name": ""}
    return render(request, "population/event.html", facts_of_page)
