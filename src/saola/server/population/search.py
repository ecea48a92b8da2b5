"""Find persons as clerks do: by number, or by name blind to tones and order, as it is typed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connections, transaction
from django.db.models import Q

from saola.linkage import names
from saola.server.population import record
from saola.server.population.models import Name, Number
from saola.server.registries.grants import Reader

DATABASE = "population"
MOST = 50
END = "\U0010ffff"
SHOWN = frozenset({"names", "numbers"})


@dataclass(frozen=True)
class Hit:
    """A person found.

    Attributes:
        person: The key.
        text: The name or number that was found.
        exact: Whether it is as typed, tones and all.
    """

    person: int
    text: str
    exact: bool


def by_number(number: str) -> list[Hit]:
    """Find who bears or bore a number, the present bearer first."""
    found = Number.objects.using(DATABASE).filter(value=number).order_by("superseded", "-id")
    rows = found.values_list("person_id", "value", "superseded")[:MOST]
    return [Hit(person, value, exact=superseded is None) for person, value, superseded in rows]


def by_name(typed: str, *, most: int = MOST) -> list[Hit]:
    """Find names that begin as typed, or have the same words in another order.

    Tones, marks and case do not count ("hoa" finds Hòa, Hoà, Hóa); names that agree in them come
    first.
    """
    folded = names.folded(typed)
    if not folded:
        return []
    wanted = Q(tokens=" ".join(sorted(folded.split())))
    if connections[DATABASE].vendor == "postgresql":
        wanted |= Q(folded__startswith=folded)
    else:
        wanted |= Q(folded__gte=folded, folded__lt=folded + END)
    rows = Name.objects.using(DATABASE).filter(wanted, superseded=None)[: 4 * most]
    same = names.standard(typed).lower()
    hits = [
        Hit(row.person_id, row.text, exact=names.standard(row.text).lower().startswith(same))
        for row in rows
    ]
    hits.sort(key=lambda hit: (not hit.exact, len(hit.text), hit.text, hit.person))
    return hits[:most]


def log(
    hits: Sequence[Hit],
    *,
    reader: Reader,
    purpose: str,
    now: dt.datetime,
    fields: frozenset[str] = SHOWN,
) -> list[Hit]:
    """Keep the hits that a reader may see, and log that they were shown, one row a person.

    Args:
        hits: What was found.
        reader: Who looks.
        purpose: Why; one of the reader's grants has to allow names and numbers for it.
        now: The moment.
        fields: What is shown of each.

    Raises:
        StateError: If no grant does.
    """
    grant = reader.grant(purpose, fields)
    with transaction.atomic(using=DATABASE):
        homes = record.homes(sorted({hit.person for hit in hits}))
        seen = [hit for hit in hits if grant.reaches(homes[hit.person])]
        keys = list(dict.fromkeys(hit.person for hit in seen))
        record.log(keys, reader=reader, grant=grant, fields=fields, now=now, kind="search")
    return seen
