"""Which state of a record is meant: on which day, as known at which moment."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date


@dataclass(frozen=True)
class When:
    """Which state of a record is meant.

    Attributes:
        now: The moment of asking.
        on: As it was on this day; by default today.
        known: As the register knew it then; by default now.
    """

    now: dt.datetime
    on: dt.date | None = None
    known: dt.datetime | None = None

    @property
    def day(self) -> dt.date:
        """The day meant."""
        return self.on or timezone.localdate(self.now)

    @property
    def moment(self) -> dt.datetime:
        """The state of knowledge meant."""
        return self.known or self.now


def asked(request: HttpRequest) -> When:
    """Read the days `on` and `known` of an address.

    Raises:
        BadRequest: If one is no day.
    """
    days: list[dt.date | None] = []
    for name in ("on", "known"):
        text = request.GET.get(name, "")
        try:
            day = parse_date(text) if text else None
        except ValueError as error:
            raise BadRequest from error
        days.append(day)
    on, until = days
    known = timezone.make_aware(dt.datetime.combine(until, dt.time.max)) if until else None
    return When(timezone.now(), on, known)
