"""How counts grow over the quarters: an S-curve in logits, seasons, places that differ."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saola.demo.quantities import Quantity

Values = npt.NDArray[np.float64]

SEASONS = np.array([1.06, 0.99, 0.92, 1.03])  # holidays in the first weeks, a slow summer
PILLARS = ("foundation", "government", "economy", "society")


@dataclass(frozen=True)
class Bodies:
    """Bodies of one level that count things.

    Attributes:
        level: `commune`, `province` or `ministry`.
        scale: Their size beside the mean body, quarters × bodies.
        people: Their inhabitants, quarters × bodies.
        ease: How easily they go online, standard units, shape (bodies,).
        weights: How their work is shared over fields, fields × bodies; columns sum to 1.
        desk: Which have public services, shape (bodies,).
    """

    level: str
    scale: Values
    people: Values
    ease: Values
    weights: Values
    desk: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Climate:
    """What bodies of one level have in common and what sets them apart, drawn once.

    Attributes:
        pillar: Strength of each body in each pillar, in logits.
        pace: How much faster or slower each body moves, shape (bodies,).
        field: Strength of each field, in logits, fields × bodies.
    """

    pillar: Mapping[str, Values]
    pace: Values
    field: Values


def climate(rng: np.random.Generator, bodies: Bodies) -> Climate:
    """Draw what sets bodies apart."""
    count = len(bodies.ease)
    fields = len(bodies.weights)
    common = rng.normal(0, 0.35, (fields, 1)) if fields > 1 else np.zeros((1, 1))
    own = rng.normal(0, 0.2, (fields, count)) if fields > 1 else np.zeros((1, count))
    return Climate(
        {name: rng.normal(0, 0.3, count) for name in PILLARS},
        rng.normal(0, 0.08, count),
        common + own,
    )


def size(rng: np.random.Generator, quantity: Quantity, bodies: Bodies, *, split: bool) -> Values:
    """Give a whole: quarters × fields × bodies.

    Args:
        rng: The source of chance.
        quantity: Of kind `size`.
        bodies: Who counts it.
        split: Whether it is counted by field.
    """
    basis = quantity.at(bodies.level)
    scale = np.ones_like(bodies.scale) if quantity.per == "unit" else bodies.scale
    if bodies.level == "commune" and quantity.per == "person":
        scale = bodies.people
    weights = bodies.weights if split else np.ones((1, len(bodies.ease)))
    # One a person is the people themselves; any other size differs from place to place.
    own = weights[None] * (1.0 if basis == 1 else rng.lognormal(0, 0.12, (1, *weights.shape)))
    found = basis * scale[:, None, :] * own
    if quantity.flow:
        seasons = np.resize(SEASONS, len(found))[:, None, None]
        found = found * seasons * rng.lognormal(0, 0.06, found.shape)
    counted: Values = np.round(found)
    return np.where(bodies.desk | (not quantity.desk), counted, np.nan)


def share(
    rng: np.random.Generator, quantity: Quantity, whole: Values, bodies: Bodies, weather: Climate
) -> Values:
    """Give a part of a whole in the same layout.

    Args:
        rng: The source of chance.
        quantity: Of kind `share`.
        whole: The whole it is a part of.
        bodies: Who counts it.
        weather: What sets them apart.
    """
    quarters, fields, count = whole.shape
    low, high = _logit(quantity.start), _logit(quantity.end)
    level = low + (high - low) * _curve(quarters)[:, None, None] * (1 + weather.pace)
    place = quantity.load * bodies.ease + weather.pillar[quantity.pillar]
    field = weather.field if fields > 1 else np.zeros((1, count))
    lasting = rng.normal(0, 2 * quantity.noise, (fields, count))
    passing = rng.normal(0, 0.25 * quantity.noise, whole.shape)
    rate = 1 / (1 + np.exp(-(level + place + field + lasting + passing)))
    counted: Values = np.minimum(np.round(rate * whole), whole)
    return counted


def count(rng: np.random.Generator, quantity: Quantity, bodies: Bodies, quarters: int) -> Values:
    """Give a plain count: quarters × 1 × bodies."""
    step = quantity.start + (quantity.end - quantity.start) * _curve(quarters)[:, None]
    own = np.exp(
        quantity.load * 0.4 * bodies.ease + rng.normal(0, quantity.noise, bodies.ease.shape)
    )
    found: Values = np.floor(step * own + rng.random((quarters, len(bodies.ease))))[:, None, :]
    return np.where(bodies.desk | (not quantity.desk), found, np.nan)


def words(rng: np.random.Generator, quantity: Quantity, bodies: Bodies, quarters: int) -> Values:
    """Give the place of a category among the words: quarters × 1 × bodies; it never falls."""
    low, high = _logit(quantity.start), _logit(quantity.end)
    level = low + (high - low) * _curve(quarters)[:, None]
    rate = level + quantity.load * bodies.ease + rng.normal(0, 0.5, bodies.ease.shape)
    place = np.floor(len(quantity.words) / (1 + np.exp(-rate)))[:, None, :]
    return np.where(bodies.desk | (not quantity.desk), place, np.nan)


def _curve(quarters: int) -> Values:
    """Rise from 0 to 1, slowly at both ends."""
    time = np.linspace(0, 1, quarters) if quarters > 1 else np.zeros(1)
    return np.asarray(0.6 * time + 0.4 * (3 * time**2 - 2 * time**3))


def _logit(share_: float) -> float:
    return float(np.log(share_ / (1 - share_)))
