"""What an SDMX data set of scores is made of: its concepts and code lists, named in data.

The table `concepts.csv` lists the concepts: code, role, type, code list and names; the code lists
that are the same for every run stand in `lists.csv`.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from saola import language
from saola.observations.codes import codes
from saola.reports.subject import Subject

AGENCY = "SAOLA"
VERSION = "1.0"

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Named:
    """A concept of the data set.

    Attributes:
        id: Its code, the name of its column.
        column: The column of `saola.frameworks.SCORES` that it holds, or what `data` adds.
        role: `dimension`, `measure` or `attribute`.
        kind: `text`, `number` or `whole`.
        enumeration: The end of the code of its code list; empty for none.
        label: Its name by language.
    """

    id: str
    column: str
    role: str
    kind: str
    enumeration: str
    label: Labels


@cache
def concepts() -> tuple[Named, ...]:
    """Give the concepts in the order of the columns."""
    return tuple(
        Named(row["id"], row["column"], row["role"], row["kind"], row["list"], _labels(row))
        for row in _table("concepts.csv")
    )


def _table(name: str) -> list[dict[str, str]]:
    file = resources.files("saola.reports.sdmx") / name
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def _labels(row: Mapping[str, str]) -> Labels:
    return {lang: row[lang] for lang in language.LANGUAGES if row.get(lang)}


def code(said: str) -> str:
    """Write a code as SDMX allows: letters, digits and `_ - @ $`; `VNM.P.48` is `VNM_P_48`.

    Source: SDMX 3.0, section 3A, IDType.
    """
    return re.sub(r"[^A-Za-z0-9_@$-]", "_", said)


def structure_id(subject: Subject) -> str:
    """Give the code of the data structure of a framework's scores."""
    return f"SCORES_{code(subject.framework.id).upper().replace('-', '_')}"


def list_id(subject: Subject, end: str) -> str:
    """Give the code of a code list; those of a framework carry its name."""
    own = end in ("NODE", "UNIT", "GROUP")
    return f"CL_{end}_{structure_id(subject)[7:]}" if own else f"CL_{end}"


def lists(subject: Subject) -> dict[str, dict[str, Labels]]:
    """Give every code list that the data set uses: end of its code → code → names."""
    framework = subject.framework
    found: dict[str, dict[str, Labels]] = {
        "UNIT": {code(unit): _unit(subject, unit) for unit in _each(subject, "unit")},
        "NODE": {code(item.id): framework.label_of(item.id) for item in subject.shown},
        "GROUP": {code(unit): _unit(subject, unit) for unit in _each(subject, "group")},
        "FIELD": {code(field): _field(field) for field in _each(subject, "field")},
    }
    for row in _table("lists.csv"):
        found.setdefault(row["list"], {})[row["code"]] = _labels(row)
    return found


def _each(subject: Subject, column: str) -> list[str]:
    return subject.scores[column].drop_nulls().unique().sort().to_list()


def _unit(subject: Subject, unit: str) -> Labels:
    known = subject.units.unit(unit).names if unit in subject.units else {}
    return known or {"en": unit}


def _field(field: str) -> Labels:
    return codes("field").get(field, {"en": field})
