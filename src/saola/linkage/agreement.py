"""How often two records of one person agree, by kind of column: shipped, for files too few to tell.

The shares come from files whose pairs are known. What a file itself shows is added to them.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from saola.linkage.model import LinkModel

ELSE = "else"


@dataclass(frozen=True)
class Agreement:
    """One level of a kind of column.

    Attributes:
        level: Its name, or `else`.
        share: How often records of one person are on it.
        keeps: The parts derived from the column that are equal on it.
    """

    level: str
    share: float
    keeps: frozenset[str]


@cache
def agreements(kind: str) -> tuple[Agreement, ...]:
    """List the levels of a kind of column, strongest first, `else` last."""
    file = resources.files("saola.linkage") / "data" / "agreement.csv"
    return tuple(
        Agreement(row["level"], float(row["share"]), frozenset(row["keeps"].split()))
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())
        if row["kind"] == kind
    )


def equal_share(column: str, model: LinkModel, m: Mapping[str, tuple[float, ...]]) -> float:
    """Give the share of pairs of one person whose values of a column are equal.

    Args:
        column: One of the model's, or one derived from it.
        model: The model.
        m: Column → share of each level among records of one person, `else` last.
    """
    if column in model.columns:
        return m[column][0]
    for whole, kind in model.columns.items():
        part = column.removeprefix(f"{whole}_")
        levels = agreements(kind)
        if part != column and any(part in level.keeps for level in levels):
            shares = zip(levels, m[whole], strict=True)
            return sum(share for level, share in shares if part in level.keeps)
    return 1.0
