"""Records that may be one person: the queue, and merging by two people, which can be undone.

A merge changes no fact: the record not kept points to the one kept, its numbers go on finding the
person, and undoing it takes the pointer away.
"""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import polars as pl
from django.db import connections, transaction

from saola import linkage
from saola.errors import InputError, StateError
from saola.progress import Progress, silent
from saola.server.population import events
from saola.server.population.models import Pair, Person
from saola.server.registries.act import Act

DATABASE = "population"
LEAST = 0.5
FIT = pl.Schema(
    {
        "record": pl.Int64,
        "name": pl.String,
        "born": pl.String,
        "sex": pl.String,
        "commune": pl.String,
        "old_number": pl.String,
    }
)
_QUERY = """
SELECT p.id, n.text, CAST(p.born AS TEXT), p.sex, r.commune, o.value
FROM population_person p
JOIN population_name n ON n.person_id = p.id AND n.kind = 'birth' AND n.superseded IS NULL
 AND n."end" IS NULL
LEFT JOIN population_residence r ON r.person_id = p.id AND r.kind = 'permanent'
 AND r.superseded IS NULL AND r."end" IS NULL
LEFT JOIN population_number o ON o.person_id = p.id AND o.kind = 'old' AND o.superseded IS NULL
 AND o."end" IS NULL
WHERE p.merged IS NULL AND p.died IS NULL
"""


def records() -> pl.DataFrame:
    """Read what linkage compares of every living person: the columns of `FIT`."""
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(_QUERY)
        rows = cursor.fetchall()
    return pl.DataFrame(rows, schema=FIT, orient="row").unique("record", keep="first")


def fill(
    *,
    now: dt.datetime,
    least: float = LEAST,
    memory_gib: float = 4.0,
    spill: Path | None = None,
    progress: Progress = silent,
) -> int:
    """Look for pairs in the register and add those that are new to the queue.

    Args:
        now: The moment.
        least: The lowest probability that a person should look at.
        memory_gib: What the search may keep in memory.
        spill: The folder for the rest.
        progress: Told the steps done, and of how many.

    Returns:
        How many pairs were added.
    """
    people = records()
    if people.height < 2:
        return 0
    found = linkage.link(
        people,
        model=linkage.load("person"),
        seed=1,
        memory_gib=memory_gib,
        spill=spill,
        progress=progress,
    )
    rows = [
        Pair(
            left=min(int(left), int(right)),
            right=max(int(left), int(right)),
            probability=probability,
            weight=weight,
            key=key,
            found=now,
        )
        for left, right, probability, weight, key in found.pairs.filter(
            pl.col("probability") >= least
        )
        .select("left", "right", "probability", "weight", "key")
        .iter_rows()
    ]
    pairs = Pair.objects.using(DATABASE)
    before = pairs.count()
    pairs.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return pairs.count() - before


def propose(pair: int, *, keep: int, who: str, account: int | None = None) -> None:
    """Propose to merge a pair; nothing happens until another person confirms it.

    Raises:
        InputError: If there is no such pair, or the record to keep is not one of it.
        StateError: If it is settled.
    """
    with transaction.atomic(using=DATABASE):
        found = _waiting(pair)
        if keep not in (found.left, found.right):
            raise InputError("person-absent", found=keep)
        found.state, found.keep = Pair.State.PROPOSED, keep
        found.proposed_by, found.proposer = who, account
        found.save(using=DATABASE)


def confirm(pair: int, act: Act) -> None:
    """Merge a pair that another person proposed.

    Raises:
        StateError: If the same person proposed it, nobody did, or a record is gone.
    """
    with transaction.atomic(using=DATABASE):
        found = _waiting(pair)
        if found.state != Pair.State.PROPOSED or found.keep is None:
            raise StateError("pair-settled", found=pair)
        if found.proposed_by == act.who or (act.account and found.proposer == act.account):
            raise StateError("four-eyes")
        kept, other = found.keep, found.left + found.right - found.keep
        _point(other, kept)
        events.note("merge", other, act, {"into": kept})
        events.note("merge", kept, act, {"from": other})
        _settle(found, Pair.State.MERGED, act)


def part(pair: int, act: Act) -> None:
    """Say that the two records are two persons; the pair is not proposed again."""
    with transaction.atomic(using=DATABASE):
        _settle(_waiting(pair), Pair.State.APART, act)


def undo(pair: int, act: Act) -> None:
    """Undo a merge: both records stand as before, and the pair waits again.

    Raises:
        StateError: If the pair is not merged.
    """
    with transaction.atomic(using=DATABASE):
        found = _pair(pair)
        if found.state != Pair.State.MERGED or found.keep is None:
            raise StateError("pair-settled", found=pair)
        other = found.left + found.right - found.keep
        Person.objects.using(DATABASE).filter(pk=other).update(merged=None)
        for key in (other, found.keep):
            events.note("split", key, act, {"pair": pair})
        found.proposed_by, found.proposer, found.keep = "", None, None
        _settle(found, Pair.State.OPEN, replace(act, who="", account=None))


def _point(other: int, kept: int) -> None:
    rows = Person.objects.using(DATABASE).select_for_update()
    both = list(rows.filter(pk__in=[other, kept], merged=None))
    if len(both) != 2:
        raise StateError("person-merged", found=other, kept=kept)
    rows.filter(pk=other).update(merged=kept)


def _pair(key: int) -> Pair:
    found = Pair.objects.using(DATABASE).select_for_update().filter(pk=key).first()
    if found is None:
        raise InputError("pair-absent", found=key)
    return found


def _waiting(key: int) -> Pair:
    found = _pair(key)
    if found.state not in (Pair.State.OPEN, Pair.State.PROPOSED):
        raise StateError("pair-settled", found=key)
    return found


def _settle(found: Pair, state: Pair.State, act: Act) -> None:
    found.state, found.settled = state, act.now
    found.settled_by, found.settler = act.who, act.account
    found.save(using=DATABASE)
