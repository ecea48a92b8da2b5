"""Who is left behind: a share of people split between two groups that differ."""

import csv
from collections.abc import Iterator
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]


@cache
def _rows() -> tuple[dict[str, str], ...]:
    file = resources.files("saola") / "data" / "demo" / "gaps.csv"
    return tuple(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def split(
    rng: np.random.Generator, users: Values, persons: Values, country: Values
) -> Iterator[tuple[str, Values, Values]]:
    """Split users and persons by sex, place, disability and age.

    The two groups of a pair meet the users of the whole, but for age, where children are left out.

    Args:
        rng: The source of chance.
        users: Users, quarters × units.
        persons: People in the same layout.
        country: Share of people in the country, in the same layout.

    Yields:
        A breakdown, its users and its persons.
    """
    rate = np.clip(users / persons, 1e-6, 1 - 1e-6)
    for row in _rows():
        part = float(row["share"]) if row["share"] else np.clip(country, 0.02, 0.98)
        gap = np.linspace(float(row["start"]), float(row["end"]), len(users))[:, None]
        gap = gap * rng.lognormal(0, 0.25, users.shape[1])
        grown = 0.66 if row["group"].startswith("AGE") else 1 - part
        other = _other(rate, part / (part + grown), gap)
        for name, size, level in (
            (row["group"], part, other + gap),
            (row["other"], grown, other),
        ):
            people = np.round(persons * size)
            yield name, np.round(people / (1 + np.exp(-level))), people


def _other(rate: Values, part: Values | float, gap: Values) -> Values:
    """Find the level of the second group at which both together have the rate, by bisection."""
    low, high = np.full(rate.shape, -30.0), np.full(rate.shape, 30.0)
    for _ in range(50):
        middle = (low + high) / 2
        found = part / (1 + np.exp(-(middle + gap))) + (1 - part) / (1 + np.exp(-middle))
        low, high = np.where(found < rate, middle, low), np.where(found < rate, high, middle)
    return np.asarray((low + high) / 2)
