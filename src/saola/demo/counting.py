"""What bodies count themselves, by field where the framework asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saola import frameworks
from saola.demo import growth
from saola.demo.growth import Bodies
from saola.demo.ledger import Count, Ledger
from saola.demo.quantities import Quantity, quantities

Values = npt.NDArray[np.float64]
Made = dict[str, Values]

FRAMEWORK = "online-activity"


def counted(
    rng: np.random.Generator,
    bodies: Bodies,
    quarters: int,
    ledger: Ledger,
    units: Sequence[str],
    fields: Sequence[str],
) -> Made:
    """Count everything that these bodies count themselves, by field where the framework asks."""
    weather = growth.climate(rng, bodies)
    by_field = _fielded() if fields else set()
    made: Made = {}
    for quantity in quantities():
        if quantity.at(bodies.level) <= 0:
            continue
        split = quantity.code in by_field
        if quantity.kind == "size":
            found = growth.size(rng, quantity, bodies, split=split)
        elif quantity.kind == "share":
            whole = _fitting(made[quantity.of], split=split)
            found = growth.share(rng, quantity, whole, bodies, weather)
        elif quantity.kind == "count":
            found = growth.count(rng, quantity, bodies, quarters)
        else:
            found = growth.words(rng, quantity, bodies, quarters)
        made[quantity.code] = found
        told = _Told(units, fields, bodies.desk)
        _write(ledger, told, quantity, made)
    return made


def _fitting(whole: Values, *, split: bool) -> Values:
    """Give a whole by field, or its total where the part is not counted by field."""
    return whole if split else _total(whole)


def _total(values: Values) -> Values:
    """Add the fields up; bodies without fields keep what they have."""
    if values.shape[1] == 1:
        return values
    counted = np.nansum(values, axis=1, keepdims=True)
    return np.where(np.isnan(values).all(axis=1, keepdims=True), np.nan, counted)


@dataclass(frozen=True)
class _Told:
    """Who tells what to the centre: fields are told only by bodies with public services."""

    units: Sequence[str]
    fields: Sequence[str]
    by_field: npt.NDArray[np.bool_]


def _write(ledger: Ledger, told: _Told, quantity: Quantity, made: Made) -> None:
    found = made[quantity.code]
    if found.shape[1] > 1:
        # Where there is nothing to count in a field, nothing is told of it.
        basis = made.get(quantity.of, found)
        filled = np.where((basis > 0) & told.by_field, found, np.nan)
        ledger.put(told.units, Count(quantity.code, filled), fields=told.fields)
    # A commune asks few: a fifteenth of what a province asks, and a dozen at least.
    sample = quantity.sample if told.fields else max(quantity.sample / 15, 12.0)
    sample *= quantity.sample > 0
    whole = _total(made[quantity.of]) if quantity.of in made else None
    total = Count(quantity.code, _total(found), words=quantity.words, sample=sample, whole=whole)
    ledger.put(told.units, total)


def _fielded() -> set[str]:
    """Name the inputs that some indicator counts by field, with their wholes."""
    found = frameworks.framework(FRAMEWORK)
    return {
        code for indicator in found.indicators if indicator.fields for code in indicator.rule.codes
    }
