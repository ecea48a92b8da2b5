"""First and last sheet: what the workbook is, and how to read it."""

from saola import language
from saola.language import text
from saola.observations.codes import codes
from saola.reports import facts, method
from saola.reports.sheets.book import Book
from saola.reports.subject import Subject
from saola.reports.words import marks, statuses

_FIRST = 4


def write(book: Book, subject: Subject, sheets: list[str]) -> None:
    """Write the cover with links to the other sheets."""
    sheet = book.sheet(text("Cover"), subject.title, language.pick(subject.framework.description))
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 92)
    line = _FIRST
    for head, said in facts.cover(subject):
        sheet.write_string(line, 0, head, book.formats["bold"])
        book.write(sheet, line, 1, said, wrap=True)
        line += 1
    for head, said in facts.digests(subject):
        sheet.write_string(line, 0, head, book.formats["bold"])
        sheet.write_string(line, 1, said, book.formats["code"])
        line += 1
    line += 1
    sheet.write_string(line, 0, text("Sheets"), book.formats["bold"])
    for name in sheets:
        sheet.write_url(line, 1, f"internal:'{name}'!A1", book.formats["link"], name)
        line += 1


def write_notes(book: Book, subject: Subject) -> None:
    """Write what a reader of the numbers needs to know."""
    sheet = book.sheet(text("Notes"), text("Notes: {title}", title=subject.title))
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 110)
    lines = method.notes(subject)
    if said := facts.same_inputs(subject):
        lines.append((text("Inputs"), said))
    lines += [(f"{text('Status')} {mark}", said) for mark, said in marks().items()]
    if not subject.observations.is_empty():
        used = set(subject.observations["status"])
        lines += [
            (f"{text('Status of a value')} {code}", said)
            for code, said in statuses().items()
            if code in used
        ]
        known = codes("check").values()
        lines += [(text("Check"), ", ".join(language.pick(each) for each in known))]
    for line, (head, said) in enumerate(lines, start=_FIRST):
        sheet.write_string(line, 0, head, book.formats["bold"])
        book.write(sheet, line, 1, said, wrap=True)
