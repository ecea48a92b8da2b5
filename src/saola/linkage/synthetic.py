"""Invented people: real name frequencies, and the mistakes of real books, with the truth kept.

The leading surnames have the shares that are commonly quoted (Nguyễn about 38 %, Trần 11, Lê 9.5,
Phạm 7.1, Huỳnh or Hoàng 5.1); the rest, and given and middle names, are frequent ones with rounded
weights of our own. Nobody here exists.
"""

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtri

from saola.errors import InputError

FIRST_BIRTH = dt.date(1930, 1, 1)
LAST_BIRTH = dt.date(2010, 12, 31)
OLD_NUMBERS = 900_000_000
DOUBLE_GIVEN_NAMES = 0.35
COMMUNES = 3_321
SPREAD_OF_COMMUNES = 0.7

SCHEMA = pl.Schema(
    {
        "record": pl.Int64,
        "person": pl.Int64,
        "name": pl.String,
        "sex": pl.String,
        "born": pl.Date,
        "old_number": pl.String,
        "commune": pl.String,
    }
)

Strings = NDArray[np.object_]


@dataclass(frozen=True)
class Faults:
    """How often invented records go wrong.

    Attributes:
        duplicated: Share of persons who have a second record.
        without_tones: Share of second records written without tones and marks.
        typed_wrong: Share of second records with one typing error in the name.
        dated_wrong: Share of second records with a wrong date of birth.
        no_old_number: Share of all records without the old number.
        namesakes: Share of persons who bear the name and birth date of another person.
        moved: Share of second records with another commune.
    """

    duplicated: float = 0.10
    without_tones: float = 0.35
    typed_wrong: float = 0.12
    dated_wrong: float = 0.18
    no_old_number: float = 0.40
    namesakes: float = 0.01
    moved: float = 0.0


def people(persons: int, *, seed: int, faults: Faults | None = None) -> pl.DataFrame:
    """Invent persons and the second records some of them have.

    Args:
        persons: How many persons, at least 2.
        seed: The seed of the generator; the same seed gives the same file.
        faults: The shares of what goes wrong.

    Returns:
        `SCHEMA`, in random order; `person` is the truth: equal for records of one person.

    Raises:
        InputError: If `persons` is below 2.
    """
    if persons < 2:
        raise InputError("people-too-few", found=persons)
    shares = faults or Faults()
    random = np.random.default_rng(seed)
    first = _originals(persons, random, shares)
    second = _duplicates(first, random, shares)
    both = pl.concat([first, second])
    lacking = random.random(both.height) < shares.no_old_number
    order = random.permutation(both.height)
    return (
        both.with_columns(old_number=pl.when(pl.Series(lacking)).then(None).otherwise("old_number"))
        .select(pl.all().gather(order))
        .with_columns(record=pl.int_range(1, both.height + 1, dtype=pl.Int64))
        .select(SCHEMA.names())
        .cast(SCHEMA)
    )


@cache
def _parts() -> dict[tuple[str, str], tuple[Strings, NDArray[np.float64]]]:
    file = resources.files("saola.linkage") / "data" / "name_parts.csv"
    groups: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
        groups.setdefault((row["part"], row["sex"]), []).append((row["name"], float(row["weight"])))
    return {
        key: (
            np.array([name for name, _ in rows], dtype=object),
            np.array([weight for _, weight in rows]) / sum(weight for _, weight in rows),
        )
        for key, rows in groups.items()
    }


def draw_names(
    sexes: NDArray[np.bool_], random: np.random.Generator, *, family: Strings | None = None
) -> Strings:
    """Draw full names.

    Args:
        sexes: True for women, shape (n,).
        random: The generator.
        family: Family names to keep, shape (n,); drawn where none are given.
    """
    table = _parts()
    size = len(sexes)
    drawn: list[Strings] = []
    for part in ("middle", "given"):
        column: Strings = np.empty(size, dtype=object)
        for sex, mask in (("M", ~sexes), ("F", sexes)):
            values, weights = table[part, sex]
            column[mask] = random.choice(values, int(mask.sum()), p=weights)
        drawn.append(column)
    if family is None:
        values, weights = table["family", ""]
        family = random.choice(values, size, p=weights)
    full: Strings = family + " " + drawn[0] + " " + _second_given(sexes, random) + drawn[1]
    return full


def _second_given(sexes: NDArray[np.bool_], random: np.random.Generator) -> Strings:
    """Draw the first token of a given name of two, with its blank; mostly empty."""
    table = _parts()
    column: Strings = np.full(len(sexes), "", dtype=object)
    double = random.random(len(sexes)) < DOUBLE_GIVEN_NAMES
    for sex, mask in (("M", double & ~sexes), ("F", double & sexes)):
        values, weights = table["given", sex]
        column[mask] = random.choice(values, int(mask.sum()), p=weights) + " "
    return column


