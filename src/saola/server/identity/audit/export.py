"""Write the log into a file that `saola log verify` reads."""

import json
from collections.abc import Iterator

from saola.server.identity.audit import note, sequence
from saola.server.identity.models import Checkpoint, Event
from saola.server.identity.provider import keys


def export(*, opened_for: int | None = None) -> Iterator[str]:
    """Yield the lines of an export.

    Args:
        opened_for: An account whose events come with salt and facts, so that the person can
            check them; by default none are opened.
    """
    public = keys.log_key().public
    origin = sequence.origin()
    yield json.dumps({"log": origin, "key": note.verifier(origin, public)})
    checkpoints = dict(Checkpoint.objects.values_list("size", "note"))
    for event in Event.objects.exclude(seq=None).order_by("seq").iterator(chunk_size=2000):
        row: dict[str, object] = {"leaf": public_leaf(event)}
        if opened_for is not None and event.account == opened_for and event.salt:
            row |= {"salt": event.salt, "facts": sequence.content_of(event)}
        yield json.dumps(row, ensure_ascii=False)
        said = checkpoints.get((event.seq or 0) + 1)
        if said:
            yield json.dumps({"checkpoint": said}, ensure_ascii=False)


def public_leaf(event: Event) -> dict[str, str]:
    """Give the leaf of an event; an erased one keeps its commitment in `facts`."""
    if event.salt:
        return sequence.entry_of(event)
    kept: dict[str, str] = event.facts["leaf"]
    return kept


def erase(account: int) -> int:
    """Blank what the log's events say of an account, keeping their leaves; give how many."""
    done = 0
    for event in Event.objects.filter(account=account).exclude(seq=None).exclude(salt=""):
        event.facts = {"leaf": sequence.entry_of(event)}
        event.salt, event.account, event.actor = "", None, None
        event.save(update_fields=["facts", "salt", "account", "actor"])
        done += 1
    return done
