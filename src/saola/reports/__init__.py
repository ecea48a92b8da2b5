"""PDF, XLSX and SDMX packages."""
