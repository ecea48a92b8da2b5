"""PDF, XLSX and SDMX packages of a run and of a unit in it."""

from saola.reports.reading import subject
from saola.reports.run_pages import run_pdf
from saola.reports.subject import Subject
from saola.reports.unit_pages import unit_pdf
from saola.reports.workbook import workbook

__all__ = ["Subject", "run_pdf", "subject", "unit_pdf", "workbook"]
