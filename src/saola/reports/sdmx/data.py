"""The scores of a run as SDMX data messages."""

from dataclasses import replace
from typing import Any

import polars as pl

from saola.reports.sdmx import concepts as names
from saola.reports.sdmx.concepts import AGENCY, VERSION
from saola.reports.sdmx.structure import component, header
from saola.reports.subject import Subject


def frame(subject: Subject) -> pl.DataFrame:
    """Give the scores under the names of their concepts, codes written as SDMX allows.

    Each row says the run and whether its figure is synthetic, so that none travels without.
    """
    origin = "SYNTHETIC" if subject.run.synthetic else "COMPUTED"
    missing = pl.col("score").is_null()
    rows = subject.scores.sort("unit", "node", "field", "period").with_columns(
        obs_status=pl.when(missing).then(pl.lit("O")).otherwise(pl.lit("A")),
        origin=pl.lit(origin),
        run=pl.lit(subject.run.id),
        **{name: _coded(subject.scores, name) for name in _CODED},
    )
    return rows.select(pl.col(each.column).alias(each.id) for each in names.concepts())


_CODED = ("unit", "node", "field", "group")


def _coded(rows: pl.DataFrame, name: str) -> pl.Expr:
    said = {each: names.code(each) for each in rows[name].drop_nulls().unique()}
    return pl.col(name).replace_strict(said, default=None, return_dtype=pl.String)


def sdmx_csv(subject: Subject) -> bytes:
    """Write the scores as SDMX-CSV 2.0.

    Source: SDMX 3.0, section 5.
    """
    # All as texts: typed, whole numbers with gaps among them would be written `13.0`.
    plain = [component(replace(each, kind="text")) for each in names.concepts()]
    texts = frame(subject).with_columns(pl.all().cast(pl.String))
    return _written(subject, texts, plain, "DATA_SDMX_CSV_2_0_0").encode()


def sdmx_ml(subject: Subject) -> bytes:
    """Write the scores as structure-specific SDMX-ML 3.0.

    Source: SDMX 3.0, section 3A.
    """
    typed = [component(each) for each in names.concepts()]
    options = {"header": header(subject)}
    return _written(subject, frame(subject), typed, "DATA_SDMX_ML_3_0", **options).encode()


def _written(
    subject: Subject, rows: pl.DataFrame, components: list[Any], form: str, **options: Any
) -> str:
    from pysdmx.io import write_sdmx  # noqa: PLC0415  (pysdmx is slow to import)
    from pysdmx.io.format import Format  # noqa: PLC0415
    from pysdmx.io.pd import PandasDataset  # noqa: PLC0415
    from pysdmx.model import Components, Schema  # noqa: PLC0415

    schema = Schema(
        context="datastructure",
        agency=AGENCY,
        id=names.structure_id(subject),
        version=VERSION,
        components=Components(components),
    )
    dataset = PandasDataset(structure=schema, data=rows.to_pandas())
    return str(write_sdmx([dataset], sdmx_format=Format[form], **options))
