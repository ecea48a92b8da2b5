"""Land as observations: parcels and area by commune and land type, and how far records are."""

import polars as pl
from django.conf import settings
from django.db import connections

from saola import observations as table
from saola.periods import Period
from saola.server.land import digitised, land_types
from saola.server.registries.digitised import observed

DATABASE = "land"
PARCELS, AREA = "land-parcels", "land-area"
_QUERY = """
SELECT commune, land_type, count(*), sum(area) FROM land_version
WHERE superseded IS NULL AND "end" IS NULL GROUP BY commune, land_type
"""
TYPES = pl.Schema(
    {"commune": pl.String, "type": pl.String, "parcels": pl.Float64, "area": pl.Float64}
)
HECTARE_M2 = 10_000.0


def _carried(frame: pl.DataFrame) -> pl.DataFrame:
    """Count land under the types of the newest list, so that years and records compare."""
    types = frame["type"].unique().to_list()
    newer = {each: land_types.crosswalk(each, settings.HOME) for each in types}
    renamed = frame.with_columns(pl.col("type").replace(newer))
    return renamed.group_by("commune", "type").agg(pl.col("parcels", "area").sum())


def observations(period: Period) -> pl.DataFrame:
    """Count the parcels that the register holds now.

    Args:
        period: The period that the counts are entered for.

    Returns:
        `land-parcels` and `land-area` (hectares) of each commune, in all and by land type of the
        newest list (`LAND=LUC`), and `land-digitised-<step>`.
    """
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(_QUERY)
        frame = pl.DataFrame(cursor.fetchall(), schema=TYPES, orient="row", strict=False)
    frame = _carried(frame)
    whole = frame.group_by("commune").agg(pl.col("parcels", "area").sum())
    every = pl.concat([whole.with_columns(type=pl.lit("")).select(TYPES.names()), frame])
    rows: list[dict[str, object]] = []
    for commune, kind, parcels, area in every.sort("commune", "type").iter_rows():
        same = {
            "unit": commune,
            "period": str(period),
            "breakdown": f"LAND={kind}" if kind else "_T",
            "check": "measured",
            "source": "saola.land",
        }
        rows.append(same | {"indicator": PARCELS, "value": parcels})
        rows.append(same | {"indicator": AREA, "value": area / HECTARE_M2})
    rows += observed(digitised.counts(), period, "land")
    return table.frame(rows) if rows else pl.DataFrame(schema=table.SCHEMA)
