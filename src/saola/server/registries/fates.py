"""What became of the rows that intakes set aside, in words beside their counts."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count

from saola.language import plural
from saola.server.registries.aside import MENDED, SENT, WAITING


def told(alias: str, table: Any, batches: Iterable[int]) -> dict[int, dict[str, str]]:
    """Say how many of the rows that batches set aside were corrected, and how many wait.

    Args:
        alias: The register's database.
        table: Its table of rows set aside.
        batches: Which.

    Returns:
        Batch → `aside` or `review` → words; nothing of rows that all wait.
    """
    rows = table.objects.using(alias).filter(batch__in=list(batches)).order_by()
    counted: defaultdict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    alike = rows.values_list("batch_id", "state", "was").annotate(rows=Count("id"))
    for batch, state, was, count in alike:
        kind = state if state in WAITING else was or "aside"
        counted[batch, kind]["waiting" if state in WAITING else state] += count
    found: dict[int, dict[str, str]] = {}
    for (batch, kind), states in counted.items():
        if states.keys() != {"waiting"}:
            found.setdefault(batch, {})[kind] = _words(states, kind)
    return found


def _words(states: Counter[str], kind: str) -> str:
    mended, sent, waiting = states[MENDED], states[SENT], states["waiting"]
    parts = [plural("{n} corrected", "{n} corrected", mended)]
    if sent:
        parts.append(plural("{n} set aside again later", "{n} set aside again later", sent))
    if kind == "review":
        parts.append(plural("{n} still to review", "{n} still to review", waiting))
    else:
        parts.append(plural("{n} still to correct", "{n} still to correct", waiting))
    return ", ".join(parts)
