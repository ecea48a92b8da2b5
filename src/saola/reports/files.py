"""Reports as files of the kind that their names say."""

from collections.abc import Callable, Mapping
from pathlib import Path

from saola.errors import InputError
from saola.reports.dcat import FORMS, dcat
from saola.reports.package import package
from saola.reports.run_pages import run_pdf
from saola.reports.sdmx import sdmx_csv, sdmx_ml, sdmx_structure
from saola.reports.subject import Subject
from saola.reports.workbook import workbook

MEDIA = FORMS | {".jsonld": "application/ld+json"}
"""Media types by the ending of a name."""

# Longer endings first: `.structure.xml` ends in `.xml` too.
KINDS = tuple(sorted(MEDIA, key=len, reverse=True))
UNIT_KINDS = (".pdf",)


def kind_of(path: Path, kinds: tuple[str, ...] = KINDS) -> str:
    """Give the ending of a report's name.

    Args:
        path: The file to write.
        kinds: The endings that are known.

    Raises:
        InputError: `report-kind-unknown`.
    """
    for kind in kinds:
        if path.name.lower().endswith(kind):
            return kind
    known = ", ".join(kinds)
    raise InputError("report-kind-unknown", where=str(path), found=path.name, kinds=known)


def run_file(
    subject: Subject,
    kind: str,
    lang: str,
    *,
    base: str,
    publisher: Mapping[str, str],
    style: str = "plain",
) -> bytes:
    """Write a run in one of the `KINDS`.

    Args:
        subject: The run and its frames.
        kind: The ending of the file's name.
        lang: The language of pages, sheets and headings.
        base: The address of the run in catalogues, as for `dcat`.
        publisher: Who publishes it, by language.
        style: The look of pages, as for `run_pdf`.
    """
    writers: dict[str, Callable[[], bytes]] = {
        ".pdf": lambda: run_pdf(subject, lang, style=style),
        ".xlsx": lambda: workbook(subject, lang),
        ".sdmx.csv": lambda: sdmx_csv(subject),
        ".xml": lambda: sdmx_ml(subject),
        ".structure.xml": lambda: sdmx_structure(subject),
        ".jsonld": lambda: dcat(subject, base=base, publisher=publisher),
        ".zip": lambda: package(subject, lang, base=base, publisher=publisher),
    }
    return writers[kind]()
