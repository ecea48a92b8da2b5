"""When each commune's parcels were last checked: a small file of the workspace."""

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path

from django.db.models import Max

from saola.server.land.models import Finding
from saola.workspace import whole

FILE = "land-checked.json"


def note(home: Path, communes: Iterable[str], now: dt.datetime) -> None:
    """Keep that communes were checked.

    Args:
        home: The workspace.
        communes: Their codes.
        now: The moment.
    """
    kept = _read(home) | dict.fromkeys(communes, now.isoformat())
    with whole(home / "files" / FILE) as part:
        part.write_text(json.dumps(kept, indent=1, sort_keys=True), encoding="utf-8")


def last(home: Path) -> dict[str, dt.datetime]:
    """Give the last check of each commune that was ever checked.

    A check of before the file was kept is known by what it found.
    """
    rows = Finding.objects.using("land").values("commune").annotate(at=Max("found"))
    found = dict(rows.values_list("commune", "at"))
    return found | {key: dt.datetime.fromisoformat(at) for key, at in _read(home).items()}


def _read(home: Path) -> dict[str, str]:
    file = home / "files" / FILE
    if not file.is_file():
        return {}
    kept: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return kept
