"""What the invented agencies count, and how it grows: the table `data/demo/inputs.csv`."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

Kind = Literal["size", "share", "count", "words"]


@dataclass(frozen=True)
class Quantity:
    """One input of the framework as the generator makes it.

    Attributes:
        code: The input.
        kind: `size` (a whole), `share` (a part of another), `count`, `words` (a category).
        of: The whole that a share is a part of.
        per: Whether sizes are `person` (they grow with people) or `unit`.
        commune: Size in a commune, or 1 for a share counted there; 0 for neither.
        province: The same of a province's own administration; -1 where communes are summed.
        ministry: The same of a ministry.
        desk: Whether only bodies with public services have it.
        flow: Whether it is counted anew each quarter, with its seasons.
        start: Share, count or level in the first quarter.
        end: The same in the last.
        load: How much the ease of a place moves it, in logits.
        noise: Standard deviation between places of equal ease, in logits.
        pillar: Whose strength it shares.
        sample: People asked in a province, where it is a survey; 0 for a full count.
        words: The categories, the lowest first.
    """

    code: str
    kind: Kind
    of: str
    per: str
    commune: float
    province: float
    ministry: float
    desk: bool
    flow: bool
    start: float
    end: float
    load: float
    noise: float
    pillar: str
    sample: float
    words: tuple[str, ...]

    def at(self, level: str) -> float:
        """Give its size or mark at a level: `commune`, `province` or `ministry`."""
        return {"commune": self.commune, "province": self.province, "ministry": self.ministry}[
            level
        ]


_MARKS = {"": 0.0, "own": 1.0, "sum": -1.0}


def _number(said: str) -> float:
    return _MARKS[said] if said in _MARKS else float(said)


@cache
def quantities() -> tuple[Quantity, ...]:
    """Read the table; wholes come before their parts."""
    file = resources.files("saola") / "data" / "demo" / "inputs.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    texts = ("code", "kind", "of", "per", "pillar")
    numbers = ("commune", "province", "ministry", "start", "end", "load", "noise", "sample")
    return tuple(
        Quantity(
            **{name: row[name] for name in texts},  # type: ignore[arg-type]  # names of the fields
            **{name: _number(row[name]) for name in numbers},  # type: ignore[arg-type]  # the same
            desk=row["desk"] == "1",
            flow=row["flow"] == "1",
            words=tuple(row["words"].split("|")) if row["words"] else (),
        )
        for row in rows
    )
