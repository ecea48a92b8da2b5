"""How far the communes in an officer's reach are: a row each, and a chart."""

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.utils.safestring import mark_safe

from saola import language
from saola.charts import render as drawing
from saola.charts.digitised import MOST
from saola.charts.digitised import digitised as bars
from saola.server.registries.desk import Desk
from saola.server.registries.places import name_of, with_parent

AT_ONCE = 0.5  # seconds
_KEPT: dict[str, tuple[float, pl.DataFrame]] = {}
GROUPS = {"usable": "group-1", "wrong": "group-2", "rebuild": "group-3"}


def recent(register: str, count: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """Count a register, or take what was counted lately where that takes long.

    A register of a country is counted in many seconds; a page of it then says what was so up to
    twenty times as long ago. What is counted at once is never kept.

    Args:
        register: Its name.
        count: Gives `digitised.COUNTS`.
    """
    until, kept = _KEPT.get(register, (0.0, None))
    if kept is not None and time.monotonic() < until:
        return kept
    began = time.monotonic()
    found = count()
    now = time.monotonic()
    if now - began > AT_ONCE:
        _KEPT[register] = (now + 20 * (now - began), found)
    return found


def reached(desk: Desk, counted: pl.DataFrame) -> pl.DataFrame:
    """Give a row for each commune in reach, a column for each step.

    Args:
        desk: Whose reach counts.
        counted: `digitised.COUNTS`.
    """
    known = [unit for unit in counted["commune"].unique() if desk.grant.reaches(unit)]
    part = counted.filter(pl.col("commune").is_in(known))
    return part.pivot("step", index="commune", values="records").fill_null(0)


def chart(desk: Desk, counted: pl.DataFrame) -> dict[str, Any] | None:
    """Draw how far the records of the communes in reach are; none where there are none."""
    wide = reached(desk, counted)
    if wide.is_empty():
        return None
    frame = wide.select(
        pl.Series("label", _labels(wide["commune"].to_list())),
        **{name: pl.col(step) for name, step in GROUPS.items()},
    )
    made = bars(frame, language.current())
    kept = drawing.kept(made, Path(settings.HOME) / "cache" / "charts").decode()
    drawn = drawing.inline(kept, "digitised")
    left = {"drawn": min(MOST, wide.height), "of": wide.height}
    return left | {"chart": made, "svg": mark_safe(drawn)}  # noqa: S308  (drawn here, its labels escaped by the drawing program)


def _labels(communes: list[str]) -> list[str]:
    """Name communes, namesakes with their province: a drawing tells them apart by name."""
    names = [name_of(commune) or language.text("commune unknown") for commune in communes]
    alike = Counter(names)
    return [
        with_parent(commune) if alike[name] > 1 else name
        for commune, name in zip(communes, names, strict=True)
    ]
