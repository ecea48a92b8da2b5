"""Records that may be one person: the queue, and merging by two people, which can be undone.

A merge changes no fact: the record not kept points to the one kept, its numbers go on finding the
person, and undoing it takes the pointer away.
"""

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
from django.db import connections, transaction

from saola import linkage
from saola.errors import InputError, StateError
from saola.progress import Progress, silent
from saola.server.population import events
from saola.server.population.models import Pair, Person
from saola.server.registries import bulk
from saola.server.registries.act import Act
from saola.workspace import whole

DATABASE = "population"
LEAST = 0.5
KEPT = "review"
PARTS = "parts"
PAIRS_AT_ONCE = 20_000
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
    parts = bulk.read(connections[DATABASE], _QUERY, FIT)
    frame = pl.concat([pl.DataFrame(schema=FIT), *parts])
    return frame.unique("record", keep="first", maintain_order=True).sort("record")


def fill(
    folder: Path,
    *,
    now: dt.datetime,
    least: float = LEAST,
    memory_gib: float = 4.0,
    progress: Progress = silent,
) -> int:
    """Look for pairs in the register and add those that are new to the queue.

    A large register is searched in partitions; what is done is kept until the pairs are in the
    queue, so a search cut short goes on, if nobody changed the register meanwhile.

    Args:
        folder: For what does not fit into memory; only the server may read it.
        now: The moment.
        least: The lowest probability that a person should look at.
        memory_gib: What the search may keep in memory.
        progress: Told the steps done, and of how many.

    Returns:
        How many pairs were added.
    """
    found = _linked(folder, memory_gib, progress)
    pairs = Pair.objects.using(DATABASE)
    before = pairs.count()
    for part in found.filter(pl.col("probability") >= least).iter_slices(PAIRS_AT_ONCE):
        pairs.bulk_create(_rows(part, now), ignore_conflicts=True, batch_size=500)
    _forget(folder / KEPT)
    return pairs.count() - before


def _linked(folder: Path, memory_gib: float, progress: Progress) -> pl.DataFrame:
    from saola.linkage import partitions  # noqa: PLC0415  (servers link nothing, and it is large)
    from saola.linkage.linkage import PAIRS  # noqa: PLC0415  (as above)

    people = records()
    if people.height < 2:
        return pl.DataFrame(schema=PAIRS)
    kept = folder / KEPT
    kept.mkdir(parents=True, exist_ok=True, mode=0o700)
    file, model = kept / "people.parquet", linkage.load("person")
    with whole(file, mode=0o600) as part:
        people.write_parquet(part)
    count = partitions.parts_of([file])
    if count == 1:
        found = linkage.link(
            people, model=model, seed=1, memory_gib=memory_gib, spill=kept, progress=progress
        )
    else:
        del people  # from here on the file is read, a partition at a time
        found = partitions.link_files(
            [file], kept / PARTS, model=model, seed=1, parts=count, memory_gib=memory_gib,
            progress=progress,
        )  # fmt: skip
    pairs: pl.DataFrame = found.pairs
    return pairs


def _forget(kept: Path) -> None:
    from saola.linkage import partitions  # noqa: PLC0415  (as above)

    partitions.forget(kept / PARTS)
    shutil.rmtree(kept, ignore_errors=True)


def _rows(found: pl.DataFrame, now: dt.datetime) -> list[Pair]:
    shown = found.select("left", "right", "probability", "weight", "key")
    return [
        Pair(
            left=min(int(left), int(right)),
            right=max(int(left), int(right)),
            probability=probability,
            weight=weight,
            key=key,
            found=now,
        )
        for left, right, probability, weight, key in shown.iter_rows()
    ]


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
