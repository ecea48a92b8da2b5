"""Names of the codes that observations use: fields, breakdowns, checks, indicators."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources

from saola import language


@cache
def _lists() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    file = resources.files("saola") / "data" / "codes" / "codes.csv"
    for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
        labels = {lang: row[lang] for lang in language.LANGUAGES}
        found.setdefault(row["list"], {})[row["code"]] = labels
    return found


def codes(name: str) -> Mapping[str, Mapping[str, str]]:
    """Give a code list with its labels, in its own order.

    Args:
        name: `field`, `breakdown`, `check` or `indicator`.
    """
    return _lists()[name]


def label(name: str, code: str, lang: str | None = None) -> str:
    """Give the name of a code; a breakdown of several dimensions is named part by part.

    Args:
        name: The code list.
        code: The code; one that is not listed is its own name.
        lang: The language, by default the one in use.
    """
    labels = _lists()[name].get(code)
    if labels is not None:
        return language.pick(labels, lang)
    parts = code.split(";")
    return ", ".join(label(name, part, lang) for part in parts) if len(parts) > 1 else code
