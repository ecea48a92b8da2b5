"""The report on data protection: what is held, who used it for what, and what persons asked.

Source: Law 91/2025/QH15; the limits of core and important data: Law on Data 60/2024/QH15.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F
from django.utils import timezone

from saola.server.identity import rights
from saola.server.identity.models import Event as Logged
from saola.server.population.models import Access, Export, Pair, Person, Wish
from saola.server.registries import known, words
from saola.server.registries.officers import roles

DATABASE = "population"
SENSITIVE = ("ethnicity", "religion", "blood", "absence")
CORE = (1_000_000, 100_000)  # persons: basic data, sensitive data
USE = ("kind", "agency", "purpose", "ground")
IMPORTANT = (100_000, 10_000)


@dataclass(frozen=True)
class Report:
    """What happened to the register's data from one day to another.

    Attributes:
        start: The first day.
        end: The last day.
        persons: How many records.
        sensitive: How many of them hold at least one sensitive item.
        grade: `core`, `important` or `other`.
        uses: Rows of kind, agency, purpose (an English sentence), ground and times.
        refused: How often somebody was refused.
        rights: Task → how many hold it and may read.
        exports: Copies asked for, approved, and the records in them.
        wishes: Corrections asked for: open, done, refused.
        days: Mean days to an answer, or none.
        merges: Merges that hold.
    """

    start: dt.date
    end: dt.date
    persons: int
    sensitive: int
    grade: str
    uses: list[dict[str, Any]]
    refused: int
    rights: dict[str, int]
    exports: dict[str, int]
    wishes: dict[str, int]
    days: float | None
    merges: int


def report(start: dt.date, end: dt.date) -> Report:
    """Make the report of the days from `start` to `end`, both among them."""
    people = Person.objects.using(DATABASE).filter(merged=None)
    bare = people
    for name in SENSITIVE:
        bare = bare.filter(**{f"{name}__isnull": True})
    persons = people.count()
    sensitive = persons - bare.count()
    span = (_midnight(start), _midnight(end + dt.timedelta(days=1)))
    access = Access.objects.using(DATABASE).filter(at__gte=span[0], at__lt=span[1])
    uses = access.values("kind", "agency", "purpose", "ground").annotate(times=Count("id"))
    wishes = Wish.objects.using(DATABASE).filter(asked__gte=span[0], asked__lt=span[1])
    return Report(
        start=start,
        end=end,
        persons=persons,
        sensitive=sensitive,
        grade=_grade(persons, sensitive),
        uses=_told(dict(row) for row in uses),
        refused=Logged.objects.filter(
            kind="right-missing", at__gte=span[0], at__lt=span[1]
        ).count(),
        rights=_rights(),
        exports=_exports(span),
        wishes=dict(wishes.order_by("state").values_list("state").annotate(Count("id"))),
        days=_days(wishes),
        merges=Pair.objects.using(DATABASE).filter(state=Pair.State.MERGED).count(),
    )


def _told(uses: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Say purposes as sentences."""
    register = known.get(DATABASE)
    found: dict[tuple[str, ...], int] = {}
    for row in uses:
        same = (row["kind"], row["agency"], words.purpose(register, row["purpose"]), row["ground"])
        found[same] = found.get(same, 0) + row["times"]
    rows = [dict(zip(USE, same, strict=True), times=times) for same, times in found.items()]
    return sorted(rows, key=lambda row: -row["times"])


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _grade(persons: int, sensitive: int) -> str:
    for name, (basic, delicate) in (("core", CORE), ("important", IMPORTANT)):
        if persons >= basic or sensitive >= delicate:
            return name
    return "other"


def _rights() -> dict[str, int]:
    tasks = sorted({role.task for role in roles("saola.server.population")})
    held = rights.counting().filter(task__in=tasks)
    counted = held.values_list("task").annotate(Count("account", distinct=True))
    return dict(counted.order_by("task"))


def _exports(span: tuple[dt.datetime, dt.datetime]) -> dict[str, int]:
    asked = Export.objects.using(DATABASE).filter(asked__gte=span[0], asked__lt=span[1])
    approved = asked.exclude(approved=None)
    rows = sum(count or 0 for count in approved.values_list("rows", flat=True))
    return {"asked": asked.count(), "approved": approved.count(), "records": rows}


def _days(wishes: Any) -> float | None:
    took = ExpressionWrapper(F("answered") - F("asked"), output_field=DurationField())
    mean = wishes.exclude(answered=None).aggregate(mean=Avg(took))["mean"]
    return None if mean is None else round(mean.total_seconds() / 86_400, 1)
