"""An event that was recorded wrongly is withdrawn: the record says again what it said before.

Nothing is deleted: what the event had written is superseded, what it had superseded is known again,
and both, the event and its withdrawal, stay in the history.
"""

import json
from dataclasses import replace
from typing import Any

from django.db import transaction

from saola.errors import InputError, StateError
from saola.server.population import events, record
from saola.server.population.models import Event, Name, Person, Relative, Residence
from saola.server.registries.act import Act

DATABASE = "population"
KIND = "withdrawal"
# The kinds that can be withdrawn, and the rows that they write beside the person's own items.
ROWS: dict[str, tuple[Any, str] | None] = {
    "move": (Residence, "permanent"),
    "rename": (Name, "birth"),
    "marriage": (Relative, "spouse"),
    "absence": None,
    "death": None,
}


def candidates(key: int) -> list[Event]:
    """Give the events of a person that can be withdrawn: the latest of each kind."""
    rows = Event.objects.using(DATABASE).filter(person=key, kind__in=[*ROWS, KIND])
    gone: set[int] = set()
    found: dict[str, Event] = {}
    for each in rows.order_by("-id"):
        if each.kind == KIND:
            gone.add(json.loads(each.changes)["event"])
        elif each.pk not in gone:
            found.setdefault(each.kind, each)
    return list(found.values())


def concerned(event: Event) -> list[Event]:
    """Give an event and, of a marriage, that of the other spouse."""
    spouse = json.loads(event.changes).get("spouse")
    if spouse is None:
        return [event]
    same = Event.objects.using(DATABASE).filter(person=spouse, kind=event.kind)
    return [event, *same.filter(recorded=event.recorded)]


def withdraw(key: int, act: Act, *, event: int) -> None:
    """Withdraw an event, of a marriage in both records.

    Args:
        key: The person.
        act: Who, when and why; it counts from the day of the event.
        event: One of `candidates`.

    Raises:
        InputError: If it is no event of the person that can be withdrawn.
        StateError: If something recorded later stands on it.
    """
    with transaction.atomic(using=DATABASE):
        Person.objects.using(DATABASE).select_for_update().filter(pk=key).first()
        chosen = {each.pk: each for each in candidates(key)}
        if event not in chosen:
            choices = ", ".join(map(str, chosen)) or "–"
            raise InputError("choice-unknown", found=event, choices=choices)
        for each in concerned(chosen[event]):
            _undo(each, replace(act, day=each.effective or act.day))


def _undo(event: Event, act: Act) -> None:
    person = events.known(event.person_id)
    fields: dict[str, list[Any]] = json.loads(event.changes).get("set", {})
    if any(events.plain(getattr(person, name)) != new for name, (_, new) in fields.items()):
        raise StateError("event-later", found=person.pk)
    rows = ROWS[event.kind]
    if rows is not None:
        _restore(event, act, *rows)
    home = record.homes([person.pk])[person.pk]
    Name.objects.using(DATABASE).filter(person=person.pk).update(home=home)
    events.put(person, act, KIND, {name: old for name, (old, _) in fields.items()}, event=event.pk)


def _restore(event: Event, act: Act, model: Any, kind: str) -> None:
    """Supersede the rows that an event wrote, and know again those that it superseded."""
    every = model.objects.using(DATABASE).filter(person=event.person_id, kind=kind)
    made = every.filter(recorded=event.recorded)
    ours = made.filter(start=event.effective) | made.filter(end=event.effective)
    if not ours.exists() or ours.exclude(superseded=None).exists():
        raise StateError("event-later", found=event.person_id)
    before = list(every.filter(superseded=event.recorded))
    ours.update(superseded=act.now)
    for row in before:
        row.pk, row.superseded, row.recorded = None, None, act.now
        row.save(using=DATABASE, force_insert=True)
