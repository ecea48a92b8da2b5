"""What an item of a person was on a day, as the register knew it at a moment.

Items that hardly change stand in the person's row as they are now; each event keeps what it set,
old and new. What held before is found by playing the events again.
"""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from saola.server.population.models import Event

ALWAYS = "correction"  # what was wrong was never so, whatever the day


def played(
    now: dict[str, Any], events: Iterable[Event], *, on: dt.date, known: dt.datetime
) -> dict[str, Any]:
    """Give items as they were.

    Args:
        now: The items as they are.
        events: All events of the person, in the order recorded.
        on: The day.
        known: What the register knew at this moment.
    """
    changes = [(event, json.loads(event.changes).get("set", {})) for event in events]
    found = dict(now)
    for _, fields in reversed(changes):
        found |= {name: _read(name, old) for name, (old, _) in fields.items() if name in now}
    counted = [
        (event, fields)
        for event, fields in changes
        if event.recorded <= known and (event.kind == ALWAYS or _began(event, on))
    ]
    for _, fields in sorted(counted, key=lambda pair: (_day(pair[0]), pair[0].recorded)):
        found |= {name: _read(name, new) for name, (_, new) in fields.items() if name in now}
    return found


def _day(event: Event) -> dt.date:
    return event.effective or dt.date.min


def _began(event: Event, on: dt.date) -> bool:
    return _day(event) <= on


def _read(name: str, value: Any) -> Any:
    """Read a value kept as JSON; the dates among the items are `born` and `died`."""
    return dt.date.fromisoformat(value) if value and name in ("born", "died") else value
