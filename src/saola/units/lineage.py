"""What became of a unit, and how values are carried over from one frame of units to the next."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from saola.errors import InputError

# mean: plain mean of the predecessors' values, whatever their size.
# sum: sum of the predecessors' values, each times its share (counts).
# none: the successor is named, but no value is carried over.
RULES = ("mean", "sum", "none")


@dataclass(frozen=True, slots=True)
class Lineage:
    """One step: on `date` the unit `old` went, or a share of it, into the unit `new`.

    Attributes:
        old: Code of the predecessor.
        new: Code of the successor.
        date: First day of the successor.
        share: Share of the predecessor that went there, in 0..1.
        rule: `mean`, `sum` or `none`.
    """

    old: str
    new: str
    date: dt.date
    share: float
    rule: str


def rebase(
    frame: pl.DataFrame, steps: Iterable[Lineage], *, on: dt.date, values: Sequence[str]
) -> pl.DataFrame:
    """Carry the values of a frame over to the units of another day.

    A unit that replaces others takes the unweighted mean of their values (rule `mean`) or the sum
    of their shares (rule `sum`). Where a predecessor is missing, or has no value, the successor
    has none: a mean over fewer would be another figure. A unit without successor stays.

    Args:
        frame: A column `unit`, the columns named in `values`, and any further key columns, within
            whose values the units are carried over apart.
        steps: The lineage.
        on: The day whose units are wanted.
        values: Names of the columns to carry over.

    Raises:
        InputError: If a column is missing.

    Source: DTI 2024, the 34 provinces take the mean of their predecessors' main-index values.
    """
    missing = [name for name in ("unit", *values) if name not in frame.columns]
    if missing:
        raise InputError("unit-columns", found=", ".join(frame.columns), missing=", ".join(missing))
    frame = frame.with_columns(pl.col(name).cast(pl.Float64) for name in values)
    steps = [step for step in steps if step.date <= on]
    for date in sorted({step.date for step in steps}):
        frame = _step(frame, [step for step in steps if step.date == date], values)
    return frame


def _step(frame: pl.DataFrame, steps: list[Lineage], values: Sequence[str]) -> pl.DataFrame:
    carried = [step for step in steps if step.rule != "none"]
    gone = {step.old for step in steps}
    keys = [name for name in frame.columns if name != "unit" and name not in values]
    table = pl.DataFrame(
        {
            "unit": [step.old for step in carried],
            "_new": [step.new for step in carried],
            "_share": [step.share if step.rule == "sum" else 1.0 for step in carried],
            "_mean": [step.rule == "mean" for step in carried],
        },
        schema={"unit": pl.String, "_new": pl.String, "_share": pl.Float64, "_mean": pl.Boolean},
    ).with_columns(_count=pl.len().over("_new"))
    went = frame.join(table, on="unit", how="inner")
    stays = frame.filter(~pl.col("unit").is_in(list(gone)))
    if went.is_empty():
        return stays
    totals = [
        pl.when(pl.col(name).count() == pl.col("_count").first())
        .then(
            (pl.col(name) * pl.col("_share")).sum()
            / pl.when(pl.col("_mean").first()).then(pl.col("_count").first()).otherwise(1)
        )
        .alias(name)
        for name in values
    ]
    new = went.group_by("_new", *keys, maintain_order=True).agg(totals)
    new = new.rename({"_new": "unit"}).select(frame.columns)
    return pl.concat([stays, new]).sort("unit", *keys)
