"""Sign-ins as observations: how often people signed in to each agency's services."""

import datetime as dt
from collections import Counter

import polars as pl
from django.utils import timezone

from saola import observations as table
from saola.periods import Period
from saola.server.identity.models import Client, Event

INDICATOR = "identity_signins"


def observations(period: Period) -> pl.DataFrame:
    """Count the sign-ins of a period from the log's events.

    Args:
        period: The period, whole.

    Returns:
        One row an agency, identity assurance and authentication level, named in `breakdown` as
        `ASSURANCE=2;LEVEL=3`.
    """
    start, end = (
        timezone.make_aware(dt.datetime.combine(day, dt.time()))
        for day in (period.start, period.end + dt.timedelta(days=1))
    )
    agencies = dict(Client.objects.values_list("identifier", "organisation__code"))
    counts: Counter[tuple[str, str]] = Counter()
    found = Event.objects.filter(kind="authorised", at__gte=start, at__lt=end)
    for client, facts in found.values_list("client", "facts").iterator(chunk_size=5000):
        if client in agencies and "level" in facts:
            breakdown = f"ASSURANCE={facts.get('assurance', 0)};LEVEL={facts['level']}"
            counts[agencies[client], breakdown] += 1
    if not counts:
        return pl.DataFrame(schema=table.SCHEMA)
    return table.frame([_row(period, key, count) for key, count in sorted(counts.items())])


def _row(period: Period, key: tuple[str, str], count: int) -> dict[str, object]:
    return {
        "indicator": INDICATOR,
        "unit": key[0],
        "period": str(period),
        "breakdown": key[1],
        "value": float(count),
        "check": "measured",
        "source": "saola.identity",
    }
