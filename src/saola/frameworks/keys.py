"""Reading tables of a framework file key by key, every fault with its place."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from saola import language
from saola.errors import InputError, SaolaError

Faults = list[SaolaError]
Reader = Callable[[Any, str, Faults], Any]


class Key(NamedTuple):
    """A key that a table may have."""

    read: Reader
    required: bool = False
    name: str = ""


def read_table(
    table: Mapping[str, Any], keys: Mapping[str, Key], where: str, faults: Faults
) -> dict[str, Any]:
    """Read the keys of one table; unknown, missing and malformed ones become faults."""
    for key in table:
        if key not in keys:
            faults.append(fault("key-unknown", where, key, keys=", ".join(keys)))
    for key, spec in keys.items():
        if spec.required and key not in table:
            faults.append(fault("key-missing", where, key))
    return {
        keys[key].name or key: keys[key].read(value, f"{where}.{key}", faults)
        for key, value in table.items()
        if key in keys
    }


def fault(code: str, where: str, found: object, **facts: object) -> SaolaError:
    """Build a fault of the input without raising it."""
    return InputError(code, where=where, found=found, **facts)


def words(value: Any, where: str, faults: Faults) -> str:
    """Read a text."""
    if not isinstance(value, str):
        faults.append(fault("text-malformed", where, value))
        return ""
    return value


def flag(value: Any, where: str, faults: Faults) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        faults.append(fault("flag-malformed", where, value))
    return bool(value)


def positive(value: Any, where: str, faults: Faults) -> float:
    """Read a number of at least zero."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        faults.append(fault("number-malformed", where, value))
        return 0.0
    if value < 0:
        faults.append(fault("number-not-positive", where, value))
    return float(value)


def whole(value: Any, where: str, faults: Faults) -> int:
    """Read a whole number of at least zero."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        faults.append(fault("number-malformed", where, value))
        return 0
    return value


def texts(value: Any, where: str, faults: Faults) -> tuple[str, ...]:
    """Read a list of texts."""
    if not isinstance(value, list) or any(not isinstance(item, str) for item in value):
        faults.append(fault("list-malformed", where, value))
        return ()
    return tuple(value)


def label(value: Any, where: str, faults: Faults) -> dict[str, str]:
    """Read a text in several languages, or one text that serves in all."""
    if isinstance(value, str):
        return dict.fromkeys(language.LANGUAGES, value)
    if not isinstance(value, dict) or any(not isinstance(text, str) for text in value.values()):
        faults.append(fault("label-malformed", where, value))
        return {}
    for lang in value.keys() - set(language.LANGUAGES):
        faults.append(fault("key-unknown", where, lang, keys=", ".join(language.LANGUAGES)))
    return dict(value)


def labels(value: Any, where: str, faults: Faults) -> tuple[dict[str, str], ...]:
    """Read a list of texts in several languages."""
    if not isinstance(value, list):
        faults.append(fault("list-malformed", where, value))
        return ()
    return tuple(label(item, f"{where}[{place}]", faults) for place, item in enumerate(value))


def named_labels(value: Any, where: str, faults: Faults) -> dict[str, dict[str, str]]:
    """Read a table of texts in several languages, each under its code."""
    if not isinstance(value, dict):
        faults.append(fault("label-malformed", where, value))
        return {}
    return {code: label(item, f"{where}.{code}", faults) for code, item in value.items()}


def choice(*allowed: Any) -> Reader:
    """Make a reader that takes one of the values given."""

    def read(value: Any, where: str, faults: Faults) -> Any:
        if value not in allowed:
            choices = ", ".join(map(str, allowed))
            faults.append(fault("choice-unknown", where, value, choices=choices))
            return allowed[0]
        return value

    return read
