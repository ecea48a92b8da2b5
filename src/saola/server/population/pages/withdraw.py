"""Withdrawing an event that was recorded wrongly."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from saola.errors import SaolaError
from saola.language import text
from saola.server.languages import later as _
from saola.server.population import record, withdrawal, words
from saola.server.population.pages.event import act_of, say
from saola.server.population.pages.person import within
from saola.server.registries.desk import Desk, open_to


class Withdrawal(forms.Form):
    """Which event was recorded wrongly, and by what that is known."""

    event = forms.TypedChoiceField(label=_("Event"), coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Document or decision"), max_length=200)


@require_http_methods(["GET", "POST"])
@open_to("population", fields=record.FIELDS, writes=True)
def show(request: HttpRequest, desk: Desk, key: int) -> HttpResponse:
    """Choose an event of a person and withdraw it; of a marriage, in both records."""
    wanted = frozenset({"names", "events"})
    found = desk.read(record.read, key, wanted, record.When(timezone.now()))
    choices = withdrawal.candidates(key)
    if not choices:
        return HttpResponseRedirect(reverse("person", args=[key]))
    form = Withdrawal(request.POST or None)
    field = form.fields["event"]
    if isinstance(field, forms.ChoiceField):
        field.choices = [(each.pk, _said(each.kind, each.effective)) for each in choices]
    if request.method == "POST" and form.is_valid():
        try:
            _withdraw(desk, key, form.cleaned_data["event"], form.cleaned_data["reason"])
        except SaolaError as error:
            say(form, error)
        else:
            messages.success(request, text("The event is withdrawn."))
            return HttpResponseRedirect(reverse("person", args=[key]))
    name = found["names"][0]["text"] if found["names"] else ""
    facts = {
        "desk": desk,
        "form": form,
        "key": key,
        "name": name,
        "said": text("Withdraw an event"),
    }
    return render(request, "population/event.html", facts)


def _said(kind: str, day: object) -> str:
    return ", ".join(filter(None, (words.event(kind), words.shown("day", day))))


def _withdraw(desk: Desk, key: int, event: int, reason: str) -> None:
    """Withdraw an event where the officer may act on everybody whom it concerns."""
    now = timezone.now()
    chosen = [each for each in withdrawal.candidates(key) if each.pk == event]
    both = [row.person_id for each in chosen for row in withdrawal.concerned(each)]
    within(desk, [key, *both])
    withdrawal.withdraw(key, act_of(desk, timezone.localdate(now), reason), event=event)
