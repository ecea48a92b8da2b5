"""The people of the demo: two files of invented persons in communes of the invented country."""

import unicodedata

import numpy as np
import polars as pl

from saola.linkage import register_file, synthetic

PERSONS = 2_400
FAULTY = 0.04
DOUBLES = 18
AGAIN = 5  # persons who come again under their own number
SHARES = (0.30, 0.22, 0.17, 0.13, 0.10, 0.08)  # of the communes
MARKED = str.maketrans("Đđ", "Dd")


def book(seed: int, communes: list[str]) -> pl.DataFrame:
    """Invent the file of the register's first fill.

    Args:
        seed: The same seed gives the same people.
        communes: Where they live, at most as many as `SHARES`.

    Returns:
        Rows as `register_file.people` gives, households in one commune each.
    """
    frame = register_file.people(PERSONS, seed=seed, faulty=FAULTY)
    random = np.random.default_rng([seed, 9])
    houses = frame["household"].unique(maintain_order=True)
    weights = np.array(SHARES[: len(communes)])
    drawn = random.choice(communes, houses.len(), p=weights / weights.sum())
    homes = pl.DataFrame({"household": houses, "commune": drawn})
    births = pl.Series(random.choice(communes, frame.height))
    first = pl.int_range(pl.len()).over("household") == 0
    return (
        frame.drop("commune")
        .join(homes, on="household", how="left", maintain_order="left")
        .with_columns(
            birth_place=births,
            native_place=pl.col("commune"),
            nationality=pl.lit(communes[0].partition(".")[0]),
            relation=pl.when(first).then(pl.lit("head")).otherwise(pl.lit("member")),
            head=pl.when(~first).then(pl.col("name").first().over("household")),
        )
    )


def old_book(seed: int, people: pl.DataFrame) -> pl.DataFrame:
    """Invent a file from older books: second records of some persons, others come again.

    Args:
        seed: The same seed gives the same file.
        people: What `book` gave.
    """
    random = np.random.default_rng([seed, 10])
    sound = people.filter(pl.col("fault") == "", pl.col("old_number").is_not_null())
    chosen = sound.gather(random.choice(sound.height, DOUBLES + AGAIN, replace=False))
    doubles, again = chosen.head(DOUBLES), chosen.tail(AGAIN)
    names = [_written(name, place, random) for place, name in enumerate(doubles["name"])]
    doubles = doubles.with_columns(
        name=pl.Series(names),
        number=pl.lit(None, dtype=pl.String),
        old_number=pl.when(pl.int_range(pl.len()) % 2 == 0).then("old_number"),
        phone=pl.lit(None, dtype=pl.String),
    )
    return pl.concat([doubles, again])


def _written(name: str, place: int, random: np.random.Generator) -> str:
    """Write a name as an old book has it: without tones, with a slip, or as it is."""
    if place % 3 == 0:
        plain = unicodedata.normalize("NFD", name.translate(MARKED))
        return "".join(sign for sign in plain if not unicodedata.combining(sign))
    return synthetic.mistype(name, random) if place % 3 == 1 else name
