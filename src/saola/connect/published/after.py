"""Observations after the plan: how many people each commune then has with service."""

import polars as pl

from saola import observations
from saola.connect.stations import stations

PERSONS = "persons"
SERVED = "persons-with-service"
COVERED_4G = "persons-4g"  # by 4G or better, as the framework `online-activity` counts
COVERED_5G = "persons-5g"


def mobile(generation: str) -> list[str]:
    """Name the kinds of station that cover people outdoors with a generation or a better one.

    Roof antennas and satellite terminals serve households and cover nobody outdoors.
    """
    better = {"4G": ("4G", "5G"), "5G": ("5G",)}[generation]
    return [
        kind.name
        for kind in stations().values()
        if any(one.startswith(better) and "roof" not in one for one in kind.carriers)
    ]


def gained(settlements: pl.DataFrame) -> pl.DataFrame:
    """Sum what each commune gains.

    Args:
        settlements: A plan's settlements: `unit, people, served, technology, connected`.

    Returns:
        One row a commune: `unit, people, before, after, new_4g, new_5g`, people each.
    """
    new = pl.when("served").then(0.0).otherwise("connected")
    return settlements.group_by("unit", maintain_order=True).agg(
        people=pl.sum("people"),
        before=pl.col("people").filter(pl.col("served")).sum(),
        after=pl.sum("connected"),
        new_4g=new.filter(pl.col("technology").is_in(mobile("4G"))).sum(),
        new_5g=new.filter(pl.col("technology").is_in(mobile("5G"))).sum(),
    )


def after(settlements: pl.DataFrame, period: str, *, name: str, synthetic: bool) -> pl.DataFrame:
    """Give the observations after a plan, of the settlements it knows.

    Args:
        settlements: The plan's settlements.
        period: When the plan is built.
        name: Of the plan.
        synthetic: Whether places, people or terrain are invented.
    """
    check = "synthetic" if synthetic else "modelled"
    rows = []
    for row in gained(settlements).iter_rows(named=True):
        values = {PERSONS: row["people"], SERVED: row["after"]}
        values |= {
            COVERED_4G: row["before"] + row["new_4g"],
            COVERED_5G: row["new_5g"],
        }
        rows += [
            {
                "indicator": code, "unit": row["unit"], "period": period, "value": value,
                "check": check, "status": "F", "source": f"saola connect plan: {name}",
            }
            for code, value in values.items()
        ]  # fmt: skip
    return observations.frame(rows)
