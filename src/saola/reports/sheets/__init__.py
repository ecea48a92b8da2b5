"""Sheets of the workbook of a run: one file each."""
