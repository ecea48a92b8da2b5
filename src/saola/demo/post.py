"""What reaches the centre: some cells are lost, some reports late, some wrong at first."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from saola.demo.country import CODE

LOST, LATE, CORRECTED = 0.012, 0.035, 0.002
COMMUNES_LATE_AT_THE_END = 0.09


@dataclass(frozen=True)
class Reports:
    """What reached the centre.

    Attributes:
        on_time: Observations of the first batch.
        late: Those that came after it: late reports of earlier quarters, and corrections. Reports
            of the last quarter that are late have not come yet.
    """

    on_time: pl.DataFrame
    late: pl.DataFrame


def sent(rng: np.random.Generator, truth: pl.DataFrame, quarters: Sequence[str]) -> Reports:
    """Lose some cells, delay some reports, and let some be wrong at first."""
    who = truth.select(
        unit=pl.col("unit").rank("dense") - 1,
        time=pl.col("period").replace_strict(
            list(quarters), list(range(len(quarters))), return_dtype=pl.Int64
        ),
    )
    unit, time = who["unit"].to_numpy(), who["time"].to_numpy()
    draw = rng.random((int(unit.max()) + 1, len(quarters)))[unit, time]
    commune = truth["unit"].str.starts_with(f"{CODE}.C.").to_numpy()
    tardy = draw < np.where(commune & (time == time.max()), COMMUNES_LATE_AT_THE_END, LATE)
    national = (truth["unit"] == CODE).to_numpy()
    late = tardy & ~national
    lost = (rng.random(truth.height) < LOST) & ~national
    counted = truth["value"].is_not_null().to_numpy()
    wrong = (rng.random(truth.height) < CORRECTED) & ~late & ~lost & counted
    factor = np.where(wrong, rng.uniform(0.8, 1.15, truth.height), 1.0)
    first = truth.with_columns(
        value=pl.when(pl.Series(wrong)).then((pl.col("value") * factor).round()).otherwise("value"),
        status=pl.when(pl.Series(wrong)).then(pl.lit("P")).otherwise("status"),
    )
    came = late & (time < len(quarters) - 1)
    return Reports(
        on_time=first.filter(pl.Series(~late & ~lost)),
        late=truth.filter(pl.Series((came & ~lost) | np.asarray(wrong))),
    )
