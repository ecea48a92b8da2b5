"""The workbook of a run: everything behind its numbers, as real numbers."""

from saola import language
from saola.language import text
from saola.reports import facts
from saola.reports.sheets import cover, framework, observations, ranking, scores
from saola.reports.sheets.book import Book
from saola.reports.subject import Subject


def workbook(subject: Subject, lang: str) -> bytes:
    """Write a run as XLSX.

    Sheets: cover, ranking, scores (units × nodes), points lost by indicator, framework,
    observations (where the subject has them) and notes. The same run gives the same bytes.

    Args:
        subject: The run and its frames.
        lang: The language of headings, names and notes.
    """
    with language.use(lang):
        top = subject.scale
        book = Book(
            title=subject.title,
            subject=text("Workbook of run {run}", run=subject.run.id),
            made=facts.made(subject).replace(tzinfo=None),
            synthetic=subject.run.synthetic,
            number_format="0." + "0" * top.decimals,
        )
        names = [text("Ranking"), text("Scores"), text("Points lost"), text("Framework")]
        if not subject.observations.is_empty():
            names.append(text("Observations"))
        cover.write(book, subject, [*names, text("Notes")])
        ranking.write(book, subject)
        scores.write_scores(book, subject)
        scores.write_lost(book, subject)
        framework.write(book, subject)
        if not subject.observations.is_empty():
            observations.write(book, subject)
        cover.write_notes(book, subject)
        return book.bytes()
