"""Events as forms: what happened, from which day, on which document."""

import datetime as dt
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
from saola.server.population import events, record, source, words
from saola.server.population.pages import items
from saola.server.population.pages.person import told, within
from saola.server.registries.act import Act
from saola.server.registries.desk import Desk, open_to
from saola.server.registries.pages.communes import Commune

CORRECTED = tuple(name for name in events.CORRECTED if name != "died")  # a death is an event
SPOUSE = frozenset({"names", "born", "sex"})  # what tells a clerk whether a number is the right one


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Happening(forms.Form):
    """What every event has: the day from which it holds and the document it rests on."""

    day = forms.DateField(label=_("From which day"), widget=_day())
    reason = forms.CharField(label=_("Document or decision"), max_length=200)


class Move(Happening):
    """A move."""

    commune = Commune(events.DATABASE)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)


class Rename(Happening):
    """A new name."""

    name = forms.CharField(label=_("Full name"), max_length=200)


class Renumber(Happening):
    """A new personal number."""

    number = forms.CharField(label=_("Personal number"), max_length=12)


class Marriage(Happening):
    """A marriage."""

    spouse = forms.CharField(label=_("Personal number of the spouse"), max_length=12)

    def clean_spouse(self) -> int:
        """Find the spouse."""
        key = source.key_of(str(self.cleaned_data["spouse"]))
        if key is None:
            raise forms.ValidationError(text("Nobody bears this number."))
        return key


class Absence(Happening):
    """An absence for a time."""

    until = forms.DateField(label=_("Until"), widget=_day())
    place = forms.CharField(label=_("Where"), max_length=100)


class Correction(Happening):
    """A correction of what was recorded wrongly."""

    field = forms.ChoiceField(label=_("Item"))
    value = forms.CharField(label=_("What is right"), max_length=200)
    number = forms.CharField(
        label=_("New personal number"),
        max_length=12,
        required=False,
        help_text=_("Only where the present number does not fit the corrected sex or birth."),
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        day = self.fields["day"]
        day.label = text("Day of the document or decision")
        day.help_text = text(
            "A correction holds from ever: what was wrong was never so. A new number holds from "
            "this day."
        )
        items.ask(self, "value", CORRECTED)


FORMS: dict[str, type[Happening]] = {
    "move": Move,
    "rename": Rename,
    "renumber": Renumber,
    "death": Happening,
    "marriage": Marriage,
    "absence": Absence,
    "correction": Correction,
}


def act_of(desk: Desk, day: dt.date, reason: str) -> Act:
    """Say who acts, for whom and on what ground."""
    return Act(
        who=desk.account.email,
        day=day,
        now=timezone.now(),
        reason=reason,
        agency=desk.grant.agency,
        ground=desk.grant.ground,
        account=desk.account.pk,
    )


@require_http_methods(["GET", "POST"])
@open_to("population", fields={"names"}, writes=True)
def show(request: HttpRequest, desk: Desk, key: int, kind: str) -> HttpResponse:
    """Ask for an event's facts and record it."""
    if kind not in FORMS:
        raise Http404
    found = desk.read(record.read, key, frozenset({"names"}), record.When(timezone.now()))
    start = {"field": request.GET.get("field", ""), "value": request.GET.get("value", "")}
    form = FORMS[kind](request.POST or None, initial=start)
    spouse: dict[str, Any] | None = None
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        act = act_of(desk, facts.pop("day"), facts.pop("reason"))
        try:
            within(desk, [key, *([facts["spouse"]] if "spouse" in facts else [])])
            spouse = _unseen(request, desk, facts.get("spouse"))
            if spouse is None:
                events.KINDS[kind](key, act, **facts)
                messages.success(request, text("It is recorded."))
                return HttpResponseRedirect(reverse("person", args=[key]))
        except SaolaError as error:
            say(form, error)
    name = found["names"][0]["text"] if found["names"] else ""
    facts = {"desk": desk, "form": form, "key": key, "said": words.event(kind), "name": name}
    return render(request, "population/event.html", facts | {"spouse": spouse})


def _unseen(request: HttpRequest, desk: Desk, spouse: int | None) -> dict[str, Any] | None:
    """Read the spouse whom a number names, unless the clerk has just seen and confirmed them."""
    if spouse is None or request.POST.get("seen") == str(spouse):
        return None
    found = desk.read(record.read, spouse, desk.grant.fields & SPOUSE, record.When(timezone.now()))
    return told(found) | {"key": spouse}


def say(form: forms.Form, error: SaolaError) -> None:
    """Say why an event was refused; of a commune beside it, with those that are like it."""
    commune = form.fields.get("commune")
    if error.code != "commune-unknown" or not isinstance(commune, Commune):
        form.add_error(None, error.message())
        return
    form.add_error("commune", error.message())
    commune.offer(str(error.found))
