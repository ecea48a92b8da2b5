"""PDF, XLSX and SDMX packages of a run and of a unit in it."""

from saola.reports.reading import subject
from saola.reports.subject import Subject
from saola.reports.workbook import workbook

__all__ = ["Subject", "subject", "workbook"]
