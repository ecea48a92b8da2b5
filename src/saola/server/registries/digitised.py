"""How far a commune's records are: steps, and the official campaigns' groups.

Group 1 is usable, group 2 to be corrected. Group 3 (to be rebuilt from paper), what is scanned, and
a commune's own approval happen outside the register and cannot be counted here.
"""

from collections import Counter
from collections.abc import Mapping

import polars as pl

from saola.periods import Period

COUNTS = pl.Schema({"commune": pl.String, "step": pl.String, "records": pl.Int64})


def counts(held: Mapping[str, Mapping[str, int]], waiting: Counter[str]) -> pl.DataFrame:
    """Put together what is held and what waits.

    Args:
        held: Commune → step → records of the register; `validated`, `group-1` and `group-2` among
            the steps.
        waiting: Commune → rows set aside.

    Returns:
        `COUNTS`, with `keyed` and what waits in `group-2`.
    """
    rows: list[tuple[str, str, int]] = []
    for commune in sorted({*held, *waiting}):
        steps, aside = held.get(commune, {}), waiting[commune]
        said = {
            "keyed": steps.get("validated", 0) + aside,
            "validated": 0,
            **steps,
            "group-2": steps.get("group-2", 0) + aside,
        }
        rows += [(commune, step, count) for step, count in said.items()]
    return pl.DataFrame(rows, schema=COUNTS, orient="row")


def observed(counted: pl.DataFrame, period: Period, register: str) -> list[dict[str, object]]:
    """Give counts as rows of observations: indicator `<register>-digitised-<step>`.

    Args:
        counted: `COUNTS`.
        period: The period.
        register: The register's name.
    """
    return [
        {
            "indicator": f"{register}-digitised-{step}",
            "unit": commune,
            "period": str(period),
            "breakdown": "_T",
            "value": float(records),
            "check": "measured",
            "source": f"saola.{register}",
        }
        for commune, step, records in counted.iter_rows()
    ]
