"""Give events their number and leaf, and sign the tree."""

from django.db import connections, router, transaction

from saola.server.identity import settings as chosen
from saola.server.identity.audit import leaf, note, tree
from saola.server.identity.models import Checkpoint, Event, Head
from saola.server.identity.provider import keys

BATCH = 1000


def content_of(event: Event) -> dict[str, object]:
    """Give all that an event's commitment covers."""
    return {
        "account": event.account or 0,
        "actor": event.actor or 0,
        "client": event.client,
        "facts": event.facts,
    }


def entry_of(event: Event) -> dict[str, str]:
    """Give the public leaf of an event."""
    committed = leaf.commitment(event.salt, content_of(event))
    return leaf.entry(event.kind, event.at, event.outcome, committed)


def sequence() -> int:
    """Number all events that wait, in batches, and sign a checkpoint; give how many.

    Any process may call it at any time: the head row is locked, so one does the work.
    """
    done = 0
    while True:
        count = _batch()
        done += count
        if count < BATCH:
            return done


def _batch() -> int:
    using = router.db_for_write(Event)
    with transaction.atomic(using=using):
        head = _locked_head(using)
        waiting = list(Event.objects.using(using).filter(seq=None).order_by("id")[:BATCH])
        if not waiting:
            return 0
        frontier = [bytes.fromhex(item) for item in head.frontier]
        for size, event in enumerate(waiting, start=head.size):
            found = leaf.hash_of(entry_of(event))
            frontier = tree.extend(frontier, size, found)
            event.seq, event.leaf = size, found.hex()
        Event.objects.using(using).bulk_update(waiting, ["seq", "leaf"], batch_size=200)
        head.size += len(waiting)
        head.frontier = [item.hex() for item in frontier]
        head.save(using=using)
        said = note.Statement(origin(), head.size, tree.root_of(frontier))
        Checkpoint.objects.using(using).create(
            size=head.size, note=note.sign(said, keys.log_key().private)
        )
        return len(waiting)


def _locked_head(using: str) -> Head:
    heads = Head.objects.using(using)
    if connections[using].features.has_select_for_update:
        heads = heads.select_for_update()
    head = heads.filter(pk=1).first()
    if head is None:
        Head.objects.using(using).get_or_create(pk=1)
        head = heads.get(pk=1)
    return head


def origin() -> str:
    """Give the name of this log: the issuer of its first checkpoint, without the scheme.

    It stays when the issuer moves, or a key would no longer fit the checkpoints signed before.
    """
    first = Checkpoint.objects.order_by("size").values_list("note", flat=True).first()
    if first is not None:
        return first.partition("\n")[0]
    return f"{chosen.SAOLA_ISSUER.partition('://')[2]}/log"
