"""Checks of the keys of a recipe step; each field of a step carries one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, field, fields
from typing import Any, ClassVar, Protocol

from saola.errors import InputError, SaolaError

Check = Callable[[Any], tuple[Any, str]]


class StepKind(Protocol):
    """What every step class offers: a kind, and fields that carry checks."""

    kind: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


def _field(check: Check, default: Any) -> Any:
    if isinstance(default, dict):
        return field(default_factory=dict, metadata={"check": check}, hash=False)
    return field(default=default, metadata={"check": check})


def choice(default: str, *options: str) -> Any:
    """Take one of several words."""
    words = (default, *options)

    def check(value: Any) -> tuple[Any, str]:
        return value, "" if value in words else ", ".join(words)

    return _field(check, default)


def number(default: float | None, low: float = float("-inf"), high: float = float("inf")) -> Any:
    """Take a number from `low` to `high`."""

    def check(value: Any) -> tuple[Any, str]:
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if not good or not low <= float(str(value)) <= high:
            return value, f"{low:g} … {high:g}"
        return float(str(value)), ""

    return _field(check, default)


def whole(default: int, low: int = 0) -> Any:
    """Take a whole number not below `low`."""

    def check(value: Any) -> tuple[Any, str]:
        good = isinstance(value, int) and not isinstance(value, bool) and value >= low
        return value, "" if good else f"{low}, {low + 1}, …"

    return _field(check, default)


def switch(*, default: bool) -> Any:
    """Take true or false."""

    def check(value: Any) -> tuple[Any, str]:
        return value, "" if isinstance(value, bool) else "true, false"

    return _field(check, default)


def word(default: str = "") -> Any:
    """Take any text."""

    def check(value: Any) -> tuple[Any, str]:
        return value, "" if isinstance(value, str) else '"…"'

    return _field(check, default)


def words() -> Any:
    """Take a list of texts."""

    def check(value: Any) -> tuple[Any, str]:
        good = isinstance(value, Sequence) and not isinstance(value, str)
        if not good or not all(isinstance(item, str) for item in value):
            return value, '["…", "…"]'
        return tuple(value), ""

    return _field(check, ())


def pair() -> Any:
    """Take two numbers, the lower first."""

    def check(value: Any) -> tuple[Any, str]:
        good = isinstance(value, Sequence) and len(value) == 2
        if not good or not all(isinstance(item, int | float) for item in value):
            return value, "[low, high]"
        low, high = (float(item) for item in value)
        return (low, high), "" if low < high else "[low, high]"

    return _field(check, None)


def whole_list() -> Any:
    """Take a list of whole numbers, such as levels of the tree."""

    def check(value: Any) -> tuple[Any, str]:
        good = isinstance(value, Sequence) and all(isinstance(item, int) for item in value)
        return (tuple(value) if good else value), "" if good else "[2, 3]"

    return _field(check, ())


def numbers() -> Any:
    """Take a table from codes to numbers."""

    def check(value: Any) -> tuple[Any, str]:
        good = isinstance(value, Mapping) and all(
            isinstance(item, int | float) for item in value.values()
        )
        return value, "" if good else "{ code = 1.0 }"

    return _field(check, {})


def texts(*options: str) -> Any:
    """Take a table from codes to words, which may be limited to some."""

    def check(value: Any) -> tuple[Any, str]:
        good = isinstance(value, Mapping) and all(
            isinstance(item, str) and (not options or item in options) for item in value.values()
        )
        expected = ", ".join(options) if options else '{ code = "…" }'
        return value, "" if good else expected

    return _field(check, {})


def tables() -> Any:
    """Take a table from codes to tables of keys of the same step."""

    def check(value: Any) -> tuple[Any, str]:
        good = isinstance(value, Mapping) and all(isinstance(i, Mapping) for i in value.values())
        return value, "" if good else "{ code = { key = … } }"

    return _field(check, {})


def checked(
    kind: type[StepKind], row: Mapping[str, object], where: str
) -> tuple[dict[str, Any], list[SaolaError]]:
    """Check the keys of one step.

    Args:
        kind: The class of the step.
        row: Keys and values as read.
        where: The place, for the errors.

    Returns:
        The values that are right, and a fault for every one that is not.
    """
    checks = {item.name: item.metadata["check"] for item in fields(kind)}
    good: dict[str, Any] = {}
    faults: list[SaolaError] = []
    for key, value in row.items():
        if key not in checks:
            known = ", ".join(checks)
            faults.append(InputError("recipe-key-unknown", where=where, found=key, known=known))
            continue
        found, expected = checks[key](value)
        if expected:
            faults.append(
                InputError("recipe-value", where=f"{where}, {key}", found=value, allowed=expected)
            )
        good[key] = found
    return good, faults
