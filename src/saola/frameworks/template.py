"""An Excel workbook to fill: one row a unit, one column an input, and a guide to each."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from saola import language
from saola.frameworks.model import Framework, Input
from saola.frameworks.rules import Reference
from saola.frameworks.rules.base import Rule
from saola.frameworks.rules.kinds import Parts, Tiers
from saola.language import text

KEYS = ("unit", "name", "period")
# A name or a description is a text, whatever sign it begins with.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def columns(framework: Framework) -> list[str]:
    """Name the columns to fill, as the reader of wide files knows them."""
    tiers = set(_tiers(framework))
    found = dict.fromkeys(ref for i in framework.indicators for ref in i.rule.references)
    return [f"category:{ref.code}" if ref.code in tiers else str(ref) for ref in found]


def write(
    framework: Framework,
    units: Mapping[str, str],
    path: Path,
    *,
    periods: Sequence[str],
    fields: Sequence[str] = (),
    lang: str | None = None,
) -> None:
    """Write the workbook.

    Args:
        framework: Names the inputs.
        units: The name of each unit by code.
        path: Where.
        periods: One row a unit and period.
        fields: One row more for each field.
        lang: The language of the guide.
    """
    heads = [*KEYS, *(["field"] if fields else []), *columns(framework)]
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        styles = {
            "head": book.add_format(
                {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
            ),
            "key": book.add_format({"font_color": "#555555", "bg_color": "#f4f4f2"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        sheet = book.add_worksheet("data")
        sheet.write_row(0, 0, heads, styles["head"])
        rows = _rows(units, periods, fields)
        for place, row in enumerate(rows, start=1):
            sheet.write_row(place, 0, row, styles["key"])
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, 0, 14)
        sheet.set_column(1, 1, 26)
        sheet.set_column(2, len(heads), 18)
        _validate(sheet, framework, heads, len(rows))
        _guide(book.add_worksheet("guide"), framework, styles, lang)


def _rows(
    units: Mapping[str, str], periods: Sequence[str], fields: Sequence[str]
) -> list[list[str]]:
    parts = [[field] for field in ("_T", *fields)] if fields else [[]]
    return [
        [code, name, period, *part]
        for period in periods
        for code, name in units.items()
        for part in parts
    ]


def _tiers(framework: Framework) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}

    def gather(rule: Rule) -> None:
        if isinstance(rule, Tiers):
            found[rule.value.code] = [name for name, _ in rule.tiers]
        if isinstance(rule, Parts):
            for _, part in rule.parts:
                gather(part)

    for indicator in framework.indicators:
        gather(indicator.rule)
    return found


def _validate(sheet: Any, framework: Framework, heads: Sequence[str], rows: int) -> None:
    """Let the spreadsheet refuse what the reader would set aside."""
    tiers = _tiers(framework)
    for place, head in enumerate(heads):
        if head.startswith("category:"):
            names = tiers[head.removeprefix("category:")]
            sheet.data_validation(
                1, place, max(rows, 1), place, {"validate": "list", "source": names}
            )
        elif head not in (*KEYS, "field"):
            rule = {
                "validate": "decimal",
                "criteria": ">=",
                "value": 0,
                "error_title": text("Not a number"),
                "error_message": text("Write a number of at least 0, or leave the cell empty."),
            }
            sheet.data_validation(1, place, max(rows, 1), place, rule)


def _counting(given: Input, lang: str | None) -> str:
    means = [f"{word}: {language.pick(said, lang)}" for word, said in given.words.items()]
    return "\n".join(filter(None, [language.pick(given.description, lang), *means]))


def _guide(sheet: Any, framework: Framework, styles: Mapping[str, Any], lang: str | None) -> None:
    heads = ["Column", "What to fill in", "Counted in", "How to count", "Used by", "Verified by"]
    sheet.write_row(0, 0, [text(head, lang=lang) for head in heads], styles["head"])
    for place, column in enumerate(columns(framework), start=1):
        reference = Reference.parse(column.removeprefix("category:"))
        code = reference.code if reference else column
        given = framework.input_of[code]
        users = [i for i in framework.indicators if code in i.rule.codes]
        cells = [
            column,
            language.pick(given.label, lang) or code,
            text(given.unit, lang=lang),
            _counting(given, lang),
            "; ".join(language.pick(i.label, lang) for i in users),
            "; ".join(dict.fromkeys(language.pick(i.verifier, lang) for i in users if i.verifier)),
        ]
        sheet.write_row(place, 0, cells, styles["wrap"])
    for place, width in enumerate((28, 40, 14, 50, 40, 30)):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 1)
