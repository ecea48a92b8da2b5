"""Sheet: the tree with its points, rules and evidence."""

from typing import Any

import polars as pl

from saola import language
from saola.frameworks import Indicator, Node
from saola.frameworks.tree import depth_of
from saola.language import text
from saola.reports.formula import formula
from saola.reports.sheets.book import HEAD, Book, Column
from saola.reports.subject import Subject


def rows(subject: Subject) -> list[dict[str, Any]]:
    """Give one row a node or indicator, in the order of the tree."""
    whole = subject.points[subject.framework.root.id] or 1.0
    return [_row(subject, item, whole) for item in subject.shown]


def _row(subject: Subject, item: Node | Indicator, whole: float) -> dict[str, Any]:
    points = subject.points[item.id]
    found: dict[str, Any] = {
        "depth": depth_of(subject.framework, item.id),
        "code": item.id,
        "label": subject.label(item.id),
        "what": text("indicator") if isinstance(item, Indicator) else text("node"),
        "points": points,
        "share": points / whole if item.scored else None,
        "description": language.pick(item.description),
        "rule": "",
        "inputs": "",
        "evidence": "",
        "verifier": "",
        "fields": "",
        "source": "",
    }
    if isinstance(item, Indicator):
        found |= {
            "rule": formula(subject.framework, item),
            "inputs": ", ".join(map(str, item.rule.references)),
            "evidence": "; ".join(language.pick(each) for each in item.evidence),
            "verifier": language.pick(item.verifier),
            "fields": ", ".join(item.fields),
            "source": language.pick(item.source),
        }
    return found


def write(book: Book, subject: Subject) -> None:
    """Write the sheet; deeper parts of the tree stand further to the right."""
    found = rows(subject)
    columns = [
        Column("label", text("Name"), "wide", 46),
        Column("code", text("Code"), width=22),
        Column("what", text("Kind"), width=11),
        Column("points", text("Most points"), "value", 10),
        Column("share", text("Share of the index"), "share", 11),
        Column("rule", text("Rule"), "wide", 52),
        Column("inputs", text("Inputs"), "wide", 34),
        Column("description", text("Description"), "wide", 52),
        Column("evidence", text("Evidence"), "wide", 34),
        Column("verifier", text("Verified by"), "wide", 24),
        Column("fields", text("Fields of life"), "wide", 24),
        Column("source", text("Source"), "wide", 34),
    ]
    title = text("Framework: {label}", label=language.pick(subject.framework.label))
    sheet = book.sheet(text("Framework"), title, language.pick(subject.framework.description))
    book.table(sheet, pl.DataFrame(found, infer_schema_length=None), columns)
    for line, row in enumerate(found, start=HEAD + 1):
        style = book.indented(row["depth"], bold=row["depth"] < 2)
        sheet.write_string(line, 0, row["label"], style)
    sheet.freeze_panes(HEAD + 1, 1)
