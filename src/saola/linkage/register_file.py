"""Invented files of the 26 items of the population register, with faulty rows among them."""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from saola.linkage import synthetic
from saola.linkage.personal_numbers import issuers

FAULTS = ("no-name", "number-short", "number-sex", "number-year", "date", "sex", "number-twice")
ETHNICITIES = ("Kinh", "Tày", "Thái", "Mường", "Khmer", "Mông", "Nùng", "Hoa", "Dao", "Gia Rai")
MARITAL = ("single", "married", "widowed", "divorced")


PERSONS_A_BLOCK = 1_000_000


def blocks(
    persons: int, *, seed: int, faulty: float = 0.10, communes: Sequence[str] = ()
) -> Iterator[pl.DataFrame]:
    """Invent a file of any size, a block of `PERSONS_A_BLOCK` rows at a time.

    Args and rows: as `people`; households and the ends of numbers go on from block to block.
    """
    for block, first in enumerate(range(0, max(persons, 1), PERSONS_A_BLOCK)):
        size = min(PERSONS_A_BLOCK, persons - first)
        yield people(
            size, seed=seed + 1_000_003 * block, faulty=faulty, first=first, communes=communes
        )


def people(
    persons: int,
    *,
    seed: int,
    faulty: float = 0.10,
    first: int = 0,
    communes: Sequence[str] = (),
) -> pl.DataFrame:
    """Invent a file of persons for an intake.

    Args:
        persons: How many rows.
        seed: The same seed gives the same file.
        faulty: Share of rows with one fault.
        first: How many persons were invented before these.
        communes: Codes of invented communes they live in; by default those of an invented country.

    Returns:
        Text columns named as the register's fields, and `fault`: what is wrong, empty for nothing.
    """
    random = np.random.default_rng(seed)
    clean = synthetic.Faults(duplicated=0.0, namesakes=0.0)
    frame = synthetic.people(persons, seed=seed, faults=clean).sort("person")
    size = frame.height
    places = np.array(sorted(issuers()))
    household = pl.Series(first // 4 + np.sort(random.integers(0, max(size // 4, 1), size)))
    year, women = pl.col("born").dt.year(), (pl.col("sex") == "F").cast(pl.Int32)
    digit = (2 * (year // 100 - 19) + women).cast(pl.String)
    # A step coprime to a million keeps the six last digits apart within a province and year.
    serial = ((pl.col("person") + first) * 387_421 % 1_000_000).cast(pl.String).str.zfill(6)
    parents = [synthetic.draw_names(np.full(size, sex), random) for sex in (False, True)]
    rows = frame.with_columns(
        place=pl.Series(random.choice(places, size), dtype=pl.String),
        household=household,
        ethnicity=pl.Series(random.choice(ETHNICITIES, size, p=_weights(len(ETHNICITIES)))),
        marital=pl.Series(random.choice(MARITAL, size)),
        father=pl.Series(parents[0], dtype=pl.String),
        mother=pl.Series(parents[1], dtype=pl.String),
        phone=pl.Series([f"09{digits:08d}" for digits in random.integers(0, 10**8, size)]),
    ).select(
        "name",
        number=pl.col("place") + digit + (year % 100).cast(pl.String).str.zfill(2) + serial,
        old_number="old_number",
        born=pl.col("born").cast(pl.String),
        sex="sex",
        birth_place="place",
        native_place="place",
        ethnicity="ethnicity",
        religion=pl.lit("none"),
        nationality=pl.lit("VNM"),
        blood=pl.lit("O"),
        commune=_living(communes),
        address=pl.lit("House ") + pl.col("household").cast(pl.String),
        household=pl.lit("H") + pl.col("household").cast(pl.String).str.zfill(9),
        relation=pl.lit("member"),
        marital="marital",
        father="father",
        mother="mother",
        phone="phone",
    )
    return _spoil(rows, random, faulty)


def _living(communes: Sequence[str]) -> pl.Expr:
    """Give the codes of the communes that were drawn."""
    if not communes:
        return pl.lit("XSA.C.") + pl.col("commune")
    place = (pl.col("commune").cast(pl.UInt32) - 1) % len(communes)
    return pl.lit(pl.Series(communes)).gather(place)


def _weights(size: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    weights = np.concatenate([[85.0], np.full(size - 1, 15.0 / (size - 1))])
    shares: np.ndarray[tuple[int], np.dtype[np.float64]] = weights / weights.sum()
    return shares


def _spoil(rows: pl.DataFrame, random: np.random.Generator, share: float) -> pl.DataFrame:
    kinds = np.full(rows.height, "", dtype=object)
    hit = np.flatnonzero(random.random(rows.height) < share)
    kinds[hit] = random.choice(FAULTS, len(hit))
    kinds[:1] = ""  # the first row has none before it to repeat
    rows = rows.with_columns(fault=pl.Series(kinds, dtype=pl.String))
    fault, number = pl.col("fault"), pl.col("number")

    def where(kind: str, instead: pl.Expr, column: str) -> pl.Expr:
        return pl.when(fault == kind).then(instead).otherwise(pl.col(column)).alias(column)

    other = (pl.when(number.str.slice(3, 1).cast(pl.Int32) % 2 == 0).then(1).otherwise(-1)) + (
        number.str.slice(3, 1).cast(pl.Int32)
    )
    later = (number.str.slice(4, 2).cast(pl.Int32) + 7) % 100
    wrong = (
        pl.when(fault == "number-short")
        .then(number.str.slice(0, 11))
        .when(fault == "number-sex")
        .then(number.str.slice(0, 3) + other.cast(pl.String) + number.str.slice(4))
        .when(fault == "number-year")
        .then(number.str.slice(0, 4) + later.cast(pl.String).str.zfill(2) + number.str.slice(6))
        .otherwise(number)
    )
    return rows.with_columns(
        where("no-name", pl.lit(None, dtype=pl.String), "name"),
        where("date", pl.lit("31/02/1980"), "born"),
        where("sex", pl.lit("?"), "sex"),
        number=wrong,
    ).with_columns(_twice())


def _twice() -> pl.Expr:
    """Let a row repeat the number of the last sound row before it."""
    sound = pl.when(pl.col("fault") == "").then(pl.col("number")).forward_fill()
    return (
        pl.when(pl.col("fault") == "number-twice")
        .then(sound)
        .otherwise(pl.col("number"))
        .alias("number")
    )
