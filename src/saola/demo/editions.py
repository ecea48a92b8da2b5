"""The open framework for each level of the invented country."""

import re

from saola import frameworks
from saola.demo.country import CODE, GROUPS

_BASE = "online-activity"
_LEVELS: dict[str, tuple[str, tuple[str, ...], dict[str, str]]] = {
    _BASE: (
        f"{CODE}.P",
        (),
        {
            "en": "Online activity of provinces",
            "vi": "Hoạt động trực tuyến của tỉnh",
            "fr": "Activité en ligne des provinces",
        },
    ),
    f"{_BASE}-country": (
        CODE,
        (),
        {
            "en": "Online activity of the country",
            "vi": "Hoạt động trực tuyến của quốc gia",
            "fr": "Activité en ligne du pays",
        },
    ),
    f"{_BASE}-ministry": (
        f"{CODE}.M",
        tuple(GROUPS),
        {
            "en": "Online activity of ministries",
            "vi": "Hoạt động trực tuyến của bộ, ngành",
            "fr": "Activité en ligne des ministères",
        },
    ),
    f"{_BASE}-commune": (
        f"{CODE}.C",
        (),
        {
            "en": "Online activity of communes",
            "vi": "Hoạt động trực tuyến của xã",
            "fr": "Activité en ligne des communes",
        },
    ),
}


def editions() -> dict[str, str]:
    """Give the framework files of the invented country: code → TOML.

    They are the shipped framework with other units, groups and names; rules and points are its own.
    Communes and the country report no fields.
    """
    text = frameworks.names()[_BASE].read_text(encoding="utf-8")
    return {code: _edition(text, code, *level) for code, level in _LEVELS.items()}


def _edition(
    text: str, code: str, units: str, groups: tuple[str, ...], label: dict[str, str]
) -> str:
    head, mark, rest = text.partition("[label]")
    named = ", ".join(f'"{group}"' for group in groups)
    head = re.sub(r"(?m)^id = .*$", f'id = "{code}"', head)
    head = re.sub(r"(?m)^units = .*$", f'units = "{units}"\ngroups = [{named}]', head)
    _, blank, rest = rest.partition("\n\n")
    said = "".join(f'\n{lang} = "{words}"' for lang, words in label.items())
    return f"{head}{mark}{said}{blank}{rest}"
