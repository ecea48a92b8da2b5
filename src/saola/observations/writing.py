"""Writing observations: long or wide, as CSV, XLSX, Parquet or SDMX."""

from pathlib import Path
from typing import Literal

import polars as pl

from saola.errors import InputError
from saola.formulas import defused

Shape = Literal["long", "wide"]
KINDS = (".csv", ".tsv", ".xlsx", ".parquet", ".sdmx.csv", ".xml")


def write(observations: pl.DataFrame, path: Path, *, shape: Shape = "long") -> None:
    """Write observations to a file of the kind that its name says.

    Args:
        observations: Rows in the schema of `saola.observations`.
        path: Ends in `.csv`, `.tsv`, `.xlsx`, `.parquet`, `.sdmx.csv` (SDMX-CSV 2.0) or
            `.xml` (SDMX-ML 3.0).
        shape: One value a row, or one indicator a column (values only).

    Raises:
        InputError: `file-kind-unknown`.
    """
    name = path.name.lower()
    if name.endswith((".sdmx.csv", ".xml")):
        from saola.observations import sdmx  # noqa: PLC0415  (pysdmx is slow to import)

        sdmx.write(observations, path, form="csv" if name.endswith(".csv") else "ml")
        return
    table = widened(observations) if shape == "wide" else observations
    if name.endswith(".parquet"):
        table.write_parquet(path, compression="zstd")
    elif name.endswith((".csv", ".tsv")):
        mark = "," if name.endswith(".csv") else "\t"
        text = _dated(defused(table)).write_csv(separator=mark)
        path.write_text("\ufeff" + text, encoding="utf-8", newline="")
    elif name.endswith(".xlsx"):
        table.with_columns(pl.col(pl.Datetime).dt.replace_time_zone(None)).write_excel(
            path, worksheet="observations", table_style="Table Style Light 1", freeze_panes=(1, 0)
        )
    else:
        raise InputError("file-kind-unknown", where=str(path), found=path.suffix or path.name)


def widened(observations: pl.DataFrame) -> pl.DataFrame:
    """Give each indicator a column; keys are unit, period, field and breakdown."""
    keys = ["unit", "period", "field", "breakdown"]
    wide = observations.pivot(
        on="indicator", index=keys, values="value", aggregate_function="first"
    )
    rest = sorted(name for name in wide.columns if name not in keys)
    return wide.select(*keys, *rest).sort(keys)


def _dated(table: pl.DataFrame) -> pl.DataFrame:
    """Write moments as ISO 8601 does."""
    return table.with_columns(pl.col(pl.Datetime).dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
