"""Find persons as clerks do: by number, or by name blind to tones and order, as it is typed."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db import connections, transaction
from django.db.models import Q, QuerySet

from saola import language
from saola.linkage import names
from saola.server.identity.provider.prepared import Prepared
from saola.server.population import record
from saola.server.population.models import Access, Name, Number, Person
from saola.server.registries import access
from saola.server.registries.grants import EVERYWHERE, Grant, Reader

DATABASE = "population"
MOST = 50
END = "\U0010ffff"
LAST = dt.date.max
SHOWN = frozenset({"names", "numbers"})
BESIDE = frozenset({"born", "sex", "residences"})  # shown too where the purpose allows it


_NUMBERED: Prepared[Number] = Prepared(
    lambda mark: (
        Number.objects.using(DATABASE)
        .select_related("person")
        .only("person", "value", "recorded", "superseded", "person__merged")
        .filter(value=mark)
    ),
    "mark-1",
)


@dataclass(frozen=True)
class Hit:
    """A person found.

    Attributes:
        person: The key.
        text: The name or number that was found.
        exact: Whether it is as typed, tones and all.
        merged: Whether the record may have been merged into another; False where it surely was not.
    """

    person: int
    text: str
    exact: bool
    merged: bool = True


@dataclass(frozen=True)
class Found:
    """A person found, with what tells them from their namesakes; None is unknown or not allowed.

    Attributes:
        person: The key.
        name: The name at birth, as it is now.
        born: The day of birth.
        sex: `M` or `F`.
        number: The personal number.
        commune: Where they live permanently.
        text: The name or number by which they were found.
        merged: The record kept instead of this one.
    """

    person: int
    name: str | None
    born: dt.date | None
    sex: str | None
    number: str | None
    commune: str | None
    text: str
    merged: int | None


def by_number(number: str) -> list[Hit]:
    """Find who bears or bore a number, the present bearer first."""
    rows = sorted(_NUMBERED.every(number), key=_latest, reverse=True)[:MOST]
    return [
        Hit(row.person_id, row.value, row.superseded is None, row.person.merged is not None)
        for row in rows
    ]


def _latest(row: Number) -> tuple[bool, dt.datetime, int]:
    return row.superseded is None, row.superseded or row.recorded, row.pk


def by_name(typed: str, *, most: int = MOST, grant: Grant | None = None) -> list[Hit]:
    """Find names that begin as typed, or have the same words in another order.

    Tones, marks and case do not count ("hoa" finds Hòa, Hoà, Hóa). The best match comes first, then
    names in the order of the Vietnamese alphabet, namesakes by their birth.

    Args:
        typed: A name as far as it is known.
        most: How many to give; where there are more, those of the best match that the index
            gives first.
        grant: Leaves out whom it does not reach, before the most is counted.
    """
    folded = names.folded(typed)
    if not folded:
        return []
    begins = _begins(folded)
    asked = [begins & _spelt(typed)] if folded != typed.strip().lower() else []
    # One question each, ended at the most: asked together, a database first collects them all.
    asked += [begins, Q(tokens=" ".join(sorted(folded.split())))]
    same = names.standard(typed).lower()
    hits: dict[tuple[int, str], Hit] = {}
    for question in asked:
        if question is asked[-1] and len(hits) >= most:
            break  # the same words in another order stand behind all that begin as typed
        rows = _near(_living(question), grant)
        for person, text in rows.values_list("person_id", "text")[: 2 * most]:
            exact = names.standard(text).lower().startswith(same)
            hits.setdefault((person, text), Hit(person, text, exact=exact))
    ranks = {hit: _rank(hit, same, folded) for hit in hits.values()}
    found = sorted(ranks, key=lambda hit: (ranks[hit], hit.person))[:most]
    alike = Counter(ranks[hit] for hit in found)
    births = _births({hit.person for hit in found if alike[ranks[hit]] > 1})
    return sorted(found, key=lambda hit: (ranks[hit], births.get(hit.person, LAST), hit.person))


def _living(question: Q) -> QuerySet[Name]:
    return Name.objects.using(DATABASE).filter(question, superseded=None)


def _near(rows: QuerySet[Name], grant: Grant | None) -> QuerySet[Name]:
    """Keep the names of whom a grant reaches."""
    if grant is None or grant.units == EVERYWHERE:
        return rows
    return rows.filter(home__in=grant.units)


Rank = tuple[int, language.SortKey]


def _rank(hit: Hit, same: str, folded: str) -> Rank:
    """Give the place of a hit: the whole name as typed, its beginning, both blind to tones."""
    if hit.exact:
        match = int(names.standard(hit.text).lower() != same)
    else:
        plain = names.folded(hit.text)
        match = 2 if plain == folded else 3 if plain.startswith(folded) else 4
    return match, language.sort_key(hit.text)


def _births(keys: set[int]) -> dict[int, dt.date]:
    """Give when persons were born, for putting namesakes in order; most searches have none."""
    if not keys:
        return {}
    born = Person.objects.using(DATABASE).filter(pk__in=keys).values_list("pk", "born")
    return {key: day for key, day in born if day}


def _begins(folded: str) -> Q:
    if connections[DATABASE].vendor == "postgresql":
        return Q(folded__startswith=folded)
    return Q(folded__gte=folded, folded__lt=folded + END)


def _spelt(typed: str) -> Q:
    """Select names that begin as typed, tones and all, in either placement of the tone marks."""
    standard = names.standard(typed)
    forms = {typed.strip(), standard, standard.title()}
    return reduce(or_, (Q(text__startswith=form) for form in sorted(forms)))


def within(grant: Grant, hits: Sequence[Hit]) -> list[Hit]:
    """Keep the hits that a grant reaches; nothing is logged, so nothing may be shown yet."""
    if grant.units == EVERYWHERE:
        return list(hits)
    homes = record.homes(sorted({hit.person for hit in hits}))
    return [hit for hit in hits if grant.reaches(homes[hit.person])]


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
        seen = within(grant, hits)
        keys = list(dict.fromkeys(hit.person for hit in seen))
        rows = Access.objects.using(DATABASE)
        access.read(rows, keys, reader=reader, grant=grant, fields=fields, now=now, kind="search")
    return seen


def told(hits: Sequence[Hit], fields: frozenset[str]) -> list[Found]:
    """Give the persons of some hits, each once, with the fields that may be shown.

    Args:
        hits: What `log` gave.
        fields: What was logged as shown.
    """
    firsts = {hit.person: hit for hit in reversed(hits)}
    keys = list(dict.fromkeys(hit.person for hit in hits))
    people = Person.objects.using(DATABASE).in_bulk(keys)
    of_these = {"person__in": keys, "superseded": None, "end": None}
    named = Name.objects.using(DATABASE).filter(kind="birth", **of_these).order_by("id")
    borne = Number.objects.using(DATABASE).filter(kind="personal", **of_these).order_by("id")
    texts = dict(named.values_list("person_id", "text"))
    numbers = dict(borne.values_list("person_id", "value"))
    homes = record.homes(keys) if "residences" in fields else {}
    return [
        Found(
            person=key,
            name=texts.get(key),
            born=people[key].born if "born" in fields else None,
            sex=people[key].sex if "sex" in fields else None,
            number=numbers.get(key),
            commune=homes.get(key),
            text=firsts[key].text,
            merged=people[key].merged,
        )
        for key in keys
        if key in people
    ]
