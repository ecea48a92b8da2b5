"""The open framework as the invented country uses it."""

import re

from saola import frameworks
from saola.demo.country import AGENCIES, CODE, GROUPS

_BASE = "online-activity"
_COMMUNES = f"{_BASE}-commune"
_LABEL = {
    "en": "Online activity of communes",
    "vi": "Hoạt động trực tuyến của xã",
    "fr": "Activité en ligne des communes",
}


def editions() -> dict[str, str]:
    """Give the framework files of the invented country: code → TOML.

    Both are the shipped framework for other units; rules and points are its own. One assesses the
    country, its provinces and its ministries, ranked within groups. The other assesses communes,
    which report no fields.
    """
    text = frameworks.names()[_BASE].read_text(encoding="utf-8")
    ranked = ", ".join(f'"{code}"' for code in GROUPS if code != AGENCIES)
    whole = _set(text, units=f'"{AGENCIES}"', groups=f"[{ranked}]")
    fieldless = re.sub(r"(?m)^fields = .*\n", "", text)
    own = _set(fieldless, id=f'"{_COMMUNES}"', index=f'"{_COMMUNES}"', units=f'"{CODE}.C"')
    return {_BASE: whole, _COMMUNES: _labelled(own)}


def _set(text: str, **values: str) -> str:
    """Set keys of the head; a key that is not there yet comes after `units`."""
    head, mark, rest = text.partition("[label]")
    for key, value in values.items():
        if re.search(rf"(?m)^{key} = ", head):
            head = re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}", head)
        else:
            head = re.sub(r"(?m)^(units = .*)$", rf"\1\n{key} = {value}", head)
    return f"{head}{mark}{rest}"


def _labelled(text: str) -> str:
    head, mark, rest = text.partition("[label]")
    _, blank, rest = rest.partition("\n\n")
    said = "".join(f'\n{lang} = "{words}"' for lang, words in _LABEL.items())
    return f"{head}{mark}{said}{blank}{rest}"
