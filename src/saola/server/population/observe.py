"""People as observations: by commune, sex and age, small cells left out."""

from pathlib import Path

import polars as pl
from django.conf import settings

from saola import observations as table
from saola.periods import Period
from saola.server.population import digitised, snapshot, statistics
from saola.server.registries.digitised import observed

INDICATOR = "population"


def observations(period: Period) -> pl.DataFrame:
    """Count the persons on the last day of a period, from the latest snapshot.

    Args:
        period: The period.

    Returns:
        One row a commune, sex and age shown, `SEX=F;AGE=65-69`, and each commune's total; and how
        far each commune's records are, `population-digitised-<step>`.
    """
    keyed = pl.col("records").filter(pl.col("step") == "keyed").first().over("commune")
    enough = digitised.counts().filter((keyed >= statistics.LEAST) | (keyed == 0))
    rows = observed(enough, period, "population")
    rows += _people(snapshot.latest(settings.HOME), period)
    return table.frame(rows) if rows else pl.DataFrame(schema=table.SCHEMA)


def _people(file: Path | None, period: Period) -> list[dict[str, object]]:
    if file is None:
        return []
    cells = statistics.cells(file, on=period.end)
    shown = statistics.suppressed(cells).drop_nulls("persons")
    total = cells.group_by("commune").agg(pl.col("persons").sum())
    total = total.filter(pl.col("persons") >= statistics.LEAST).sort("commune")
    rows = [_row(period, c, f"SEX={s};AGE={a}", n) for c, s, a, n in shown.iter_rows()]
    rows += [_row(period, commune, "_T", count) for commune, count in total.iter_rows()]
    return rows


def _row(period: Period, unit: str, breakdown: str, count: int) -> dict[str, object]:
    return {
        "indicator": INDICATOR,
        "unit": unit,
        "period": str(period),
        "breakdown": breakdown,
        "value": float(count),
        "check": "measured",
        "source": "saola.population",
    }
