"""SDMX in and out, through pysdmx: SDMX-ML 3.0 and SDMX-CSV 2.0.

The data structure `SAOLA:OBSERVATIONS(1.0)` has the dimensions INDICATOR, REF_AREA, TIME_PERIOD,
FIELD and BREAKDOWN, the measure OBS_VALUE, and the rest as attributes.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from saola.errors import InputError
from saola.observations.shapes import SDMX, TEXTS
from saola.observations.table import SCHEMA
from saola.observations.tabular import LINE

if TYPE_CHECKING:
    import pandas as pd

AGENCY, STRUCTURE, VERSION = "SAOLA", "OBSERVATIONS", "1.0"
_DIMENSIONS = ("INDICATOR", "REF_AREA", "TIME_PERIOD", "FIELD", "BREAKDOWN")
Form = Literal["csv", "ml"]


def write(observations: pl.DataFrame, path: Path, *, form: Form) -> None:
    """Write observations as SDMX.

    Args:
        observations: Rows in the schema of `saola.observations`.
        path: The file to write.
        form: `csv` for SDMX-CSV 2.0, `ml` for SDMX-ML 3.0.

    Source: SDMX 3.0, sections 3A (SDMX-ML) and 5 (SDMX-CSV).
    """
    from pysdmx.io import write_sdmx  # noqa: PLC0415  (pysdmx is slow to import)
    from pysdmx.io.format import Format  # noqa: PLC0415  (pysdmx is slow to import)
    from pysdmx.io.pd import PandasDataset  # noqa: PLC0415  (pysdmx is slow to import)

    data = _renamed(observations)
    dataset = PandasDataset(structure=_schema(), data=data)
    kind = Format.DATA_SDMX_CSV_2_0_0 if form == "csv" else Format.DATA_SDMX_ML_3_0
    write_sdmx([dataset], sdmx_format=kind, output_path=str(path))


def texts(path: Path) -> pl.DataFrame:
    """Read a file of SDMX-ML as strings.

    Returns:
        Frame of schema `shapes.TEXTS`; `_line` counts the observations.

    Raises:
        InputError: `sdmx-malformed`.
    """
    from pysdmx.errors import PysdmxError  # noqa: PLC0415  (pysdmx is slow to import)
    from pysdmx.io import read_sdmx  # noqa: PLC0415  (pysdmx is slow to import)

    try:
        message = read_sdmx(path, validate=False)
        data = message.get_datasets()
    except (PysdmxError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError("sdmx-malformed", where=path.name, found=error) from error
    frames = [_texts(dataset.data, path) for dataset in data]
    if not frames:
        raise InputError("sdmx-malformed", where=path.name, found="–")
    return pl.concat(frames).with_row_index("_n", offset=1).with_columns(
        pl.col("_n").cast(pl.UInt32).alias(LINE)
    ).drop("_n")  # fmt: skip


def _texts(data: "pd.DataFrame", path: Path) -> pl.DataFrame:
    found = pl.from_pandas(data.astype("string").astype(object).where(data.notna(), None))
    known = {theirs: ours for theirs, ours in SDMX.items() if theirs in found.columns}
    if "OBS_VALUE" not in known or "REF_AREA" not in known:
        raise InputError("sdmx-malformed", where=path.name, found=", ".join(found.columns))
    named = found.select(
        pl.col(theirs).cast(pl.String).alias(ours) for theirs, ours in known.items()
    )
    missing = [
        pl.lit(None, dtype).alias(each) for each, dtype in TEXTS.items() if each not in named
    ]
    return named.with_columns(missing).select(TEXTS.names()).cast(TEXTS)


def _renamed(observations: pl.DataFrame) -> Any:
    columns = [pl.col(ours).alias(theirs) for theirs, ours in SDMX.items()]
    return observations.select(columns).to_pandas()


def _schema() -> Any:
    from pysdmx.model import Component, Components, Concept, DataType, Role, Schema  # noqa: PLC0415  (pysdmx is slow to import)

    def component(theirs: str) -> Component:
        number = SCHEMA[SDMX[theirs]] == pl.Float64
        role = Role.DIMENSION if theirs in _DIMENSIONS else Role.ATTRIBUTE
        role = Role.MEASURE if theirs == "OBS_VALUE" else role
        return Component(
            id=theirs,
            required=theirs in _DIMENSIONS,
            role=role,
            concept=Concept(theirs),
            local_dtype=DataType.DOUBLE if number else DataType.STRING,
            attachment_level="O" if role == Role.ATTRIBUTE else None,
        )

    return Schema(
        context="datastructure",
        agency=AGENCY,
        id=STRUCTURE,
        version=VERSION,
        components=Components([component(theirs) for theirs in SDMX]),
    )
