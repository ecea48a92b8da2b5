"""Records of one person: what was merged into a record, as it was known at a moment.

A merge moves nothing, so that it can be undone: scans, and who read them, stay with the record that
was not kept, and belong to the person all the same.
"""

import datetime as dt
import json

from saola.server.population.models import Event, Pair, Person

DATABASE = "population"
# Each merged record and the one that stands for it now, through any number of merges.
KEPT = """
chain (record, kept) AS (
 SELECT id, merged FROM population_person WHERE merged IS NOT NULL
 UNION ALL
 SELECT c.record, q.merged FROM chain c JOIN population_person q ON q.id = c.kept
 WHERE q.merged IS NOT NULL
),
standing AS (
 SELECT c.record, c.kept FROM chain c JOIN population_person q ON q.id = c.kept
 WHERE q.merged IS NULL
)
"""


def into(key: int, moment: dt.datetime) -> list[int]:
    """Give the records that were merged into a person's, through any number of merges.

    Args:
        key: The person.
        moment: The state of knowledge meant: a merge that came later, or was undone before, does
            not count.
    """
    found: list[int] = []
    waiting = [key]
    while waiting:
        for other in _taken(waiting.pop(), moment):
            if other not in found:
                found.append(other)
                waiting.append(other)
    return sorted(found)


def _taken(key: int, moment: dt.datetime) -> list[int]:
    events = Event.objects.using(DATABASE).filter(
        person=key, kind__in=("merge", "split"), recorded__lte=moment
    )
    taken: set[int] = set()
    for kind, told in events.order_by("id").values_list("kind", "changes"):
        changes = json.loads(told)
        if kind == "split":
            taken -= _parted(int(changes["pair"]))
        elif "from" in changes:
            taken.add(int(changes["from"]))
    return sorted(taken)


def _parted(pair: int) -> set[int]:
    both = Pair.objects.using(DATABASE).filter(pk=pair).values_list("left", "right").first()
    return set(both or ())


def standing(key: int) -> int:
    """Give the record that stands for one now: itself, or the one kept when it was merged."""
    kept: int | None = key
    while kept is not None:
        key = kept
        kept = (
            Person.objects.using(DATABASE).filter(pk=key).values_list("merged", flat=True).first()
        )
    return key


def kept(keys: list[int]) -> list[int]:
    """Put in place of merged records the ones that stand for them, each once, in order."""
    rows = Person.objects.using(DATABASE).filter(pk__in=keys, merged__isnull=False)
    gone = set(rows.values_list("pk", flat=True))
    return list(dict.fromkeys(standing(key) if key in gone else key for key in keys))