@cache
def communes() -> tuple[Strings, NDArray[np.float64]]:
    """Give invented communes and their shares of people: sizes are log-normal, as real ones are."""
    codes = np.array([f"{number:05d}" for number in range(1, COMMUNES + 1)], dtype=object)
    ranks = (np.arange(COMMUNES) + 0.5) / COMMUNES
    weights = np.exp(SPREAD_OF_COMMUNES * ndtri(ranks))
    return codes, weights / weights.sum()


def _originals(size: int, random: np.random.Generator, shares: Faults) -> pl.DataFrame:
    women = random.random(size) < 0.5
    full = draw_names(women, random)
    days = random.integers(FIRST_BIRTH.toordinal(), LAST_BIRTH.toordinal() + 1, size)
    twins = random.choice(size, int(size * shares.namesakes), replace=False)
    models = random.integers(0, size, len(twins))
    full[twins], women[twins], days[twins] = full[models], women[models], days[models]
    codes, weights = communes()
    # A step coprime to the range visits every number once: numbers are unique, and look random.
    numbers = (np.arange(size, dtype=np.int64) * 387_420_489 + random.integers(OLD_NUMBERS)) % (
        OLD_NUMBERS
    ) + 100_000_000
    return pl.DataFrame(
        {
            "person": np.arange(1, size + 1),
            "name": pl.Series(full, dtype=pl.String),
            "sex": pl.Series(np.where(women, "F", "M")),
            "born": pl.Series(days - dt.date(1970, 1, 1).toordinal(), dtype=pl.Int32).cast(pl.Date),
            "old_number": pl.Series(numbers).cast(pl.String),
            "commune": pl.Series(random.choice(codes, size, p=weights), dtype=pl.String),
        }
    )


def _duplicates(first: pl.DataFrame, random: np.random.Generator, shares: Faults) -> pl.DataFrame:
    chosen = random.choice(first.height, int(first.height * shares.duplicated), replace=False)
    second = first.select(pl.all().gather(chosen))
    plain = random.random(second.height) < shares.without_tones
    typed = random.random(second.height) < shares.typed_wrong
    dated = random.random(second.height) < shares.dated_wrong
    stripped = _unmarked(pl.col("name"))
    second = second.with_columns(
        name=pl.when(pl.Series(plain)).then(stripped).otherwise(pl.col("name"))
    )
    gone = random.random(second.height) < shares.moved
    codes, weights = communes()
    elsewhere = pl.Series(random.choice(codes, second.height, p=weights), dtype=pl.String)
    second = second.with_columns(
        commune=pl.when(pl.Series(gone)).then(elsewhere).otherwise(pl.col("commune"))
    )
    written = second["name"].to_numpy().copy()
    for row in np.flatnonzero(typed):
        written[row] = mistype(written[row], random)
    births = second["born"].to_list()
    for row in np.flatnonzero(dated):
        births[row] = misdate(births[row], random)
    return second.with_columns(
        name=pl.Series(written, dtype=pl.String), born=pl.Series(births, dtype=pl.Date)
    )


def _unmarked(name: pl.Expr) -> pl.Expr:
    capitals = {"Đ": "D", "đ": "d"}
    return name.str.normalize("NFD").str.replace_all(r"\p{M}", "").str.replace_many(capitals)


def mistype(name: str, random: np.random.Generator) -> str:
    """Make one typing error: a letter lost, doubled, replaced, or swapped with the next."""
    place = int(random.integers(1, len(name) - 1))
    before, letter, after = name[:place], name[place], name[place + 1 :]
    kind = int(random.integers(4))
    if kind == 0:
        return before + after
    if kind == 1:
        return before + letter + letter + after
    if kind == 2:
        return before + "abcdeghiklmnopqrstuvxy"[int(random.integers(22))] + after
    return before + after[0] + letter + after[1:]


def misdate(born: dt.date, random: np.random.Generator) -> dt.date:
    """Make one error in a date: swapped, the first of January, a year off, or another day."""
    kind = int(random.integers(4))
    if kind == 0 and born.day <= 12 and born.day != born.month:
        return born.replace(day=born.month, month=born.day)
    if kind == 1:
        return born.replace(month=1, day=1) if (born.month, born.day) != (1, 1) else born
    if kind == 2:
        step = 1 if random.random() < 0.5 else -1
        return born.replace(year=born.year + step, day=min(born.day, 28))
    day = int(random.integers(1, 29))
    return born.replace(day=day if day != born.day else day % 28 + 1)
