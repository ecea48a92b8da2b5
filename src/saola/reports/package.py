"""Everything of a run for other programs, in one archive."""

import io
import zipfile
from collections.abc import Mapping

from saola import charts, language
from saola.reports.dcat import dcat
from saola.reports.facts import made
from saola.reports.sdmx import sdmx_csv, sdmx_ml, sdmx_structure
from saola.reports.standing import shown_of
from saola.reports.subject import Subject, kind_name
from saola.reports.tables import table_csv, table_metadata


def package(subject: Subject, lang: str, *, base: str, publisher: Mapping[str, str]) -> bytes:
    """Pack the SDMX messages, the rankings with their metadata and the catalogue entry of a run.

    Args:
        subject: The run and its frames.
        lang: The language of headings in the rankings; SDMX and the entry have all three.
        base: The address of the run, as for `dcat`.
        publisher: As for `dcat`.

    Returns:
        A ZIP archive; the same run gives the same bytes.
    """
    files = {
        "scores.sdmx.csv": sdmx_csv(subject),
        "scores.xml": sdmx_ml(subject),
        "structure.xml": sdmx_structure(subject),
        "dcat.jsonld": dcat(subject, base=base, publisher=publisher),
    }
    with language.use(lang):
        for kind in subject.kinds:
            files |= _ranking(subject, kind, lang)
    stream = io.BytesIO()
    moment = made(subject).timetuple()[:6]
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name, moment), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _ranking(subject: Subject, kind: str, lang: str) -> dict[str, bytes]:
    rows = shown_of(subject.ranking(kind))[0]
    chart = charts.ranking(rows, lang, title=kind_name(kind), scale=subject.scale)
    name = f"ranking-{kind}.csv"
    return {
        name: table_csv(chart, subject),
        f"{name}-metadata.json": table_metadata(chart, subject, url=name),
    }
