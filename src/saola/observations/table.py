"""The one table that everything measured is kept in."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

SCHEMA = pl.Schema(
    {
        "indicator": pl.String(),
        "unit": pl.String(),
        "period": pl.String(),
        "field": pl.String(),
        "breakdown": pl.String(),
        "value": pl.Float64(),
        "category": pl.String(),
        "status": pl.String(),
        "check": pl.String(),
        "stderr": pl.Float64(),
        "source": pl.String(),
        "recorded": pl.Datetime("us", "UTC"),
        "batch": pl.String(),
    }
)
KEY = ("indicator", "unit", "period", "field", "breakdown")
TOTAL = "_T"

# SDMX code list CL_OBS_STATUS, version 2.2: the codes that agencies use.
STATUS = {
    "A": "Normal value",
    "B": "Time series break",
    "D": "Definition differs",
    "E": "Estimated value",
    "F": "Forecast value",
    "I": "Imputed value",
    "L": "Missing value; data exist but were not collected",
    "M": "Missing value; data cannot exist",
    "N": "Not significant",
    "O": "Missing value",
    "P": "Provisional value",
    "Q": "Missing value; suppressed",
    "U": "Low reliability",
    "V": "Unvalidated value",
}
CHECKS = ("measured", "reported", "verified", "modelled", "synthetic")

DEFAULTS: Mapping[str, str] = {
    "field": TOTAL,
    "breakdown": TOTAL,
    "status": "A",
    "check": "reported",
    "source": "",
}


def frame(rows: Iterable[Mapping[str, Any]] | pl.DataFrame) -> pl.DataFrame:
    """Give observations their whole schema; what is not said takes its default.

    Args:
        rows: At least `indicator, unit, period` and `value` or `category`.

    Returns:
        A frame of schema `SCHEMA`; `recorded` and `batch` are null until it is appended.
    """
    found = (
        rows
        if isinstance(rows, pl.DataFrame)
        else pl.DataFrame(list(rows), infer_schema_length=None)
    )
    missing = [
        pl.lit(DEFAULTS.get(name), dtype).alias(name)
        for name, dtype in SCHEMA.items()
        if name not in found.columns
    ]
    return (
        found.with_columns(missing)
        .select(SCHEMA.names())
        .cast(SCHEMA)
        .with_columns(pl.col(name).fill_null(value) for name, value in DEFAULTS.items())
    )


def breakdown(text: str) -> str:
    """Write a breakdown in its one form: dimensions in order, upper case; `_T` for the total."""
    parts = sorted(part.strip().upper() for part in text.split(";") if part.strip())
    return ";".join(parts) or TOTAL
