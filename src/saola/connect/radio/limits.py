"""Values that must lie in a range, and what is said where they do not."""

import math

from saola.errors import InputError, SaolaError


def outside(name: str, value: float, low: float, high: float, unit: str) -> list[SaolaError]:
    """Give the error of a value that is not a number within bounds, or nothing.

    Args:
        name: The argument, option or column.
        value: What it holds.
        low: The least value allowed.
        high: The greatest value allowed.
        unit: Of value and bounds.
    """
    if math.isfinite(value) and low <= value <= high:
        return []
    found = f"{value:g} {unit}".strip()
    bounds = {"low": f"{low:g}", "high": f"{high:g} {unit}".strip()}
    return [InputError("radio-out-of-range", where=name, found=found, **bounds)]
