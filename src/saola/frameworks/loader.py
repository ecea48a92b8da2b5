"""From a TOML file to a framework; all faults are listed at once."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from saola.errors import InputError, SaolaError, raise_all
from saola.frameworks import keys
from saola.frameworks.check import check
from saola.frameworks.keys import Faults, Key, read_table
from saola.frameworks.model import MISSING, TIES, Framework, Indicator, Input, Node
from saola.frameworks.rules import read_rule
from saola.periods import Period


def load(path: Path) -> Framework:
    """Read a framework file.

    Raises:
        InputError: `file-absent`, `toml-malformed`, or the faults of its contents, all at once.
    """
    if not path.is_file():
        raise InputError("file-absent", where=str(path), found=path.name)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError("toml-malformed", where=str(path), found=error) from error
    return read(table, where=path.name)


def read(table: Mapping[str, Any], *, where: str = "framework") -> Framework:
    """Read a framework from a parsed file.

    Raises:
        InputError: The faults of its contents, all at once.
    """
    faults: Faults = []
    heads = {key: value for key, value in table.items() if key not in _LISTS}
    found = read_table(heads, _FRAMEWORK, where, faults)
    nodes = _items(table, "node", where, faults)
    indicators = _items(table, "indicator", where, faults)
    inputs = _items(table, "input", where, faults)
    made = Framework(
        **_DEFAULTS | found,
        nodes=tuple(Node(**_reach(node, "id")) for node in nodes),
        indicators=tuple(
            made
            for place, given in enumerate(indicators)
            if (made := _indicator(given, table["indicator"][place], where, faults))
        ),
        inputs=tuple(Input(**_reach(each, "id")) for each in inputs),
        recipe=tuple(table.get("recipe", ())),
    )
    faults += check(made, where=where)
    raise_all(_once(faults))
    return made


def _items(table: Mapping[str, Any], kind: str, where: str, faults: Faults) -> list[dict[str, Any]]:
    given = table.get(kind, [])
    if not isinstance(given, list) or any(not isinstance(item, dict) for item in given):
        faults.append(keys.fault("list-malformed", f"{where}: {kind}", given))
        return []
    return [
        read_table(item, _LISTS[kind], f"{where}: {kind} {item.get('id', place + 1)}", faults)
        for place, item in enumerate(given)
    ]


def _reach(found: dict[str, Any], *required: str) -> dict[str, Any]:
    return dict.fromkeys(required, "") | found


def _indicator(
    found: dict[str, Any], given: Mapping[str, Any], where: str, faults: Faults
) -> Indicator | None:
    if "id" not in found or "parents" not in found or "points" not in found:
        return None  # read_table has named what is missing
    at = f"{where}: indicator {found['id']}: rule"
    rule = read_rule(given.get("rule", {"kind": "measured"}), found["id"], at, faults)
    return Indicator(**found | {"rule": rule}) if rule is not None else None


def _once(faults: Faults) -> list[SaolaError]:
    seen = {(fault.code, fault.where, fault.found): fault for fault in faults}
    return list(seen.values())


def _valid(value: Any, where: str, faults: Faults) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) not in (1, 2):
        faults.append(keys.fault("valid-malformed", where, value))
        return ("", "")
    for written in value:
        try:
            Period.parse(written, where=where)
        except InputError as error:
            faults.append(error)
    return str(value[0]), str(value[1]) if len(value) == 2 else ""


def _rule(value: Any, where: str, faults: Faults) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        faults.append(keys.fault("rule-malformed", where, value))
        return {}
    return value


_DEFAULTS: dict[str, Any] = {
    "id": "", "index": "", "valid": ("", ""), "units": "", "tie": "competition", "label": {},
}  # fmt: skip

_FRAMEWORK: dict[str, Key] = {
    "id": Key(keys.words, required=True),
    "index": Key(keys.words, required=True),
    "valid": Key(_valid, required=True),
    "units": Key(keys.words, required=True),
    "tie": Key(keys.choice(*TIES), required=True),
    "label": Key(keys.label, required=True),
    "source": Key(keys.label, required=True),
    "description": Key(keys.label),
    "comparable_with": Key(keys.texts),
    "complete": Key(keys.flag),
    "missing": Key(keys.choice(*MISSING)),
    "decimals": Key(keys.whole),
    "groups": Key(keys.texts),
    "licence": Key(keys.label),
    "fields": Key(keys.texts),
}

_LISTS: dict[str, dict[str, Key]] = {
    "node": {
        "id": Key(keys.words, required=True),
        "parents": Key(keys.texts),
        "points": Key(keys.positive),
        "scored": Key(keys.flag),
        "label": Key(keys.label),
        "description": Key(keys.label),
        "gate": Key(keys.words),
        "published": Key(keys.words),
        "published_rank": Key(keys.words),
    },
    "indicator": {
        "id": Key(keys.words, required=True),
        "parents": Key(keys.texts, required=True),
        "points": Key(keys.positive, required=True),
        "rule": Key(_rule),
        "direction": Key(keys.choice(1, -1)),
        "scored": Key(keys.flag),
        "label": Key(keys.label),
        "description": Key(keys.label),
        "evidence": Key(keys.labels),
        "verifier": Key(keys.label),
        "fields": Key(keys.texts),
        "source": Key(keys.label),
    },
    "input": {
        "id": Key(keys.words, required=True),
        "label": Key(keys.label),
        "unit": Key(keys.words),
        "description": Key(keys.label),
        "words": Key(keys.named_labels),
    },
    "recipe": {},
}
