"""From a table of a framework file to a rule, with every fault named."""

from collections.abc import Callable, Mapping
from typing import Any

from saola.errors import InputError, SaolaError
from saola.frameworks.rules.base import Reference, Rule
from saola.frameworks.rules.kinds import Gap, Measured, Parts, Ratio, Steps, Survey, Tiers

KINDS: dict[str, type[Rule]] = {
    kind.kind: kind for kind in (Measured, Ratio, Survey, Steps, Tiers, Parts, Gap)
}

_Faults = list[SaolaError]


def read_rule(table: Mapping[str, Any], own: str, where: str, faults: _Faults) -> Rule | None:
    """Read one rule.

    Args:
        table: The rule as written: `kind` and its parameters.
        own: The code of the indicator, which a measured rule reads unless it names another.
        where: The place, for faults.
        faults: What is wrong is added here.

    Returns:
        The rule, or none where a fault was added.
    """
    kind = KINDS.get(str(table.get("kind")))
    if kind is None:
        faults.append(_fault("rule-kind-unknown", where, table.get("kind"), kinds=", ".join(KINDS)))
        return None
    before = len(faults)
    given = {key: value for key, value in table.items() if key != "kind"}
    for key in given.keys() - kind.parameters.keys():
        faults.append(_fault("key-unknown", where, key, keys=", ".join(kind.parameters)))
    for key, required in kind.parameters.items():
        if required and key not in given:
            faults.append(_fault("key-missing", where, key))
    if kind is Measured:
        given.setdefault("value", own)
    ready = {
        key: _READERS[key](value, f"{where}.{key}", faults)
        for key, value in given.items()
        if key in kind.parameters
    }
    return kind(**ready) if len(faults) == before else None


def _fault(code: str, where: str, found: object, **facts: object) -> SaolaError:
    return InputError(code, where=where, found=found, **facts)


def _reference(value: Any, where: str, faults: _Faults) -> Reference:
    found = Reference.parse(value) if isinstance(value, str) else None
    if found is None:
        faults.append(_fault("reference-malformed", where, value))
        return Reference("")
    return found


def _number(value: Any, where: str, faults: _Faults) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        faults.append(_fault("number-malformed", where, value))
        return 0.0
    return float(value)


def _target(value: Any, where: str, faults: _Faults) -> float:
    found = _number(value, where, faults)
    if found <= 0:
        faults.append(_fault("number-not-positive", where, value))
    return found


def _steps(value: Any, where: str, faults: _Faults) -> tuple[tuple[float, float], ...]:
    if not isinstance(value, list) or not value or any(not _pair(step) for step in value):
        faults.append(_fault("steps-malformed", where, value))
        return ()
    return tuple(
        (_number(low, where, faults), _share(share, where, faults)) for low, share in value
    )


def _pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2


def _share(value: Any, where: str, faults: _Faults) -> float:
    found = _number(value, where, faults)
    if not 0 <= found <= 1:
        faults.append(_fault("share-out-of-range", where, value))
    return found


def _tiers(value: Any, where: str, faults: _Faults) -> tuple[tuple[str, float], ...]:
    if not isinstance(value, dict) or not value:
        faults.append(_fault("tiers-malformed", where, value))
        return ()
    return tuple((str(name), _share(share, where, faults)) for name, share in value.items())


def _parts(value: Any, where: str, faults: _Faults) -> tuple[tuple[float, Rule], ...]:
    if not isinstance(value, list) or not value or any(not isinstance(p, dict) for p in value):
        faults.append(_fault("parts-malformed", where, value))
        return ()
    parts: list[tuple[float, Rule]] = []
    for place, part in enumerate(value):
        at = f"{where}[{place}]"
        for key in part.keys() - {"share", "rule"}:
            faults.append(_fault("key-unknown", at, key, keys="share, rule"))
        rule = read_rule(part.get("rule", {}), "", f"{at}.rule", faults)
        share = _share(part.get("share", 0), f"{at}.share", faults)
        if rule is not None:
            parts.append((share, rule))
    if sum(share for share, _ in parts) > 1 + 1e-12:
        faults.append(_fault("share-out-of-range", where, sum(share for share, _ in parts)))
    return tuple(parts)


def _between(value: Any, where: str, faults: _Faults) -> tuple[str, str]:
    if not _pair(value) or any("=" not in str(group) for group in value):
        faults.append(_fault("between-malformed", where, value))
        return ("", "")
    return str(value[0]), str(value[1])


def _measure(value: Any, where: str, faults: _Faults) -> str:
    if value not in ("ratio", "difference"):
        faults.append(_fault("choice-unknown", where, value, choices="ratio, difference"))
    return str(value)


_READERS: dict[str, Callable[[Any, str, _Faults], Any]] = {
    "value": _reference,
    "a": _reference,
    "b": _reference,
    "low": _number,
    "high": _number,
    "target": _target,
    "steps": _steps,
    "tiers": _tiers,
    "parts": _parts,
    "between": _between,
    "measure": _measure,
}
