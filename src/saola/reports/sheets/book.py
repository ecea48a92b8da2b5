"""A workbook whose sheets look alike: title, badge, frozen head, filter, real numbers."""

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl
import xlsxwriter

from saola.charts.palette import light
from saola.language import text
from saola.reports.look import BADGE_GROUND, BADGE_INK

Kind = Literal["text", "wide", "whole", "score", "share", "value", "time"]

HEAD = 3
"""The row of the head of a table, from 0: title, note and an empty row stand above it."""

ROWS = 50_000
"""A sheet takes no more rows than this: the file stays one that a desktop opens at once."""

_WIDTHS: dict[Kind, float] = {
    "text": 18,
    "wide": 44,
    "whole": 9,
    "score": 11,
    "share": 11,
    "value": 14,
    "time": 18,
}
_LONGEST_CELL = 32_767
_RISKY = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """A column of a sheet.

    Attributes:
        name: Its name in the frame.
        heading: What stands above it.
        kind: How its cells are written.
        width: Its width in signs; by default that of its kind.
    """

    name: str
    heading: str
    kind: Kind = "text"
    width: float | None = None


class Book:
    """A workbook being written, in memory.

    Args:
        title: Of the document.
        subject: What it is about, in a line.
        made: Its date: that of the run, so that the same run gives the same bytes.
        synthetic: Whether every sheet has to say that its numbers are invented.
        number_format: How scores are shown.
    """

    def __init__(
        self, *, title: str, subject: str, made: dt.datetime, synthetic: bool, number_format: str
    ) -> None:
        self._stream = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd hh:mm",
        }
        self.book: Any = xlsxwriter.Workbook(self._stream, options)
        properties = {"title": title, "subject": subject, "author": "Saola", "created": made}
        self.book.set_properties(properties)
        self.synthetic = synthetic
        self.formats = _formats(self.book, number_format)
        self._indents: dict[tuple[int, bool], Any] = {}

    def bytes(self) -> bytes:
        """Close the book and give the file."""
        self.book.close()
        return self._stream.getvalue()

    def sheet(self, name: str, title: str, note: str = "") -> Any:
        """Add a sheet with its title, a note and, where numbers are invented, the badge."""
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_row(0, 26)
        sheet.write_string(0, 0, title, self.formats["title"])
        badge = text("SYNTHETIC: invented figures of an invented country")
        if self.synthetic:
            sheet.write_string(1, 0, badge, self.formats["badge"])
            sheet.write_string(2, 0, note, self.formats["note"])
        else:
            sheet.write_string(1, 0, note, self.formats["note"])
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        head = badge if self.synthetic else ""
        sheet.set_header(f"&L{_printed(title)}&R{_printed(head)}")
        sheet.set_footer("&L&A&R&P / &N")
        return sheet

    def table(self, sheet: Any, frame: pl.DataFrame, columns: Sequence[Column]) -> int:
        """Write a frame as a table with a frozen head and a filter.

        Args:
            sheet: Of this book.
            frame: One row a line; at most `ROWS` are written.
            columns: Which of its columns, in what order.

        Returns:
            The number of rows written.
        """
        shown = frame.head(ROWS)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width or _WIDTHS[column.kind])
            cells = shown[column.name].to_list()
            self._cells(sheet, place, cells, column.kind)
        heads = _apart([column.heading for column in columns])
        sheet.set_row(HEAD, 32)
        options = {
            "columns": [{"header": head, "header_format": self.formats["head"]} for head in heads],
            "style": None,
            "autofilter": True,
        }
        if shown.height:
            sheet.add_table(HEAD, 0, HEAD + shown.height, len(columns) - 1, options)
        else:
            for place, head in enumerate(heads):
                sheet.write_string(HEAD, place, head, self.formats["head"])
        sheet.freeze_panes(HEAD + 1, 0)
        sheet.repeat_rows(HEAD)
        return shown.height

    def _cells(self, sheet: Any, place: int, cells: Sequence[Any], kind: Kind) -> None:
        style = self.formats[kind]
        for line, cell in enumerate(cells, start=HEAD + 1):
            if cell is None:
                continue
            if isinstance(cell, str):
                self.write(sheet, line, place, cell, wrap=kind == "wide")
            elif isinstance(cell, dt.datetime):
                sheet.write_datetime(line, place, cell.replace(tzinfo=None), style)
            else:
                sheet.write_number(line, place, cell, style)

    def indented(self, depth: int, *, bold: bool) -> Any:
        """Give the style of a name that stands some steps below the top of a tree."""
        if (depth, bold) not in self._indents:
            style = {"indent": depth, "bold": bold, "text_wrap": True, "valign": "top"}
            self._indents[depth, bold] = self.book.add_format(_FACE | style)
        return self._indents[depth, bold]

    def write(self, sheet: Any, line: int, place: int, said: str, *, wrap: bool = False) -> None:
        """Write a text that no spreadsheet will take for a formula, now or after an edit."""
        name = "quoted" if said.startswith(_RISKY) else "wide" if wrap else "text"
        sheet.write_string(line, place, said[:_LONGEST_CELL], self.formats[name])


_FACE = {"font_name": "Calibri", "font_size": 11, "valign": "top", "font_color": light("ink")}


def _formats(book: Any, number_format: str) -> dict[str, Any]:
    styles: dict[str, dict[str, Any]] = {
        "text": {},
        "wide": {"text_wrap": True},
        "quoted": {"quote_prefix": True},
        "whole": {"num_format": "#,##0"},
        "score": {"num_format": number_format},
        "share": {"num_format": "0.0%"},
        "value": {"num_format": "#,##0.######"},
        "time": {"num_format": "yyyy-mm-dd hh:mm"},
        "title": {"bold": True, "font_size": 16},
        "note": {"font_color": light("quiet")},
        "bold": {"bold": True},
        "link": {"font_color": light("mark"), "underline": 1},
        "code": {"font_name": "Consolas", "font_size": 10},
        "head": {
            "bold": True,
            "text_wrap": True,
            "valign": "vcenter",
            "bg_color": light("step-1"),
            "bottom": 1,
            "bottom_color": light("mark"),
        },
        "badge": {"bold": True, "font_color": BADGE_INK, "bg_color": BADGE_GROUND},
    }
    return {name: book.add_format(_FACE | style) for name, style in styles.items()}


def _apart(heads: Sequence[str]) -> list[str]:
    """Number headings that repeat: a table wants each once, whatever the case."""
    seen: dict[str, int] = {}
    found = []
    for head in heads:
        count = seen[head.lower()] = seen.get(head.lower(), 0) + 1
        found.append(head if count == 1 else f"{head} ({count})")
    return found


def _printed(said: str) -> str:
    """Write a text as headers of printed pages want it: `&` twice, at most 100 signs."""
    return said[:100].replace("&", "&&")
