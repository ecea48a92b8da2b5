"""PDF, XLSX and SDMX packages of a run and of a unit in it."""

from saola.reports.dcat import dcat
from saola.reports.package import package
from saola.reports.reading import subject
from saola.reports.run_pages import run_pdf
from saola.reports.sdmx import sdmx_csv, sdmx_ml, sdmx_structure
from saola.reports.subject import Subject
from saola.reports.tables import table_csv, table_json, table_metadata
from saola.reports.unit_pages import unit_pdf
from saola.reports.workbook import workbook

__all__ = [
    "Subject",
    "dcat",
    "package",
    "run_pdf",
    "sdmx_csv",
    "sdmx_ml",
    "sdmx_structure",
    "subject",
    "table_csv",
    "table_json",
    "table_metadata",
    "unit_pdf",
    "workbook",
]
