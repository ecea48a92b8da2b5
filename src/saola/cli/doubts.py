"""What verbs that read files say of values that can hardly be right."""

from collections.abc import Iterable
from typing import Any

import polars as pl

from saola import language
from saola.cli import screen
from saola.frameworks import Framework
from saola.language import plural, text
from saola.units import Registry

MOST = 10

_SAID = {
    "negative": "{unit}, {period}: “{label}” is {found}, below zero.",
    "outside": "{unit}, {period}: “{label}” is {found}, outside 0–1.",
    "part": "{unit}, {period}: “{label}” ({found}) is more than “{whole}” ({other}), its whole.",
    "published": "{unit}, {period}: “{label}” is published as {found}, its parts give {other}.",
}


def tell(found: pl.DataFrame, editions: Iterable[Framework], registry: Registry) -> None:
    """Name doubtful values, the first few of them one by one.

    Args:
        found: Of `saola.frameworks.doubts`.
        editions: Where the inputs and nodes have their names.
        registry: Where the units have theirs.
    """
    if found.is_empty():
        return
    screen.say(
        plural(
            "{n} value can hardly be right; it is kept as given:",
            "{n} values can hardly be right; they are kept as given:",
            found.height,
        )
    )
    known = list(editions)
    for row in found.head(MOST).iter_rows(named=True):
        screen.say("  " + _sentence(row, known, registry))
    if found.height > MOST:
        screen.say("  " + plural("and {n} more value", "and {n} more values", found.height - MOST))


def tell_thin(found: pl.DataFrame, registry: Registry) -> None:
    """Name the units whose scores rest on few figures.

    Args:
        found: Of `saola.frameworks.doubts.thin`.
        registry: Where the units have their names.
    """
    if found.is_empty():
        return
    screen.say(
        plural(
            "{n} score rests on less than a third of the points, and its rank says little:",
            "{n} scores rest on less than a third of the points, and their ranks say little:",
            found.height,
        )
    )
    for row in found.sort("share").head(MOST).iter_rows(named=True):
        screen.say(
            "  {unit}, {period}: {share} of the points have a figure.",
            unit=_called(row["unit"], registry),
            period=row["period"],
            share=language.percent(row["share"], decimals=0),
        )
    if found.height > MOST:
        screen.say("  " + plural("and {n} more score", "and {n} more scores", found.height - MOST))


def _called(unit: str, registry: Registry) -> str:
    return registry.unit(unit).label() if unit in registry else unit


def _sentence(row: dict[str, Any], known: list[Framework], registry: Registry) -> str:
    apart = [part for part in (row["field"], row["breakdown"]) if part != "_T"]
    return text(
        _SAID[row["kind"]],
        unit=_called(row["unit"], registry),
        period=", ".join([row["period"], *apart]),
        label=_label(row["code"], known),
        whole=_label(row["beside"], known),
        found=language.number(row["found"]),
        other=language.number(row["other"], decimals=4 if row["kind"] == "published" else None),
    )


def _label(code: str, known: list[Framework]) -> str:
    for each in known:
        if code in each.input_of or code in each.node_of:
            return language.pick(each.label_of(code))
    return code
