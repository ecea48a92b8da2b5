"""The parcels of the demo: a file a commune, held by people of its population register."""

import numpy as np
import polars as pl

from saola.cadastre.synthetic import ORIGIN, Faults
from saola.server.land import synthetic

PARCELS = 144  # a commune
FAULTY = 0.05
KNOWN = 0.97  # share of parcels whose holders the population register knows
SHAPES = Faults(overlap=0.014, gap=0.014, crossed=0.007, area=0.02)
APART_M = 2_000.0
OURS = ("holder", "holder_number")


def sheets(seed: int, people: pl.DataFrame, communes: list[str]) -> pl.DataFrame:
    """Invent a file of the parcels of some communes.

    Args:
        seed: The same seed gives the same parcels.
        people: Who holds them: rows of a file of persons.
        communes: Where they lie.
    """
    return pl.concat(
        [_commune(seed + place, people, code, place) for place, code in enumerate(communes)]
    )


def _commune(seed: int, people: pl.DataFrame, code: str, place: int) -> pl.DataFrame:
    east = ORIGIN[0] + APART_M * place
    frame = synthetic.parcels(
        PARCELS, seed=seed, faulty=FAULTY, commune=code, shapes=SHAPES, origin=(east, ORIGIN[1])
    )
    random = np.random.default_rng([seed, 11])
    adults = people.filter(
        pl.col("fault") == "", pl.col("commune") == code, pl.col("born") < "2005"
    )
    one, other = (
        adults.gather(random.integers(0, adults.height, frame.height)).select(
            holder="name", holder_number="number"
        )
        for _ in range(2)
    )
    couple = frame["holder"].str.contains(";") & (one["holder_number"] != other["holder_number"])
    held = pl.Series(random.random(frame.height) < KNOWN) & ~frame["fault"].is_in(
        ["holder_number", "share"]
    )
    columns = [
        pl.when(held & couple)
        .then(pl.lit(one[name]) + ";" + pl.lit(other[name]))
        .when(held)
        .then(pl.lit(one[name]))
        .otherwise(name)
        .alias(name)
        for name in OURS
    ]
    share = pl.when(held & ~couple).then(pl.lit("1")).otherwise("share").alias("share")
    return frame.with_columns(*columns, share)
