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
    kept = last(home) | dict.fromkeys(communes, now)
    said = {commune: at.isoformat() for commune, at in kept.items()}
    with whole(home / "files" / FILE) as part:
        part.write_text(json.dumps(said, indent=1, sort_keys=True), encoding="utf-8")


def last(home: Path) -> dict[str, dt.datetime]:
    """Give the last check of each commune that was ever checked.

    Checks of before the file was kept are known by what they found.
    """
    file = home / "files" / FILE
    if not file.is_file():
        rows = Finding.objects.using("land").values("commune").annotate(at=Max("found"))
        return dict(rows.values_list("commune", "at"))
    kept: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return {commune: dt.datetime.fromisoformat(at) for commune, at in kept.items()}
