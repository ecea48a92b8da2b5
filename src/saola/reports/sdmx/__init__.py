"""Runs as SDMX 3.0: data as SDMX-CSV 2.0 and SDMX-ML, structures with names in three languages."""

from saola.reports.sdmx.data import sdmx_csv, sdmx_ml
from saola.reports.sdmx.structure import sdmx_structure

__all__ = ["sdmx_csv", "sdmx_ml", "sdmx_structure"]
