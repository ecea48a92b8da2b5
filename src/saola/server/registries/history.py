"""What held when, and what was known when: selecting and ending rows of `shared.Dated`."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from saola.server.registries.shared import Dated


def holds(on: dt.date, known: dt.datetime) -> Q:
    """Select what held on a day, as the register knew it at a moment."""
    began = Q(start=None) | Q(start__lte=on)
    lasted = Q(end=None) | Q(end__gt=on)
    learnt = Q(recorded__lte=known) & (Q(superseded=None) | Q(superseded__gt=known))
    return began & lasted & learnt


def held(row: Dated, on: dt.date, known: dt.datetime) -> bool:
    """Tell of a row what `holds` selects."""
    began = row.start is None or row.start <= on
    lasted = row.end is None or row.end > on
    learnt = row.recorded <= known and (row.superseded is None or row.superseded > known)
    return began and lasted and learnt


def end(rows: QuerySet[Any], day: dt.date, now: dt.datetime) -> None:
    """End what held: each old row is superseded, and one with its end takes its place.

    Args:
        rows: Rows that hold and are known.
        day: The first day on which they hold no more.
        now: The moment.
    """
    for row in list(rows):
        rows.model._base_manager.using(rows.db).filter(pk=row.pk).update(superseded=now)  # noqa: SLF001  (Django's documented door)
        row.pk, row.end, row.recorded = None, day, now
        row.save(using=rows.db, force_insert=True)
