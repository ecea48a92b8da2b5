"""Lists of words that an item may be, as each country's law or office keeps them."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources

from saola import language
from saola.units import invented

WORKED = "VNM"  # invented countries have its lists


@cache
def _lists() -> Mapping[tuple[str, str], Mapping[str, Mapping[str, str]]]:
    found: dict[tuple[str, str], dict[str, Mapping[str, str]]] = {}
    file = resources.files("saola.server.population") / "lists.csv"
    for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
        labels = {lang: row[lang] for lang in language.LANGUAGES}
        found.setdefault((row["country"], row["list"]), {})[row["code"]] = labels
    return found


def labels(name: str, country: str) -> Mapping[str, Mapping[str, str]]:
    """Give the words an item may be, each with its labels; none where a country has no list.

    Args:
        name: The item.
        country: The workspace's; one without a code, or invented, has those of the worked case.
    """
    whose = WORKED if not country or invented(country) else country
    return _lists().get((whose, name), {})
